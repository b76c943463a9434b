package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.ManualClock;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A fake log, a clock that tests move, and publishers without threads that tests drive step by step. */
final class PublisherRig {
    static final String DATABASE = "db";
    static final String TOPIC = "db.wal";
    static final String TRANSACTIONAL_ID = "db-wal";
    static final WalEntryCodec CODEC = new WalEntryCodec(7, SchemaSource.NONE);

    private static final int STEPS = 10_000;

    final FakeLog log;
    final ManualClock clock = new ManualClock();
    final int shards;
    PublisherConfig config;

    PublisherRig(int shards) {
        this.shards = shards;
        this.log = new FakeLog().createTopic(TOPIC, shards);
        this.config = PublisherConfig.of(DATABASE, shards).withBufferBytes(1 << 16);
    }

    /** A publisher that has not made a step yet. */
    PublisherCore core() {
        return core(log);
    }

    PublisherCore core(Log behind) {
        return new PublisherCore(new PublisherSetup(config, CODEC, clock, clock), behind);
    }

    /** A publisher whose openings are committed. */
    PublisherCore opened() {
        PublisherCore core = core();
        settle(core);
        return core;
    }

    /** Steps and lets time pass until the publisher has nothing to do but to wait for entries. */
    void settle(PublisherCore core) {
        for (int i = 0; i < STEPS && !core.loop().ended(); i++) {
            Rest rest = core.loop().step();
            if (rest.untilEntry()) {
                return;
            }
            clock.advanceNanos(rest.nanos());
        }
        if (!core.loop().ended()) {
            throw new AssertionError("did not settle: " + core.status());
        }
    }

    /** Steps once, without letting time pass. */
    Rest step(PublisherCore core) {
        return core.loop().step();
    }

    /** Lets time pass, stepping as often as the publisher asks for it. */
    void pass(PublisherCore core, Duration duration) {
        long end = clock.getAsLong() + duration.toNanos();
        for (int i = 0; i < STEPS && clock.getAsLong() < end && !core.loop().ended(); i++) {
            Rest rest = core.loop().step();
            clock.advanceNanos(Math.min(rest.nanos(), end - clock.getAsLong()));
        }
        if (clock.getAsLong() < end && !core.loop().ended()) {
            throw new AssertionError("does not let time pass: " + core.status());
        }
    }

    /** Appends commands of one record each; each value is {@code text}. */
    Told append(PublisherCore core, int shard, String text) {
        return command(core, record(shard, text));
    }

    Told command(PublisherCore core, ShardRecord... records) {
        Told told = new Told();
        if (!core.intake().takeCommand(List.of(records), told)) {
            throw new AssertionError("the ring is full");
        }
        return told;
    }

    static ShardRecord record(int shard, String text) {
        return new ShardRecord(shard, set(text));
    }

    static WalRecord set(String text) {
        return new WalRecord.Set(Bytes.utf8("key"), Bytes.utf8(text), null);
    }

    static LogPartition partition(int shard) {
        return new LogPartition(TOPIC, shard);
    }

    List<LogRecord> committed(int shard) {
        return log.committed(partition(shard));
    }

    /** The checked entries of a shard. */
    List<WalEntry> entries(int shard) {
        return WalChecker.check(log, partition(shard), CODEC);
    }

    /** The texts of a shard's checked entries; controls by their names. */
    List<String> texts(int shard) {
        return entries(shard).stream().map(PublisherRig::text).toList();
    }

    static String text(WalEntry entry) {
        return entry.content() instanceof WalRecord.Set set
                ? set.value().text()
                : entry.content().toString();
    }

    /** What a listener was told. */
    static final class Told implements CommitListener {
        private final List<String> calls = new ArrayList<>();

        @Override
        public synchronized void committed() {
            calls.add("committed");
        }

        @Override
        public synchronized void failed(CdcException cause) {
            calls.add("failed: " + cause.getClass().getSimpleName());
        }

        @Override
        public synchronized void late(CdcException.Unavailable cause) {
            calls.add("late");
        }

        synchronized List<String> calls() {
            return List.copyOf(calls);
        }

        boolean isCommitted() {
            return calls().equals(List.of("committed"));
        }
    }
}
