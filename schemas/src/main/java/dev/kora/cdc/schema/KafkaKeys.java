package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka keys of the WAL topic: the key that an entry changes, as it is; for documents the escaped collection and the
 * document's id; none for FLUSHDB and control entries.
 */
public final class KafkaKeys {
    /** The size of a key that is none. */
    public static final int NONE = -1;

    private KafkaKeys() {}

    /** The Kafka key of an entry that carries {@code content}, or null. It may share its bytes with the record's key. */
    public static @Nullable Bytes of(WalEntry.Content content) {
        return switch (content) {
            case WalRecord.DocSet r -> document(r.collection(), r.docId());
            case WalRecord.DocDel r -> document(r.collection(), r.docId());
            default -> recordKey(content);
        };
    }

    /** The Kafka key of a document. */
    public static Bytes document(Bytes collection, Bytes docId) {
        ByteBuffer into = ByteBuffer.allocate(documentSize(collection, docId));
        putDocument(collection, docId, into);
        return Bytes.of(into.array());
    }

    /** Bytes that {@link #put} writes, or {@link #NONE}. */
    public static int size(WalEntry.Content content) {
        return switch (content) {
            case WalRecord.DocSet r -> documentSize(r.collection(), r.docId());
            case WalRecord.DocDel r -> documentSize(r.collection(), r.docId());
            default -> {
                Bytes key = recordKey(content);
                yield key == null ? NONE : key.length();
            }
        };
    }

    /** Writes the Kafka key, if there is one, without allocation. */
    public static void put(WalEntry.Content content, ByteBuffer into) {
        switch (content) {
            case WalRecord.DocSet r -> putDocument(r.collection(), r.docId(), into);
            case WalRecord.DocDel r -> putDocument(r.collection(), r.docId(), into);
            default -> {
                Bytes key = recordKey(content);
                if (key != null) {
                    into.put(key.array());
                }
            }
        }
    }

    /** The key of the key space or of the vector index that an entry changes, or null. */
    static @Nullable Bytes recordKey(WalEntry.Content content) {
        return switch (content) {
            case WalRecord.Set r -> r.key();
            case WalRecord.Del r -> r.key();
            case WalRecord.Expire r -> r.key();
            case WalRecord.LPush r -> r.key();
            case WalRecord.RPush r -> r.key();
            case WalRecord.HSet r -> r.key();
            case WalRecord.SAdd r -> r.key();
            case WalRecord.VecSet r -> r.key();
            case WalRecord.VecDel r -> r.key();
            case WalRecord.FlushDb r -> null;
            case WalRecord.DocSet r -> null;
            case WalRecord.DocDel r -> null;
            case Control r -> null;
        };
    }

    private static int documentSize(Bytes collection, Bytes docId) {
        return Escaping.size(collection) + docId.length();
    }

    private static void putDocument(Bytes collection, Bytes docId, ByteBuffer into) {
        Escaping.put(collection, into);
        into.put(docId.array());
    }
}
