package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.fold.Fold;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardOperations.Answer;
import dev.kora.cdc.consumer.shard.ShardOperations.Outcome;
import dev.kora.cdc.consumer.shard.ShardOperations.Truncated;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.Rows;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.consumer.truncation.TruncationPolicy;
import dev.kora.cdc.log.FakeGroup;
import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.GroupListener;
import dev.kora.cdc.log.GroupMembership;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.ManualClock;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A fake log, a clock that tests move, a store that outlives its owners, and owners of shard 0 that tests drive step by step. */
final class MaterializerRig {
    static final String DATABASE = "db";
    static final LogPartition WAL = new LogPartition("db.wal", 0);
    static final LogPartition SNAPSHOT = new LogPartition("db.snapshot", 0);
    static final String GROUP = "db-materializer";
    static final String TRANSACTIONAL_ID = "db-snapshot-0";
    static final WalEntryCodec WAL_CODEC = new WalEntryCodec(7, SchemaSource.NONE);
    static final SnapshotRowCodec ROW_CODEC = new SnapshotRowCodec(9, SchemaSource.NONE);
    static final long START_MS = 1_000_000;

    private static final int STEPS = 20_000;

    final FakeLog log = new FakeLog().createTopic("db.wal", 2).createTopic("db.snapshot", 2);
    final ManualClock clock = new ManualClock();
    CrashingStore store = new CrashingStore();
    final WalScript wal = new WalScript(log, WAL, WAL_CODEC);
    MaterializerConfig config =
            MaterializerConfig.of(DATABASE, 2, "member-1").withTruncation(TruncationPolicy.ON_REQUEST);
    /** Does what takes a truncation time; at once at first. */
    Executor truncations = Runnable::run;
    /** What happens just before each step of an owner. */
    Consumer<Step> steps = step -> {};
    /** Offsets in the WAL of what is not to be applied. */
    final Set<Long> skipped = new TreeSet<>();

    private int members;

    /** An owner of shard 0 that has not made a step yet, a group member of its own, on the disk that is there now. */
    Owner owner() {
        return new Owner(this, "member-" + ++members);
    }

    /** An owner on another machine. */
    Owner ownerElsewhere(int changesBehind) {
        store = store.fork(changesBehind);
        return owner();
    }

    /** An owner with everything applied. */
    Owner settled() {
        Owner owner = owner();
        owner.settle();
        return owner;
    }

    /** The owner of a shard with what belongs to it. */
    static final class Owner implements GroupListener {
        final FakeGroup group;
        final ShardBoard board = new ShardBoard(WAL);
        final ShardLoop loop;
        private final MaterializerRig rig;
        private final CrashingStore store;
        private final List<GroupMembership> memberships = new ArrayList<>();

        Owner(MaterializerRig rig, String instanceId) {
            this.rig = rig;
            this.store = rig.store;
            rig.log.joinGroup(GROUP, instanceId, WAL.topic(), this);
            this.group = rig.log.member(instanceId);
            group.assign(0);
            var setup = new MaterializerSetup(
                    rig.config,
                    rig.log,
                    WAL_CODEC,
                    ROW_CODEC,
                    shard -> store.open(),
                    rig.clock,
                    rig.clock,
                    work -> rig.truncations.execute(work),
                    step -> rig.steps.accept(step));
            this.loop = new ShardLoop(ShardSetup.of(0, setup, memberships.getFirst()), board);
        }

        long step() {
            return loop.step(Duration.ZERO);
        }

        /** Steps, letting time pass as asked, until everything in the WAL is applied or the loop is at an end. */
        Owner settle() {
            for (int i = 0; i < STEPS; i++) {
                rig.clock.advanceNanos(step());
                if (isSettled()) {
                    return this;
                }
            }
            throw new AssertionError("did not settle: " + status());
        }

        private boolean isSettled() {
            return switch (loop.phase()) {
                case READING -> board.readTo() >= rig.log.ends(WAL).lastStable();
                case ENDED, AWAY, HALTED -> true;
                case OPENING, SKIPPING, FOLDING, COMMITTING, ABORTING -> false;
            };
        }

        /** Steps without letting time pass until a phase is reached. */
        Owner until(ShardLoop.Phase phase) {
            for (int i = 0; i < STEPS && loop.phase() != phase; i++) {
                step();
            }
            if (loop.phase() != phase) {
                throw new AssertionError("did not come to " + phase + ": " + status());
            }
            return this;
        }

        /** Has a halted shard try again, and steps as {@link #settle}. */
        Answer resume() {
            return settled(loop.order(null));
        }

        /** Has a halted shard go on without an entry, and steps as {@link #settle}. */
        Answer skip(long offset, String reason) {
            return settled(loop.order(new Orders.Skip(offset, reason)));
        }

        /** Truncates at an operator's word. */
        Truncated truncate(boolean dryRun) {
            CompletableFuture<Truncated> answer = loop.truncate(dryRun);
            step();
            return answer.getNow(new Truncated(Outcome.REFUSED, "no answer yet", null));
        }

