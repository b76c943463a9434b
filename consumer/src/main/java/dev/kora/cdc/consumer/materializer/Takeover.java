package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.reader.SnapshotBootstrap;
import dev.kora.cdc.reader.WalStart;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try to become the only owner of a shard, with its store at the newest checkpoint: the one way to start, whatever
 * happened before.
 *
 * <ol>
 *   <li><b>End what Kafka forgot.</b> A broker that was killed may have forgotten to end the former owner's last transaction here,
 *       also one that was committed (docs/decisions/0010). Its coordinator knows how it was to end, but only until the next step.
 *   <li><b>Fence.</b> Initialising the writer ends the former owner's transaction, and none of its commits works from then
 *       on: what stands in the compacted partition now is all there will be but for us. Everything else comes after.
 *   <li><b>Settle.</b> Somebody else's open transaction would hide commits behind the last stable offset; it is waited for.
 *       After a while it can only be one that was forgotten and whose end nobody knows any more: it is aborted. Had it been
 *       committed, the group's offset, which was part of it, would tell in the last step.
 *   <li><b>Catch up</b> from where the store stands, or from the partition's beginning, to the newest checkpoint.
 *   <li><b>Compare</b> that checkpoint with the group's committed offset, which was part of the same transaction, and with
 *       what the WAL still holds. Behind either of them, entries would be lost, so the shard halts.
 * </ol>
 *
 * <p>Where the compacted partition is empty the shard has never been materialised: then the WAL has to hold all of it, and
 * reading it from the beginning finds out whether it does.
 */
final class Takeover implements AutoCloseable {
    /** What a takeover leads to. The writer is the taker's to close. */
    record Taken(
            LogWriter writer,
            SnapshotRow.@Nullable Checkpoint checkpoint,
            WalStart from,
            String snapshotTopicId,
            LogEnds walEnds) {}

    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
    private static final long FORGOTTEN_NANOS = Duration.ofSeconds(3).toNanos();

    private final ShardSetup setup;
    private final Log log;
    private final StoreSink sink;
    private @Nullable LogWriter writer;
    private boolean fenced;
    private boolean settled;
    private @Nullable Long unsettledSinceNanos;
    private @Nullable SnapshotBootstrap bootstrap;
    private SnapshotBootstrap.@Nullable Result result;
    private String doing = "taking the shard over from its former owner";

    /** Prepares a takeover; it does no I/O before the first step. */
    Takeover(ShardSetup setup, Store store) {
        this.setup = setup;
        this.log = setup.log();
        this.sink = new StoreSink(store);
    }

    /**
     * Goes on, waiting for the log no longer than {@code patience}.
     *
     * @return what it led to; empty while it has not
     * @throws LogException its kind says whether this takeover may be stepped again
     * @throws CdcException.Unavailable step again
     * @throws CdcException.Corrupt the shard has to halt
     */
    Optional<Taken> step(Duration patience) {
        LogWriter mine = fence();
        if (!isSettled()) {
            return Optional.empty();
        }
        SnapshotBootstrap.Result caughtUp = catchUp(patience);
        if (caughtUp == null) {
            return Optional.empty();
        }
        Taken taken = compare(caughtUp, mine);
        writer = null;
        return Optional.of(taken);
    }

    /** What is under way, as the end of a sentence. */
    String doing() {
        return doing;
    }

    /** Whether it waits for somebody else, so that stepping again at once is of no use. */
    boolean isWaiting() {
        return fenced && !settled;
    }

    private LogWriter fence() {
        LogWriter mine = writer;
        if (mine == null) {
            String id = setup.config().transactionalId(setup.shard());
            mine = log.openWriter(id, setup.config().transactionTimeout());
            writer = mine;
        }
        if (!fenced) {
            log.endForgotten(setup.config().transactionalId(setup.shard()), setup.snapshot());
            mine.initialize();
            fenced = true;
        }
        return mine;
    }

