package dev.kora.cdc.stack;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The WAL of a database, into which entries of every kind are written at random, with keys that collide, change their type and expire,
 * and now and then a flush. The same seed writes the same entries. Not thread-safe.
 */
public final class RandomWal implements AutoCloseable {
    private static final int TRANSACTION = 5;

    private final Random random;
    private final RandomRecords records;
    private final List<WalScript> shards = new ArrayList<>();
    /** A day ago, so that the time of the entries can run ahead of the clock without being in the future. */
    private long timeMs = System.currentTimeMillis() - Duration.ofDays(1).toMillis();

    /** Begins the WALs of a database whose topics are there and empty. */
    public RandomWal(Log log, String database, int shards, Random random) {
        this.random = random;
        this.records = new RandomRecords(random);
        for (int shard = 0; shard < shards; shard++) {
            LogPartition wal = new LogPartition(TopicNames.wal(database), shard);
            this.shards.add(new WalScript(log, wal, WalState.CODEC).at(timeMs).open());
        }
    }

    /** Writes about so many entries, a few in a transaction, to shards at random. */
    public void write(int entries) {
        for (int i = 0; i < entries; i += TRANSACTION) {
            timeMs += random.nextInt(20);
            List<WalEntry.Content> contents = new ArrayList<>();
            for (int j = 0; j < TRANSACTION; j++) {
                contents.add(content());
            }
            shard(random.nextInt(shards.size())).append(contents);
        }
    }

    private WalEntry.Content content() {
        if (random.nextInt(20) == 0) {
            return Control.HEARTBEAT;
        }
        WalRecord record = records.record();
        boolean flush = record instanceof WalRecord.FlushDb && random.nextInt(20) > 0;
        return flush ? new WalRecord.LPush(records.key(), List.of(records.bytes())) : record;
    }

    /** Lets the entries to come be later: keys expire by their time. */
    public void pass(Duration time) {
        timeMs += time.toMillis();
    }

    /** The WAL of one shard, whose next entries have the time that it is. */
    public WalScript shard(int shard) {
        return shards.get(shard).at(timeMs);
    }

    /** Sequence of the last entry of a shard. */
    public long sequence(int shard) {
        return shards.get(shard).sequence();
    }

    @Override
    public void close() {
        shards.forEach(WalScript::close);
    }
}
