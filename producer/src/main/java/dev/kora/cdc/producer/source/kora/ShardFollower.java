package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one shard's files: its snapshot once, then its log wherever Kora takes it.
 *
 * <p><b>Rotation.</b> New generations of the log ({@link Generations}) are looked for on every step, also while there is no
 * room for records, so that a slow log behind us loses none of them.
 *
 * <p><b>Truncation</b> keeps the inode and starts again at 0. It is seen by the length, or, once the file has grown past our
 * place, by the frames that we remember. What Kora wrote between our last look and the truncation is gone; it is in
 * {@code shard.rdb} only, which is said in a warning.
 *
 * <p><b>Identity.</b> The position carries inode, place and remembered frames of the log and of the generation before it.
 * After a restart they decide: read on, finish the old file first, begin anew after a truncation, or halt because the
 * generation is gone. Nothing is skipped silently.
 *
 * <p>Not thread-safe, except {@link #status()}.
 */
final class ShardFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardFollower.class);

    private final int shard;
    private final FollowerOptions options;
    private final Delivery delivery;
    private final Generations log;
    private final LogFeed feed;
    private final SnapshotFeed snapshot;

    private boolean attached;
    private volatile FollowerStatus status;

    ShardFollower(int shard, Path directory, FollowerOptions options, RecordSink sink, InstantSource clock) {
        this.shard = shard;
        this.options = options;
        this.delivery = new Delivery(shard, options.skipOversized(), sink);
        this.log = new Generations(directory);
        this.feed = new LogFeed(shard, log, delivery, clock);
        this.snapshot = new SnapshotFeed(directory);
        this.status = FollowerStatus.starting(shard, log.wal());
    }

    FollowerStatus status() {
        return status;
    }

    /** Finds its place: where the last committed record left off, or the beginning. A failure halts the shard. */
    void attach(Optional<Bytes> stored) {
        guarded(() -> {
            if (stored.isPresent()) {
                resume(SourcePosition.decode(stored.get()));
            } else {
                begin();
            }
            attached = true;
            return true;
        });
    }

    private void begin() throws IOException, UndecodableException, HaltException {
        log.look(); // before the snapshot: Kora replaces the snapshot first, then truncates the log
        if (options.snapshot()) {
            snapshot.begin();
        }
        LOG.atInfo()
                .addKeyValue("shard", shard)
                .addKeyValue("snapshot", snapshot.isOpen())
                .addKeyValue("file", log.wal())
                .log("Attached to the shard's files from their beginning");
    }

    private void resume(SourcePosition position) throws IOException, UndecodableException, HaltException {
        snapshot.resume(position.snapshot());
        log.resume(position);
        LOG.atInfo()
                .addKeyValue("shard", shard)
                .addKeyValue("offset", position.log().offset())
                .log("Goes on where the last committed record left off");
    }

    /**
     * Takes up to {@code limit} records.
     *
     * @return whether any was taken
     */
    boolean step(int limit) {
        return attached
                && !status.halted()
                && guarded(() -> {
                    log.look();
                    long before = done();
                    takeSnapshot(limit);
                    if (!snapshot.isOpen()) {
                        feed.take(limit, snapshot.mark());
                    }
                    status = describe(log.behindBytes());
                    return done() > before;
                });
    }

    private long done() {
        return delivery.records() + delivery.skipped();
    }

    private interface Step {
        boolean run() throws IOException, UndecodableException, HaltException;
    }

    private boolean guarded(Step step) {
        try {
            return step.run();
        } catch (HaltException | CdcException.Corrupt e) {
            halt(String.valueOf(e.getMessage()));
        } catch (UndecodableException e) {
            halt(snapshot.path() + ": " + e.getMessage() + "; mend it, or leave the snapshot out with --no-rdb");
        } catch (IOException e) {
            halt(log.wal().getParent() + ": " + e);
        } catch (CdcException.Fenced e) {
            throw e; // the end of all shards
        } catch (OutOfMemoryError e) {
            halt(log.wal().getParent() + ": what stands there takes more memory than there is (" + e.getMessage()
                    + ")");
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("shard", shard).setCause(e).log("A bug in following a shard");
            halt(log.wal().getParent() + ": " + e + "; this is a bug, report it");
        }
        return false;
    }

    /** Reads no further. For the thread that steps. */
    void halt(String reason) {
        status = describe(status.behindBytes()).halt(reason);
        LOG.atError().addKeyValue("shard", shard).addKeyValue("reason", reason).log("The shard's source has halted");
    }

    private void takeSnapshot(int limit) throws IOException, UndecodableException, HaltException {
        for (int i = 0; i < limit; i++) {
            WalRecord record = snapshot.peek();
            if (record == null) {
                return;
            }
            SourcePosition.Snapshot mark = snapshot.markBehind();
            SourcePosition behind = new SourcePosition(log.logMark(), null, mark);
            if (!delivery.offer(record, behind, () -> snapshot.path() + ", record " + mark.index())) {
                return;
            }
            snapshot.taken();
        }
    }

    private FollowerStatus describe(long behindBytes) {
        Generation current = log.current();
        return new FollowerStatus(
                shard,
                current == null ? log.wal() : current.file().path(),
                current == null ? 0 : current.mark().offset(),
                behindBytes,
                delivery.records(),
                delivery.skipped(),
                snapshot.isOpen(),
                null);
    }

    @Override
    public void close() throws IOException {
        snapshot.close();
        log.close();
    }
}
