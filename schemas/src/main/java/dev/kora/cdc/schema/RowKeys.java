package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes that identify a row, in RocksDB and as the key of the compacted topic: a persisted format.
 *
 * <p>A row key is the prefix of its {@link RowKind}, then the key, then what tells the elements of that key apart. Where
 * something follows, the key is escaped ({@code 00} becomes {@code 00 FF}, the end is {@code 00 01}), so that all elements
 * of a key stand together, in the unsigned order of (key, element), and one range holds exactly them: from a prefix such as
 * {@link #hashFields} to its {@link #end}.
 *
 * <pre>
 * k key                  h esc(key) field       c collection               v key
 * l esc(key) index       s esc(key) member      d esc(collection) doc_id   w esc(key) id        !
 * </pre>
 *
 * <p>A list index is 8 bytes, big-endian, with the sign bit flipped; a vector's id is 8 bytes, big-endian.
 */
public final class RowKeys {
    /** The row key of the checkpoint. */
    public static final Bytes CHECKPOINT = Bytes.of(new byte[] {RowKind.CHECKPOINT.prefix()});

    private RowKeys() {}

    /** The row key of a row. */
    public static Bytes of(SnapshotRow row) {
        return switch (row) {
            case SnapshotRow.Key r -> key(r.key());
            case SnapshotRow.ListItem r -> listItem(r.key(), r.index());
            case SnapshotRow.HashField r -> hashField(r.key(), r.field());
            case SnapshotRow.SetMember r -> setMember(r.key(), r.member());
            case SnapshotRow.Collection r -> collection(r.collection());
            case SnapshotRow.Document r -> document(r.collection(), r.docId());
            case SnapshotRow.VectorIndex r -> vectorIndex(r.key());
            case SnapshotRow.Vector r -> vector(r.key(), r.id());
            case SnapshotRow.Checkpoint r -> CHECKPOINT;
        };
    }

    /** The row key of a key; also the prefix of the row keys of all keys that begin with {@code key}. */
    public static Bytes key(Bytes key) {
        return plain(RowKind.KEY, key);
    }

    public static Bytes listItem(Bytes key, long index) {
        return escaped(RowKind.LIST_ITEM, key, index ^ Long.MIN_VALUE);
    }

    public static Bytes hashField(Bytes key, Bytes field) {
        return escaped(RowKind.HASH_FIELD, key, field);
    }

    public static Bytes setMember(Bytes key, Bytes member) {
        return escaped(RowKind.SET_MEMBER, key, member);
    }

    public static Bytes collection(Bytes collection) {
        return plain(RowKind.COLLECTION, collection);
    }

    public static Bytes document(Bytes collection, Bytes docId) {
        return escaped(RowKind.DOCUMENT, collection, docId);
    }

    public static Bytes vectorIndex(Bytes key) {
        return plain(RowKind.VECTOR_INDEX, key);
    }

    public static Bytes vector(Bytes key, long id) {
        return escaped(RowKind.VECTOR, key, id);
    }

    /** The prefix of all items of a list. */
    public static Bytes listItems(Bytes key) {
        return escaped(RowKind.LIST_ITEM, key, Bytes.EMPTY);
    }

    /** The prefix of all fields of a hash. */
    public static Bytes hashFields(Bytes key) {
        return escaped(RowKind.HASH_FIELD, key, Bytes.EMPTY);
    }

    /** The prefix of all members of a set. */
    public static Bytes setMembers(Bytes key) {
        return escaped(RowKind.SET_MEMBER, key, Bytes.EMPTY);
    }

    /** The prefix of all documents of a collection. */
    public static Bytes documents(Bytes collection) {
        return escaped(RowKind.DOCUMENT, collection, Bytes.EMPTY);
    }

    /** The prefix of all vectors of an index. */
    public static Bytes vectors(Bytes key) {
        return escaped(RowKind.VECTOR, key, Bytes.EMPTY);
    }

    /** The prefix of all rows of a kind. */
    public static Bytes all(RowKind kind) {
        return Bytes.of(new byte[] {kind.prefix()});
    }

    /**
     * The first row key behind all that begin with {@code prefix}: the end, left out, of the range that starts with it.
     *
     * @param prefix any beginning of a row key; not empty
     */
    public static Bytes end(Bytes prefix) {
        byte[] array = prefix.array();
        int last = array.length - 1;
        while (last >= 0 && array[last] == (byte) 0xff) {
            last--;
        }
        if (last < 0) {
            throw new IllegalArgumentException("no row key lies behind the prefix " + prefix);
        }
        byte[] end = Arrays.copyOf(array, last + 1);
        end[last]++;
        return Bytes.of(end);
    }

    /**
     * The kind of the row under a row key.
     *
     * @throws CdcException.Corrupt the row key is empty or begins with an unknown byte
     */
    public static RowKind kind(Bytes rowKey) {
        if (rowKey.isEmpty()) {
            throw new CdcException.Corrupt("a row key is empty");
        }
        return RowKind.ofPrefix(rowKey.array()[0]);
    }

    /**
     * Takes a row key apart.
     *
     * @throws CdcException.Corrupt the bytes are no row key
     */
    public static Parts parse(Bytes rowKey) {
        RowKind kind = kind(rowKey);
        ByteBuffer from = rowKey.buffer().position(1);
        return switch (kind) {
            case KEY, COLLECTION, VECTOR_INDEX -> new Parts(kind, rest(from), Bytes.EMPTY);
            case HASH_FIELD, SET_MEMBER, DOCUMENT -> new Parts(kind, Escaping.read(from), rest(from));
            case LIST_ITEM, VECTOR -> new Parts(kind, Escaping.read(from), number(rowKey, from));
            case CHECKPOINT -> {
                if (from.hasRemaining()) {
                    throw new CdcException.Corrupt("bytes follow the row key of the checkpoint: " + rowKey);
                }
                yield new Parts(kind, Bytes.EMPTY, Bytes.EMPTY);
            }
        };
    }

    /**
     * A row key, taken apart.
     *
     * @param key the key or the collection; empty for the checkpoint
     * @param element field, member or document id; 8 bytes for list items and vectors; empty where the kind has none
     */
    public record Parts(RowKind kind, Bytes key, Bytes element) {

        /** The index of a list item. */
        public long index() {
            return element.buffer().getLong() ^ Long.MIN_VALUE;
        }

        /** The id of a vector. */
        public long id() {
            return element.buffer().getLong();
        }
    }

    private static Bytes rest(ByteBuffer from) {
        byte[] rest = new byte[from.remaining()];
        from.get(rest);
        return Bytes.of(rest);
    }

    private static Bytes number(Bytes rowKey, ByteBuffer from) {
        if (from.remaining() != Long.BYTES) {
            throw new CdcException.Corrupt(
                    "a row key ends in %d bytes instead of 8: %s".formatted(from.remaining(), rowKey));
        }
        return rest(from);
    }

    private static Bytes plain(RowKind kind, Bytes key) {
        byte[] rowKey = new byte[1 + key.length()];
        rowKey[0] = kind.prefix();
        System.arraycopy(key.array(), 0, rowKey, 1, key.length());
        return Bytes.of(rowKey);
    }

    private static Bytes escaped(RowKind kind, Bytes key, Bytes element) {
        byte[] rowKey = new byte[1 + Escaping.size(key) + element.length()];
        begin(kind, key, rowKey).put(element.array());
        return Bytes.of(rowKey);
    }

    private static Bytes escaped(RowKind kind, Bytes key, long number) {
        byte[] rowKey = new byte[1 + Escaping.size(key) + Long.BYTES];
        begin(kind, key, rowKey).putLong(number);
        return Bytes.of(rowKey);
    }

    private static ByteBuffer begin(RowKind kind, Bytes key, byte[] rowKey) {
        ByteBuffer into = ByteBuffer.wrap(rowKey).put(kind.prefix());
        Escaping.put(key, into);
        return into;
    }
}
