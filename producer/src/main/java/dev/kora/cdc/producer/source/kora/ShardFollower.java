package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.source.kora.SourcePosition.Mark;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one shard's files: its snapshot once, then its log wherever Kora takes it.
 *
 * <p><b>Generations.</b> Kora rotates by renaming {@code shard.wal} to {@code shard.wal.old} and starting a new file, and its
 * document handle may go on writing to the old one. So a generation is held open from the moment it is seen: the first of
 * {@code ahead} is read to its end before the next one, and those that were read to their end stay in {@code behind} for
 * what may still come. Generations are looked for on every step, also while there is no room for records, so that a slow
 * log behind us loses none of them.
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
    private static final int MAX_BEHIND = 8;
    private static final int MAX_AHEAD = 64;

    private final int shard;
    private final Path wal;
    private final Path oldWal;
    private final Path rdb;
    private final FollowerOptions options;
    private final RecordSink sink;
    private final InstantSource clock;

    private final Deque<Generation> ahead = new ArrayDeque<>();
    private final Deque<Generation> behind = new ArrayDeque<>();
    private @Nullable SnapshotFile snapshot;
    private SourcePosition.@Nullable Snapshot snapshotMark;
    private @Nullable WalRecord pendingSnapshotRecord;
    private boolean attached;
    private long incompleteSinceMs = -1;
    private boolean incompleteWarned;
    private long records;
    private long skipped;
    private volatile FollowerStatus status;

    ShardFollower(int shard, Path directory, FollowerOptions options, RecordSink sink, InstantSource clock) {
        this.shard = shard;
        this.wal = directory.resolve("shard.wal");
        this.oldWal = directory.resolve("shard.wal.old");
        this.rdb = directory.resolve("shard.rdb");
        this.options = options;
        this.sink = sink;
        this.clock = clock;
        this.status = FollowerStatus.starting(shard, wal);
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

    /**
     * Takes up to {@code limit} records.
     *
     * @return whether any was taken
     */
    boolean step(int limit) {
        return attached
                && !status.halted()
                && guarded(() -> {
                    lookForNewGeneration();
                    long before = records + skipped;
                    takeSnapshot(limit);
                    if (snapshot == null) {
                        takeFromBehind(limit);
                        takeFromAhead(limit);
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
            halt(rdb + ": " + e.getMessage() + "; mend it, or leave the snapshot out with --no-rdb");
        } catch (IOException e) {
            halt(wal.getParent() + ": " + e.getMessage());
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

    // ---- finding the place

    private void begin() throws IOException, UndecodableException {
        lookForNewGeneration(); // before the snapshot: Kora replaces the snapshot first, then truncates the log
        if (options.snapshot()) {
            snapshot = SnapshotFile.open(rdb).orElse(null);
        }
        LOG.atInfo()
                .addKeyValue("shard", shard)
                .addKeyValue("snapshot", snapshot != null)
                .addKeyValue("file", wal)
                .log("Attached to the shard's files from their beginning");
    }

    private void resume(SourcePosition position) throws IOException, UndecodableException, HaltException {
        resumeSnapshot(position.snapshot());
        resumeBehind(position.old());
        resumeLog(position.log());
        lookForNewGeneration();
        LOG.atInfo()
                .addKeyValue("shard", shard)
                .addKeyValue("offset", position.log().offset())
                .log("Goes on where the last committed record left off");
    }

    private void resumeSnapshot(SourcePosition.@Nullable Snapshot mark)
            throws IOException, UndecodableException, HaltException {
        snapshotMark = mark;
        if (mark == null || mark.done()) {
            return;
        }
        Optional<SnapshotFile> file = SnapshotFile.open(rdb);
        if (file.isEmpty() || file.get().crc() != mark.crc()) {
            throw new HaltException(rdb + ": reading it was interrupted after " + mark.index()
                    + " records, and Kora has replaced it since, so the rest cannot be had. Send FLUSHDB to the database"
                    + " and attach afresh, with an empty one");
        }
        snapshot = file.get();
        snapshot.skip(mark.index());
    }

    private void resumeBehind(@Nullable Mark mark) throws IOException {
        if (mark != null) {
            Optional<Generation> old = openAt(oldWal, mark);
            if (old.isPresent()) {
                behind.addLast(old.get());
            }
        }
    }

    private void resumeLog(Mark mark) throws IOException, HaltException {
        if (mark.inode() == 0) {
            return; // there was no log yet
        }
        Optional<LogFile> current = LogFile.open(wal);
        if (current.isPresent() && current.get().inode() == mark.inode()) {
            ahead.addLast(new Generation(current.get(), mark));
            return;
        }
        if (current.isPresent()) {
            current.get().close();
        }
        Optional<Generation> rotated = openAt(oldWal, mark);
        if (rotated.isPresent()) {
            ahead.addLast(rotated.get());
        } else if (mark.lastOffset() >= 0 || current.isPresent()) {
            throw generationGone(mark);
        }
    }

    private static Optional<Generation> openAt(Path path, Mark mark) throws IOException {
        Optional<LogFile> file = LogFile.open(path);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Generation generation = new Generation(file.get(), mark);
        if (file.get().inode() == mark.inode() && generation.holdsWhatWasRead()) {
            return Optional.of(generation);
        }
        generation.close();
        return Optional.empty();
    }

    private HaltException generationGone(Mark mark) {
        return new HaltException(
                wal + ": the file that was read up to offset " + mark.offset() + " (inode " + mark.inode()
                        + ") is neither shard.wal nor shard.wal.old any more, so what stood behind that offset cannot be had."
                        + " Send FLUSHDB to the database and attach afresh, with an empty one");
    }

    private void lookForNewGeneration() throws IOException {
        Optional<Long> now = LogFile.inodeAt(wal);
        if (now.isEmpty() || ahead.size() >= MAX_AHEAD || isNewest(now.get())) {
            return;
        }
        Optional<LogFile> file = LogFile.open(wal);
        if (file.isPresent()) {
            int firstCrc = attached ? 0 : file.get().storedCrc(0).orElse(0);
            ahead.addLast(new Generation(file.get(), Mark.start(file.get().inode(), firstCrc)));
        }
    }

    private boolean isNewest(long inode) {
        return !ahead.isEmpty() && ahead.getLast().file().inode() == inode;
    }

    // ---- taking records

    private void takeSnapshot(int limit) throws IOException, UndecodableException, HaltException {
        SnapshotFile file = snapshot;
        for (int i = 0; file != null && i < limit; i++) {
            if (!takeOneFromSnapshot(file)) {
                return;
            }
            if (file.done()) {
                file.close();
                snapshot = null;
                file = null;
            }
        }
    }

    private boolean takeOneFromSnapshot(SnapshotFile file) throws IOException, UndecodableException, HaltException {
        WalRecord record = pendingSnapshotRecord != null ? pendingSnapshotRecord : file.next();
        if (record == null) {
            return true;
        }
        SourcePosition.Snapshot mark = new SourcePosition.Snapshot(file.crc(), file.index(), file.done());
        if (!offer(record, new SourcePosition(logMark(), null, mark), rdb + ", record " + file.index())) {
            pendingSnapshotRecord = record;
            return false;
        }
        pendingSnapshotRecord = null;
        snapshotMark = mark;
        return true;
    }

    private Mark logMark() {
        return ahead.isEmpty() ? Mark.start(0, 0) : ahead.getFirst().mark();
    }

    /** What another handle has appended to generations that were rotated away. */
    private void takeFromBehind(int limit) throws IOException, HaltException {
        for (Generation generation : behind) {
            if (generation.behindBytes() > 0) {
                takeFrames(generation, limit);
            }
        }
    }

    private void takeFromAhead(int limit) throws IOException, HaltException {
        Generation current = ahead.peekFirst();
        if (current == null) {
            return;
        }
        if (!current.holdsWhatWasRead()) {
            truncated(current);
        }
        boolean atEnd = takeFrames(current, limit);
        while (atEnd && ahead.size() > 1) {
            turnOver();
            atEnd = takeFrames(ahead.getFirst(), limit);
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
                .addKeyValue("file", wal)
                .log("The log was rotated: reading the new file");
        behind.addLast(ahead.removeFirst());
        if (behind.size() > MAX_BEHIND) {
            behind.removeFirst().close();
        }
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
            if (!sink.offer(record, positionWith(generation, next))) {
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

    private boolean offer(WalRecord record, SourcePosition position, String place) throws HaltException {
        try {
            if (!sink.offer(record, position)) {
                return false;
            }
            records++;
        } catch (CdcException.Invalid e) {
            skip(place, String.valueOf(e.getMessage()));
        }
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

    /** Where the shard stands once {@code moved} has gone on to {@code next}. */
    private SourcePosition positionWith(Generation moved, Mark next) {
        Generation old = behind.peekLast();
        Mark log = ahead.peekFirst() == moved ? next : logMark();
        Mark oldMark = old == null ? null : old == moved ? next : old.mark();
        return new SourcePosition(log, oldMark, snapshotMark);
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
        Generation current = ahead.peekFirst();
        long behindBytes = 0;
        for (Generation generation : ahead) {
            behindBytes += generation.behindBytes();
        }
        long offset = current == null ? 0 : current.mark().offset();
        Path file = current == null ? wal : current.file().path();
        status = new FollowerStatus(shard, file, offset, behindBytes, records, skipped, snapshot != null, null);
    }

    @Override
    public void close() throws IOException {
        if (snapshot != null) {
            snapshot.close();
        }
        for (Generation generation : ahead) {
            generation.close();
        }
        for (Generation generation : behind) {
            generation.close();
        }
    }
}
