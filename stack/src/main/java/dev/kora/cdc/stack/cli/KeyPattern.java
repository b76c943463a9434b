package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.schema.KafkaKeys;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.io.ByteArrayOutputStream;
import java.util.function.Predicate;

/**
 * Chooses entries by what they change: a key, or a document by {@code collection/id}. FLUSHDB changes every key and is
 * always chosen; heartbeats and the like change nothing and never are.
 */
record KeyPattern(Glob glob) implements Predicate<WalEntry.Content> {
    private static final byte SEPARATOR = '/';

    @Override
    public boolean test(WalEntry.Content content) {
        return switch (content) {
            case WalRecord.FlushDb r -> true;
            case Control r -> false;
            case WalRecord.DocSet r -> glob.matches(path(r.collection(), r.docId()));
            case WalRecord.DocDel r -> glob.matches(path(r.collection(), r.docId()));
            default -> {
                Bytes key = KafkaKeys.of(content);
                yield key != null && glob.matches(key);
            }
        };
    }

    private static Bytes path(Bytes collection, Bytes docId) {
        var path = new ByteArrayOutputStream(collection.length() + docId.length() + 1);
        path.writeBytes(collection.array());
        path.write(SEPARATOR);
        path.writeBytes(docId.array());
        return Bytes.of(path.toByteArray());
    }
}
