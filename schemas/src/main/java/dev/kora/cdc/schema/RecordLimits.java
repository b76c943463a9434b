package dev.kora.cdc.schema;

import java.util.List;

/** Measures records against {@link Limits}, without allocation. */
final class RecordLimits {
    private RecordLimits() {}

    static void check(WalRecord record) {
        switch (record) {
            case WalRecord.Set r -> key(r, "key", r.key());
            case WalRecord.Del r -> key(r, "key", r.key());
            case WalRecord.Expire r -> key(r, "key", r.key());
            case WalRecord.LPush r -> elements(r, "values", r.key(), r.values());
            case WalRecord.RPush r -> elements(r, "values", r.key(), r.values());
            case WalRecord.HSet r -> fields(r);
            case WalRecord.SAdd r -> members(r);
            case WalRecord.FlushDb r -> {}
            case WalRecord.DocSet r -> document(r, r.collection(), r.docId());
            case WalRecord.DocDel r -> document(r, r.collection(), r.docId());
            case WalRecord.VecSet r -> key(r, "key", r.key());
            case WalRecord.VecDel r -> key(r, "key", r.key());
        }
        long entry = Math.max(0, KafkaKeys.size(record)) + (long) WalEntryCodec.maxEncodedSize(record);
        size(record, "record", entry, Limits.RECORD_BYTES);
        size(record, "row", largestRow(record), Limits.RECORD_BYTES);
    }

    private static void key(WalRecord record, String field, Bytes key) {
        size(record, field, key.length(), Limits.KEY_BYTES);
    }

    private static void document(WalRecord record, Bytes collection, Bytes docId) {
        key(record, "collection", collection);
        key(record, "doc_id", docId);
    }

    private static void elements(WalRecord record, String field, Bytes key, List<Bytes> elements) {
        key(record, "key", key);
        count(record, field, elements.size());
    }

    private static void members(WalRecord.SAdd record) {
        elements(record, "members", record.key(), record.members());
        for (int i = 0; i < record.members().size(); i++) {
            key(record, "member", record.members().get(i));
        }
    }

    private static void fields(WalRecord.HSet record) {
        key(record, "key", record.key());
        count(record, "fields", record.fields().size());
        for (int i = 0; i < record.fields().size(); i++) {
            key(record, "field", record.fields().get(i).field());
        }
    }

    private static void count(WalRecord record, String field, int count) {
        if (count > Limits.ELEMENTS) {
            throw new CdcException.Invalid("%s has %d %s, beyond the limit of %d: split it"
                    .formatted(Op.of(record), count, field, Limits.ELEMENTS));
        }
    }

    private static void size(WalRecord record, String field, long size, int limit) {
        if (size > limit) {
            throw new CdcException.Invalid(
                    "the %s of %s takes %d bytes, beyond the limit of %d".formatted(field, Op.of(record), size, limit));
        }
    }

    /**
     * An upper bound of the largest row that a record leads to, with its row key: the key stands in both, and an element
     * may be escaped.
     */
    private static long largestRow(WalRecord record) {
        return switch (record) {
            case WalRecord.Set r ->
                SnapshotRowCodec.FIXED_SIZE
                        + 1
                        + 2L * r.key().length()
                        + r.value().length();
            case WalRecord.LPush r -> elementRow(r.key(), longest(r.values()));
            case WalRecord.RPush r -> elementRow(r.key(), longest(r.values()));
            case WalRecord.HSet r -> elementRow(r.key(), longestField(r.fields()));
            case WalRecord.SAdd r -> elementRow(r.key(), 2L * longest(r.members()));
            case WalRecord.DocSet r ->
                elementRow(r.collection(), 2L * r.docId().length() + r.json().length());
            case WalRecord.VecSet r -> elementRow(r.key(), r.vector().length());
            case WalRecord.Del r -> 0;
            case WalRecord.Expire r -> 0;
            case WalRecord.FlushDb r -> 0;
            case WalRecord.DocDel r -> 0;
            case WalRecord.VecDel r -> 0;
        };
    }

    private static long elementRow(Bytes key, long element) {
        return SnapshotRowCodec.FIXED_SIZE + 1 + 2 * Long.BYTES + key.length() + Escaping.size(key) + element;
    }

    private static long longest(List<Bytes> elements) {
        int longest = 0;
        for (int i = 0; i < elements.size(); i++) {
            longest = Math.max(longest, elements.get(i).length());
        }
        return longest;
    }

    private static long longestField(List<WalRecord.Field> fields) {
        long longest = 0;
        for (int i = 0; i < fields.size(); i++) {
            WalRecord.Field field = fields.get(i);
            longest = Math.max(
                    longest, 2L * field.field().length() + field.value().length());
        }
        return longest;
    }
}
