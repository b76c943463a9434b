package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Entries and rows as Avro's generic records, spelled out field by field, and the bytes that Avro itself makes of them: the
 * second opinion on our codecs.
 */
final class AvroReference {
    private static final int BLOCK_BYTES = 64;

    private AvroReference() {}

    /** The record that stands for an entry in the WAL topic. */
    static GenericRecord of(WalEntry entry) {
        GenericRecord record = new GenericData.Record(Schemas.WAL_ENTRY);
        record.put("epoch", entry.epoch());
        record.put("sequence", entry.sequence());
        switch (entry.content()) {
            case WalRecord.Set r -> {
                record.put("op", "SET");
                record.put("value", r.value().buffer());
                Long ttlMs = r.ttlMs();
                record.put("expires_at", ttlMs == null ? null : end(entry.timeMs(), ttlMs));
            }
            case WalRecord.Del r -> record.put("op", "DEL");
            case WalRecord.Expire r -> {
                record.put("op", "EXPIRE");
                record.put("expires_at", end(entry.timeMs(), r.ttlMs()));
            }
            case WalRecord.LPush r -> putElements(record, "LPUSH", r.values());
            case WalRecord.RPush r -> putElements(record, "RPUSH", r.values());
            case WalRecord.SAdd r -> putElements(record, "SADD", r.members());
            case WalRecord.HSet r -> {
                List<Bytes> elements = new ArrayList<>();
                for (WalRecord.Field field : r.fields()) {
                    elements.add(field.field());
                    elements.add(field.value());
                }
                putElements(record, "HSET", elements);
            }
            case WalRecord.FlushDb r -> record.put("op", "FLUSHDB");
            case WalRecord.DocSet r -> {
                putDocument(record, "DOC_SET", r.collection(), r.docId());
                record.put("value", r.json().buffer());
            }
            case WalRecord.DocDel r -> putDocument(record, "DOC_DEL", r.collection(), r.docId());
            case WalRecord.VecSet r -> {
                record.put("op", "VEC_SET");
                record.put("value", r.vector().buffer());
                record.put("dimensions", r.dimensions() & 0xffff_ffffL);
            }
            case WalRecord.VecDel r -> record.put("op", "VEC_DEL");
            case Control.TRUNCATE -> record.put("op", "TRUNCATE");
            case Control.HEARTBEAT -> record.put("op", "HEARTBEAT");
            case Control.WRITER_OPENED -> record.put("op", "WRITER_OPENED");
        }
        return record;
    }

    private static void putElements(GenericRecord record, String op, List<Bytes> elements) {
        record.put("op", op);
        record.put("elements", elements.stream().map(Bytes::buffer).toList());
    }

    private static void putDocument(GenericRecord record, String op, Bytes collection, Bytes docId) {
        record.put("op", op);
        record.put("collection", collection.buffer());
        record.put("doc_id", docId.buffer());
    }

