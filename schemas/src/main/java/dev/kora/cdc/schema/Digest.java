package dev.kora.cdc.schema;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;

/**
 * The digest of a state: the sum, modulo 2<sup>64</sup>, of one 64-bit hash for each of its rows but the checkpoint.
 *
 * <p>A row's hash is XXH3-64 with the seed {@code 0x4b6f7261_43444331} over the length of its row key (4 bytes,
 * big-endian), its row key, and its content as {@link RowFormat} has it. Sequences and times are not in it: two logs that
 * lead to one state have one digest. Since it is a sum, whoever changes a row subtracts the old hash and adds the new one.
 * It finds mistakes and lost rows, not malice. A persisted format.
 */
public final class Digest {
    /** "KoraCDC1". */
    private static final long SEED = 0x4b6f7261_43444331L;

    private static final Hasher64 HASHER = Hashing.xxh3_64(SEED);

    private Digest() {}

    /** What a row adds to the digest. The checkpoint has no part in it: it throws {@link IllegalArgumentException}. */
    public static long of(SnapshotRow row) {
        if (row instanceof SnapshotRow.Checkpoint) {
            throw checkpoint();
        }
        Bytes rowKey = RowKeys.of(row);
        byte[] input = new byte[Integer.BYTES + rowKey.length() + RowFormat.maxContentSize(row)];
        ByteBuffer into = begin(rowKey, input);
        RowFormat.putContent(row, into);
        return HASHER.hashBytesToLong(input, 0, into.position());
    }

    /**
     * What a stored row adds to the digest, by its canonical bytes ({@link RowFormat}).
     *
     * @throws CdcException.Corrupt the bytes are of another version or too short
     */
    public static long ofEncoded(Bytes rowKey, byte[] row) {
        if (rowKey.equals(RowKeys.CHECKPOINT)) {
            throw checkpoint();
        }
        int offset = RowFormat.contentOffset(row);
        int size = row.length - offset;
        byte[] input = new byte[Integer.BYTES + rowKey.length() + size];
        begin(rowKey, input).put(row, offset, size);
        return HASHER.hashBytesToLong(input);
    }

    private static ByteBuffer begin(Bytes rowKey, byte[] input) {
        return ByteBuffer.wrap(input).putInt(rowKey.length()).put(rowKey.array());
    }

    private static IllegalArgumentException checkpoint() {
        return new IllegalArgumentException("the checkpoint is no part of the digest that it carries");
    }
}