        /** Steps as often, letting as much time pass each time. */
        void idle(int steps, Duration each) {
            for (int i = 0; i < steps; i++) {
                rig.clock.advanceNanos(each.toNanos());
                step();
            }
        }

        private Answer settled(CompletableFuture<Answer> answer) {
            // The order is looked at when its thread looks up.
            step();
            settle();
            return answer.getNow(new Answer(Outcome.REFUSED, "no answer yet"));
        }

        /** Lets the shard go in order. */
        void finish() {
            loop.finish();
            settle();
        }

        /** The process dies, and the store falls back. */
        void crash(int changes) {
            group.expire();
            store.crash(changes);
        }

        ShardStatus status() {
            return board.status(rig.clock.millis());
        }

        ShardStatus.Progress progress() {
            ShardStatus.Progress progress = status().progress();
            if (progress == null) {
                throw new AssertionError("no progress: " + status());
            }
            return progress;
        }

        /** A view as a reader gets it. */
        StoreView view() {
            if (board.access() instanceof ShardAccess.Served served) {
                return served.views().open();
            }
            throw new AssertionError("not readable: " + status());
        }

        @Override
        public void assigned(Set<LogPartition> partitions, GroupMembership membership) {
            memberships.add(membership);
        }

        @Override
        public void revoked(Set<LogPartition> partitions) {}

        @Override
        public void lost(Set<LogPartition> partitions) {}

        @Override
        public void failed(LogException e) {}
    }

    /** Starts the first epoch and appends. */
    void open(WalRecord... records) {
        wal.open();
        append(records);
    }

    void append(WalRecord... records) {
        for (WalRecord each : records) {
            wal.append(each);
        }
    }

    static WalRecord set(String key, String value) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8(value), null);
    }

    static WalRecord set(String key, String value, long ttlMs) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8(value), ttlMs);
    }

    static WalRecord push(String key, String... values) {
        return new WalRecord.RPush(
                Bytes.utf8(key), List.of(values).stream().map(Bytes::utf8).toList());
    }

    static WalRecord del(String key) {
        return new WalRecord.Del(Bytes.utf8(key));
    }

    // --- what there is

    /** The rows that a fold of the whole WAL, what was deleted included, but for what was skipped, in one go, leads to. */
    Map<Bytes, SnapshotRow> expectedRows() {
        MemoryStore folded = new MemoryStore();
        try (Overlay overlay = new Overlay(folded, StorePosition.EMPTY, TombstoneSink.NONE)) {
            for (LogRecord each : log.history(WAL)) {
                if (!skipped.contains(each.offset())) {
                    Fold.apply(WAL_CODEC.decode(each.key(), value(each), each.timestampMs()), overlay);
                }
            }
            folded.apply(overlay.seal().toBatch(null, "", LogPosition.of(0)));
        }
        return rows(folded);
    }

    static Map<Bytes, SnapshotRow> rows(Rows from) {
        Map<Bytes, SnapshotRow> rows = new TreeMap<>();
        try (RowCursor cursor = from.scan(Bytes.EMPTY, null)) {
            while (cursor.next()) {
                rows.put(cursor.rowKey(), cursor.row());
            }
        }
        return rows;
    }

    static Tally tally(Map<Bytes, SnapshotRow> rows) {
        Tally tally = new Tally();
        rows.values().forEach(tally::add);
        return tally;
    }

    /** What stands in the compacted partition, the newest of each row key, without the checkpoint. */
    Map<Bytes, SnapshotRow> publishedRows() {
        Map<Bytes, SnapshotRow> rows = new HashMap<>();
        for (LogRecord each : published()) {
            Bytes key = rowKey(each);
            if (each.value() == null) {
                rows.remove(key);
            } else if (!key.equals(RowKeys.CHECKPOINT)) {
                rows.put(key, ROW_CODEC.decode(key, each.value()));
            }
        }
        return new TreeMap<>(rows);
    }

    /** The committed records of the compacted partition. */
    List<LogRecord> published() {
        return log.committed(SNAPSHOT);
    }

    /** The checkpoints in the compacted partition, in order. */
    List<SnapshotRow.Checkpoint> checkpoints() {
        return published().stream()
                .filter(each -> rowKey(each).equals(RowKeys.CHECKPOINT) && each.value() != null)
                .map(each -> (SnapshotRow.Checkpoint) ROW_CODEC.decode(rowKey(each), value(each)))
                .toList();
    }

    static Bytes rowKey(LogRecord each) {
        Bytes key = each.key();
        if (key == null) {
            throw new AssertionError("no row key: " + each);
        }
        return key;
    }

    private static Bytes value(LogRecord each) {
        Bytes value = each.value();
        if (value == null) {
            throw new AssertionError("no value: " + each);
        }
        return value;
    }
}