    private boolean isSettled() {
        if (!settled) {
            LogEnds ends = log.ends(setup.snapshot());
            settled = ends.lastStable() >= ends.highWatermark();
            if (!settled) {
                abortForgotten();
            }
            doing = "waiting for an open transaction in %s (last stable offset %d, end %d)"
                    .formatted(setup.snapshot(), ends.lastStable(), ends.highWatermark());
        }
        return settled;
    }

    /** After a while it is no former owner's transaction that is being ended, but one whose end nobody knows any more. */
    private void abortForgotten() {
        long now = setup.nowNanos();
        if (unsettledSinceNanos == null) {
            unsettledSinceNanos = now;
        } else if (now - unsettledSinceNanos >= FORGOTTEN_NANOS) {
            unsettledSinceNanos = now;
            int aborted = log.abortForgotten(setup.config().transactionalId(setup.shard()), setup.snapshot());
            LOG.atWarn()
                    .addKeyValue("partition", setup.snapshot())
                    .addKeyValue("aborted", aborted)
                    .log("looked for transactions that nobody will end");
        }
    }

    private SnapshotBootstrap.@Nullable Result catchUp(Duration patience) {
        if (result == null) {
            if (bootstrap == null) {
                bootstrap = SnapshotBootstrap.open(
                        log, setup.snapshot(), setup.all().rowCodec(), sink);
            }
            result = bootstrap.step(patience).orElse(null);
            SnapshotBootstrap.Progress progress = bootstrap.progress();
            doing = "reading %s, offset %d of %d, %,d rows so far"
                    .formatted(setup.snapshot(), progress.offset(), progress.target(), progress.rows());
        }
        return result;
    }

    private Taken compare(SnapshotBootstrap.Result caughtUp, LogWriter mine) {
        OptionalLong committed = log.committedOffset(setup.config().group(), setup.wal());
        LogEnds walEnds = log.ends(setup.wal());
        String snapshotTopicId = log.topicId(setup.config().snapshotTopic());
        return switch (caughtUp) {
            case SnapshotBootstrap.Found found -> {
                checkPosition(found.checkpoint(), committed, walEnds);
                WalStart from = WalStart.at(found.checkpoint());
                yield new Taken(mine, found.checkpoint(), from, snapshotTopicId, walEnds);
            }
            case SnapshotBootstrap.Nothing nothing -> {
                checkFirst(committed);
                String walTopicId = log.topicId(setup.config().walTopic());
                WalStart from = WalStart.atBeginning(walTopicId, walEnds.start());
                yield new Taken(mine, null, from, snapshotTopicId, walEnds);
            }
        };
    }

    private void checkPosition(SnapshotRow.Checkpoint checkpoint, OptionalLong committed, LogEnds walEnds) {
        if (committed.isPresent() && checkpoint.position() < committed.getAsLong()) {
            throw new CdcException.Corrupt(
                    "%s: its newest checkpoint is at position %d of %s, but the group %s has committed offset %d there: the compacted partition has lost commits. Restore it, or find out what the brokers lost"
                            .formatted(
                                    setup.snapshot(),
                                    checkpoint.position(),
                                    setup.wal(),
                                    setup.config().group(),
                                    committed.getAsLong()));
        }
        if (checkpoint.position() < walEnds.start()) {
            throw new CdcException.Corrupt(
                    "%s: its newest checkpoint is at position %d of %s, which begins at offset %d: the entries between were deleted before they were materialised. Restore the compacted partition, or start a new database"
                            .formatted(setup.snapshot(), checkpoint.position(), setup.wal(), walEnds.start()));
        }
    }

    private void checkFirst(OptionalLong committed) {
        if (committed.isPresent()) {
            throw new CdcException.Corrupt(
                    "%s holds nothing, but the group %s has committed offset %d of %s: the compacted partition was lost. Restore it, or start a new database"
                            .formatted(setup.snapshot(), setup.config().group(), committed.getAsLong(), setup.wal()));
        }
    }

    /** Lets go of everything that was not handed on. Idempotent. */
    @Override
    public void close() {
        if (bootstrap != null) {
            bootstrap.close();
        }
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
