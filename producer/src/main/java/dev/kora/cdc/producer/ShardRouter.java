package dev.kora.cdc.producer;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.KafkaKeys;
import dev.kora.cdc.schema.WalRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Which shard a record belongs to, for sources that have no engine to say so.
 *
 * <p>A key's shard is its hash slot modulo the number of shards. Slots are Redis Cluster's: CRC-16/XMODEM modulo 16,384,
 * over what stands between the first <code>{</code> and the next <code>}</code> of the key if that is not empty, else over
 * the whole key. So keys with the same tag share a shard, and clients that know slots know it. A document's slot is that of
 * collection and id together, tags not regarded. Vector indexes are keys, in a space of their own.
 *
 * <p>Immutable.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">Redis cluster specification</a>
 */
public final class ShardRouter {
    /** Number of hash slots. */
    public static final int SLOTS = 16_384;

    private static final int POLYNOMIAL = 0x1021;
    private static final short[] CRC = table();

    private final int shards;

    /** A router for shards from 0 to {@code shards} - 1. */
    public ShardRouter(int shards) {
        if (shards < 1) {
            throw new CdcException.Invalid("shards must be at least 1, not " + shards);
        }
        this.shards = shards;
    }

    /** The hash slot of a key, tags regarded: from 0 to {@link #SLOTS} - 1. */
    public static int slot(Bytes key) {
        byte[] bytes = key.array();
        int open = indexOf(bytes, '{', 0);
        int close = open < 0 ? -1 : indexOf(bytes, '}', open + 1);
        return close > open + 1 ? slot(bytes, open + 1, close) : slot(bytes, 0, bytes.length);
    }

    /** The shard of a key or of a vector index. */
    public int shardOf(Bytes key) {
        return slot(key) % shards;
    }

    /** The shard of a document. */
    public int shardOfDocument(Bytes collection, Bytes docId) {
        byte[] bytes = KafkaKeys.document(collection, docId).array();
        return slot(bytes, 0, bytes.length) % shards;
    }

    /**
     * Gives each record its shard, in the order of the list: FLUSHDB stands once for each shard.
     *
     * @param records of one command
     */
    public List<ShardRecord> route(List<WalRecord> records) {
        List<ShardRecord> routed = new ArrayList<>(records.size());
        for (WalRecord record : records) {
            if (record instanceof WalRecord.FlushDb) {
                for (int shard = 0; shard < shards; shard++) {
                    routed.add(new ShardRecord(shard, record));
                }
            } else {
                routed.add(new ShardRecord(shardOf(record), record));
            }
        }
        return routed;
    }

    private int shardOf(WalRecord record) {
        return switch (record) {
            case WalRecord.Set r -> shardOf(r.key());
            case WalRecord.Del r -> shardOf(r.key());
            case WalRecord.Expire r -> shardOf(r.key());
            case WalRecord.LPush r -> shardOf(r.key());
            case WalRecord.RPush r -> shardOf(r.key());
            case WalRecord.HSet r -> shardOf(r.key());
            case WalRecord.SAdd r -> shardOf(r.key());
            case WalRecord.VecSet r -> shardOf(r.key());
            case WalRecord.VecDel r -> shardOf(r.key());
            case WalRecord.DocSet r -> shardOfDocument(r.collection(), r.docId());
            case WalRecord.DocDel r -> shardOfDocument(r.collection(), r.docId());
            case WalRecord.FlushDb r -> throw new IllegalArgumentException("FLUSHDB belongs to every shard");
        };
    }

    private static int indexOf(byte[] bytes, char wanted, int from) {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    private static int slot(byte[] bytes, int from, int to) {
        int crc = 0;
        for (int at = from; at < to; at++) {
            crc = (crc << 8) ^ CRC[((crc >>> 8) ^ bytes[at]) & 0xff];
        }
        return crc & (SLOTS - 1);
    }

    /** What each byte does to the remainder, the byte being in its upper half. */
    private static short[] table() {
        short[] table = new short[256];
        for (int octet = 0; octet < table.length; octet++) {
            int crc = octet << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
            }
            table[octet] = (short) crc;
        }
        return table;
    }
}
