package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.fold.Fold;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.CommandTable;
import dev.kora.cdc.server.resp.DirectCalls;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Shards in memory that entries are folded into, with a clock for entries and readers alike, and a connection to them. */
final class TestShards implements ShardDirectory {
    static final long START_MS = 1_750_000_000_000L;

    private final List<MemoryStore> stores = new ArrayList<>();
    private final List<ShardAccess> accesses = new ArrayList<>();
    private final List<ShardStatus> statuses = new ArrayList<>();
    private final AtomicInteger openViews = new AtomicInteger();
    private long nowMs = START_MS;
    private long sequence;

    TestShards(int shards) {
        for (int shard = 0; shard < shards; shard++) {
            MemoryStore store = new MemoryStore();
            stores.add(store);
            accesses.add(new ShardAccess.Served(() -> new CountedView(store.view(), openViews)));
            statuses.add(new ShardStatus(shard, ShardState.RUNNING, "", null));
        }
    }

    /** How many views and cursors were opened and not closed. */
    int openViews() {
        return openViews.get();
    }

    DirectCalls connect() {
        return connect(ReadLimits.DEFAULT);
    }

    DirectCalls connect(ReadLimits limits) {
        CommandTable commands = new RespReads(this, clock(), new Random(7), limits).commands();
        return new DirectCalls(commands);
    }

    InstantSource clock() {
        return () -> Instant.ofEpochMilli(nowMs);
    }

    long nowMs() {
        return nowMs;
    }

    void pass(long ms) {
        nowMs += ms;
    }

    /** Commits records to a shard. */
    TestShards fold(int shard, WalRecord... records) {
        MemoryStore store = stores.get(shard);
        try (Overlay overlay = new Overlay(store, store.position(), TombstoneSink.NONE)) {
            for (WalRecord record : records) {
                sequence++;
                Fold.apply(new WalEntry(1, sequence, nowMs, record), overlay);
            }
            store.apply(overlay.seal().toBatch(null, "", LogPosition.of(sequence)));
        }
        return this;
    }

    void access(int shard, ShardAccess access) {
        accesses.set(shard, access);
    }

    void status(ShardStatus status) {
        statuses.set(status.shard(), status);
    }

    @Override
    public int shards() {
        return stores.size();
    }

    @Override
    public ShardAccess access(int shard) {
        return accesses.get(shard);
    }

    @Override
    public ShardStatus status(int shard) {
        return statuses.get(shard);
    }

    static WalRecord set(String key, String value) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8(value), null);
    }

    static WalRecord set(String key, String value, long ttlMs) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8(value), ttlMs);
    }

    static WalRecord del(String key) {
        return new WalRecord.Del(Bytes.utf8(key));
    }

    static WalRecord rpush(String key, String... values) {
        return new WalRecord.RPush(Bytes.utf8(key), bytes(values));
    }

    static WalRecord lpush(String key, String... values) {
        return new WalRecord.LPush(Bytes.utf8(key), bytes(values));
    }

    static WalRecord sadd(String key, String... members) {
        return new WalRecord.SAdd(Bytes.utf8(key), bytes(members));
    }

    /** @param pairs field, value, field, value, … */
    static WalRecord hset(String key, String... pairs) {
        List<WalRecord.Field> fields = new ArrayList<>();
        for (int n = 0; n < pairs.length; n += 2) {
            fields.add(new WalRecord.Field(Bytes.utf8(pairs[n]), Bytes.utf8(pairs[n + 1])));
        }
        return new WalRecord.HSet(Bytes.utf8(key), fields);
    }

    static WalRecord expire(String key, long ttlMs) {
        return new WalRecord.Expire(Bytes.utf8(key), ttlMs);
    }

    static WalRecord docSet(String collection, String docId, String json) {
        return new WalRecord.DocSet(Bytes.utf8(collection), Bytes.utf8(docId), Bytes.utf8(json));
    }

    private static List<Bytes> bytes(String... texts) {
        return Arrays.stream(texts).map(Bytes::utf8).toList();
    }
}
