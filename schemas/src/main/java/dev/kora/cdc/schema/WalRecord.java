package dev.kora.cdc.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mutation of one shard, as Kora's engine hands it to its {@link WalWriter}.
 *
 * <p>The 12 kinds and their fields are those of Kora's own contract ({@code kora_core/shard/wal_trait.rs}, v0.2.0). Times
 * to live are relative, in milliseconds, and unsigned: all 64 bits count ({@link Long#toUnsignedString(long)}). What each
 * record does to the state is the business of the fold, not of the record.
 */
public sealed interface WalRecord extends WalEntry.Content {

    /** Sets a key of any type to a string. No {@code ttlMs} clears an earlier one. */
    record Set(Bytes key, Bytes value, @Nullable Long ttlMs) implements WalRecord {}

    /** Deletes one key of any type. */
    record Del(Bytes key) implements WalRecord {}

    /** Gives a live key a time to live; 0 deletes it. */
    record Expire(Bytes key, long ttlMs) implements WalRecord {}

    /** Pushes values to a list's head, one after the other: the last one ends up first. */
    record LPush(Bytes key, List<Bytes> values) implements WalRecord {
        public LPush {
            values = List.copyOf(values);
        }
    }

    /** Pushes values to a list's tail, in order. */
    record RPush(Bytes key, List<Bytes> values) implements WalRecord {
        public RPush {
            values = List.copyOf(values);
        }
    }

    /** Sets fields of a hash, in order: the last value of a field wins. */
    record HSet(Bytes key, List<Field> fields) implements WalRecord {
        public HSet {
            fields = List.copyOf(fields);
        }
    }

    /** A field of a hash with its value. */
    record Field(Bytes field, Bytes value) {}

    /** Adds members to a set. */
    record SAdd(Bytes key, List<Bytes> members) implements WalRecord {
        public SAdd {
            members = List.copyOf(members);
        }
    }

    /** Clears strings, lists, hashes and sets; documents and vectors stay. */
    record FlushDb() implements WalRecord {}

    /** Replaces a whole document, creating its collection. */
    record DocSet(Bytes collection, Bytes docId, Bytes json) implements WalRecord {}

    /** Deletes a document. */
    record DocDel(Bytes collection, Bytes docId) implements WalRecord {}

    /**
     * Adds a vector to the index under a key.
     *
     * @param dimensions the number of floats, as an unsigned 32-bit number
     * @param vector the floats, 4 bytes each, little-endian
     */
    record VecSet(Bytes key, int dimensions, Bytes vector) implements WalRecord {}

    /** Drops the whole vector index under a key. */
    record VecDel(Bytes key) implements WalRecord {}
}