    /** The end of a time to live, where never is the largest number. */
    private static long end(long timeMs, long ttlMs) {
        try {
            return ttlMs < 0 ? Long.MAX_VALUE : Math.addExact(timeMs, ttlMs);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** An entry as it comes back: a time to live that has no end in 64 bits is the largest one. */
    static WalEntry readBack(WalEntry entry) {
        WalEntry.Content content = switch (entry.content()) {
            case WalRecord.Set r -> new WalRecord.Set(r.key(), r.value(), ttlMs(entry.timeMs(), r.ttlMs()));
            case WalRecord.Expire r -> {
                Long ttlMs = ttlMs(entry.timeMs(), r.ttlMs());
                yield ttlMs == null ? r : new WalRecord.Expire(r.key(), ttlMs);
            }
            case WalRecord r -> r;
            case Control r -> r;
        };
        return new WalEntry(entry.epoch(), entry.sequence(), entry.timeMs(), content);
    }

    private static @Nullable Long ttlMs(long timeMs, @Nullable Long ttlMs) {
        return ttlMs != null && end(timeMs, ttlMs) == Long.MAX_VALUE ? Long.valueOf(-1) : ttlMs;
    }

    /** The record that stands for a row in the snapshot topic. */
    static GenericRecord of(SnapshotRow row) {
        GenericRecord record = new GenericData.Record(Schemas.SNAPSHOT_ROW);
        record.put("sequence", row.sequence());
        record.put("updated_at", row.updatedAtMs());
        switch (row) {
            case SnapshotRow.Key r -> putKey(record, r);
            case SnapshotRow.ListItem r -> {
                begin(record, "list_item", "list", r.key());
                record.put("index", r.index());
                record.put("value", r.item().buffer());
            }
            case SnapshotRow.HashField r -> {
                begin(record, "hash_field", "hash", r.key());
                record.put("element", r.field().buffer());
                record.put("value", r.value().buffer());
            }
            case SnapshotRow.SetMember r -> {
                begin(record, "set_member", "set", r.key());
                record.put("element", r.member().buffer());
            }
            case SnapshotRow.Collection r -> begin(record, "collection", "collection", r.collection());
            case SnapshotRow.Document r -> {
                begin(record, "document", "document", r.collection());
                record.put("element", r.docId().buffer());
                record.put("json", r.json().text());
            }
            case SnapshotRow.VectorIndex r -> {
                begin(record, "vector_index", "vector", r.key());
                record.put("dimensions", r.dimensions() & 0xffff_ffffL);
                record.put("size", r.size());
            }
            case SnapshotRow.Vector r -> {
                begin(record, "vector", "vector", r.key());
                record.put("element", ByteBuffer.allocate(8).putLong(r.id()).flip());
                record.put("value", r.vector().buffer());
            }
            case SnapshotRow.Checkpoint r -> putCheckpoint(record, r);
        }
        return record;
    }

    private static void begin(GenericRecord record, String kind, String type, Bytes key) {
        record.put("kind", kind);
        record.put("type", type);
        record.put("key", key.buffer());
    }

    private static void putKey(GenericRecord record, SnapshotRow.Key row) {
        begin(record, "key", row.type().name().toLowerCase(Locale.ROOT), row.key());
        Bytes value = row.value();
        if (value != null) {
            record.put("value", value.buffer());
        } else {
            record.put("size", row.size());
        }
        if (row.type() == ValueType.LIST) {
            record.put("head", row.head());
            record.put("tail", row.tail());
        }
        record.put("expires_at", row.expiresAtMs() == -1 ? null : row.expiresAtMs());
    }

    private static void putCheckpoint(GenericRecord record, SnapshotRow.Checkpoint row) {
        begin(record, "checkpoint", "checkpoint", Bytes.EMPTY);
        record.put("size", row.keys());
        record.put("position", row.position());
        record.put("leader_epoch", row.leaderEpoch());
        record.put("wal_topic_id", row.walTopicId());
        record.put("epoch", row.epoch());
        record.put("marker", row.marker());
        record.put("truncated_to", row.truncatedTo());
        record.put("rows", row.rows());
        record.put("digest", row.digest());
        SnapshotRow.Skips skips = row.skips();
        if (skips != null) {
            record.put("skips", skips.count());
            record.put("skipped_offset", skips.offset());
            record.put("skipped_epoch", skips.epoch());
            record.put("skipped_sequence", skips.sequence());
            record.put("skipped_unread", skips.unread());
            record.put("skipped_reason", skips.reason());
            record.put("skipped_at", skips.atMs());
        }
    }

    /** A value as Avro writes it, in the registry's wire format. */
    static Bytes encode(int schemaId, GenericRecord record) {
        ByteArrayOutputStream out = begin(schemaId);
        return write(record, out, EncoderFactory.get().binaryEncoder(out, null));
    }

    /** The same, with arrays in many blocks that say their size, as Avro also allows. */
    static Bytes encodeInBlocks(int schemaId, GenericRecord record) {
        ByteArrayOutputStream out = begin(schemaId);
        EncoderFactory factory = new EncoderFactory().configureBlockSize(BLOCK_BYTES);
        return write(record, out, factory.blockingBinaryEncoder(out, null));
    }

    private static ByteArrayOutputStream begin(int schemaId) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(schemaId).array());
        return out;
    }

    private static Bytes write(GenericRecord record, ByteArrayOutputStream out, BinaryEncoder encoder) {
        try {
            new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
            encoder.flush();
            return Bytes.of(out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Avro reads from a value in the registry's wire format; nothing may follow it. */
    static GenericRecord decode(int schemaId, Schema schema, Bytes value) {
        ByteBuffer framing = value.buffer();
        assertEquals(0, framing.get());
        assertEquals(schemaId, framing.getInt());
        try {
            byte[] body = new byte[framing.remaining()];
            framing.get(body);
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(body, null);
            GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
            assertEquals(true, decoder.isEnd());
            return record;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
