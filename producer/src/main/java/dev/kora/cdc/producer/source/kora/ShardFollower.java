package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.source.kora.SourcePosition.Mark;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
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
    private static final Duration INCOMPLETE_WARNING = Duration.ofSeconds(60);

    private final int shard;
    private final FollowerOptions options;
    private final RecordSink sink;
    private final InstantSource clock;
    private final Generations log;
    private final SnapshotFeed snapshot;

    private boolean attached;
    private long incompleteSinceMs = -1;
    private boolean incompleteWarned;
    private long records;
    private long skipped;
    private volatile FollowerStatus status;

    ShardFollower(int shard, Path directory, FollowerOptions options, RecordSink sink, InstantSource clock) {
        this.shard = shard;
        this.options = options;
        this.sink = sink;
        this.clock = clock;
        this.log = new Generations(directory);
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

    private void begin() throws IOException, UndecodableException {
        log.begin(); // before the snapshot: Kora replaces the snapshot first, then truncates the log
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
                    long before = records + skipped;
                    takeSnapshot(limit);
                    if (!snapshot.isOpen()) {
                        takeFromBehind(limit);
                        takeFromCurrent(limit);
                    }
                    publishStatus();
                    return records + skipped > before;
                });
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
            halt(log.wal().getParent() + ": " + e.getMessage());
        }
        return false;
    }

    private void halt(String reason) {
        status = status.halt(reason);
        LOG.atError()
                .addKeyValue("shard", shard)
                .addKeyValue("reason", reason)
                .log("The shard's source has halted; the other shards go on");
    }

    // ---- taking records

    private void takeSnapshot(int limit) throws IOException, UndecodableException, HaltException {
        for (int i = 0; i < limit; i++) {
            WalRecord record = snapshot.peek();
            if (record == null) {
                return;
            }
            SourcePosition.Snapshot mark = snapshot.markBehind();
            if (!takeFromSnapshot(record, mark)) {
                return;
            }
            snapshot.taken();
        }
    }

    /** Whether the record was taken or left out. */
    private boolean takeFromSnapshot(WalRecord record, SourcePosition.Snapshot mark) throws HaltException {
        try {
            if (!sink.offer(record, new SourcePosition(log.logMark(), null, mark))) {
                return false;
            }
            records++;
        } catch (CdcException.Invalid e) {
            skip(snapshot.path() + ", record " + mark.index(), String.valueOf(e.getMessage()));
        }
        return true;
    }

    /** What another handle has appended to generations that were rotated away. */
    private void takeFromBehind(int limit) throws IOException, HaltException {
        for (Generation generation : log.behind()) {
            if (generation.behindBytes() > 0) {
                takeFrames(generation, limit);
            }
        }
    }

    private void takeFromCurrent(int limit) throws IOException, HaltException {
        Generation current = log.current();
        if (current == null) {
            return;
        }
        if (!current.holdsWhatWasRead()) {
            truncated(current);
        }
        boolean atEnd = takeFrames(current, limit);
        while (atEnd && log.rotated()) {
            turnOver();
            atEnd = takeFrames(Objects.requireNonNull(log.current()), limit);
        }
    }

    private void truncated(Generation generation) throws HaltException {
        if (generation.mark().lastOffset() < 0) {
            throw new HaltException(
                    generation.file().path() + ": Kora has rewritten its log while its snapshot was being read,"
                            + " before any of the log was. Send FLUSHDB to the database and attach afresh, with an empty one");
        }
        LOG.atWarn()
                .addKeyValue("shard", shard)
                .addKeyValue("file", generation.file().path())
                .addKeyValue("offset", generation.mark().offset())
                .log("Kora has truncated the log: reading it from its beginning. Records written between the last look"
                        + " and the truncation are in shard.rdb only");
        generation.restart();
    }

    private void turnOver() throws IOException {
        LOG.atInfo()
                .addKeyValue("shard", shard)
                .addKeyValue("file", log.wal())
                .log("The log was rotated: reading the new file");
        log.turnOver();
        incompleteSinceMs = -1;
    }

    /** Takes whole frames; true where the end of the file was reached, false where room or the limit ended it. */
    private boolean takeFrames(Generation generation, int limit) throws IOException, HaltException {
        for (int i = 0; i < limit; i++) {
            Frame frame = generation.file().read(generation.mark().offset());
            switch (frame) {
                case Frame.Whole whole -> {
                    if (!take(generation, whole)) {
                        return false;
                    }
                }
                case Frame.Oversized oversized ->
                    passOver(
                            generation,
                            oversized.offset(),
                            oversized.crc(),
                            oversized.payloadBytes(),
                            "a record of " + oversized.payloadBytes() + " bytes is longer than can be carried");
                case Frame.Incomplete incomplete -> {
                    noteIncomplete(generation, incomplete);
                    return true;
                }
                case Frame.Damaged damaged -> throw new HaltException(damaged(generation, damaged.why()));
            }
            incompleteSinceMs = -1;
            incompleteWarned = false;
        }
        return false;
    }

    private boolean take(Generation generation, Frame.Whole frame) throws HaltException {
        int payloadBytes = frame.payload().remaining();
        WalRecord record;
        try {
            record = KoraPayload.decode(frame.payload());
        } catch (UndecodableException e) {
            throw new HaltException(damaged(generation, "a frame with a right checksum, but " + e.getMessage()));
        }
        Mark next = after(generation, frame.offset(), frame.crc(), payloadBytes);
        try {
            if (!sink.offer(record, log.positionWith(generation, next, snapshot.mark()))) {
                return false;
            }
        } catch (CdcException.Invalid e) {
            passOver(generation, frame.offset(), frame.crc(), payloadBytes, String.valueOf(e.getMessage()));
            return true;
        }
        generation.advance(next);
        records++;
        return true;
    }

    private void passOver(Generation generation, long offset, int crc, long payloadBytes, String why)
            throws HaltException {
        skip(generation.file().path() + ", offset " + offset, why);
        generation.advance(after(generation, offset, crc, payloadBytes));
    }

    private void skip(String place, String why) throws HaltException {
        if (!options.skipOversized()) {
            throw new HaltException(place + ": " + why + "; --skip-oversized leaves such records out");
        }
        skipped++;
        LOG.atWarn()
                .addKeyValue("shard", shard)
                .addKeyValue("place", place)
                .addKeyValue("reason", why)
                .log("Left out a record");
    }

    private static Mark after(Generation generation, long offset, int crc, long payloadBytes) {
        return generation.mark().after(offset, crc, offset + payloadBytes + Frame.OVERHEAD_BYTES);
    }

    private String damaged(Generation generation, String why) {
        return generation.file().path() + ", offset " + generation.mark().offset() + ": " + why
                + ". Kora's own recovery stops here too; records behind it cannot be found";
    }

    private void noteIncomplete(Generation generation, Frame.Incomplete frame) {
        long nowMs = clock.millis();
        if (frame.available() == 0) {
            incompleteSinceMs = -1;
        } else if (incompleteSinceMs < 0) {
            incompleteSinceMs = nowMs;
        } else if (!incompleteWarned && nowMs - incompleteSinceMs >= INCOMPLETE_WARNING.toMillis()) {
            incompleteWarned = true;
            LOG.atWarn()
                    .addKeyValue("shard", shard)
                    .addKeyValue("file", generation.file().path())
                    .addKeyValue("offset", frame.offset())
                    .log("The last frame is incomplete for a minute: Kora buffers its log; waiting for the rest");
        }
    }

    private void publishStatus() throws IOException {
        Generation current = log.current();
        long offset = current == null ? 0 : current.mark().offset();
        Path file = current == null ? log.wal() : current.file().path();
        status = new FollowerStatus(shard, file, offset, log.behindBytes(), records, skipped, snapshot.isOpen(), null);
    }

    @Override
    public void close() throws IOException {
        snapshot.close();
        log.close();
    }
}
