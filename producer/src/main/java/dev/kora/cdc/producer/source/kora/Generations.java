package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.source.kora.SourcePosition.Mark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The generations of a shard's log that are held open, in the order in which Kora began them.
 *
 * <p>Kora rotates by renaming {@code shard.wal} to {@code shard.wal.old} and starting a new file, and its document handle may
 * go on writing to the old one. So a generation is held open from the moment it is seen: the {@link #current()} one is read
 * to its end before the next, and those that were read to their end stay in {@link #behind()} for what may still come. Not
 * thread-safe.
 */
final class Generations implements AutoCloseable {
    private static final int MAX_BEHIND = 8;
    private static final int MAX_AHEAD = 64;

    private final Path wal;
    private final Path oldWal;
    private final Deque<Generation> ahead = new ArrayDeque<>();
    private final Deque<Generation> behind = new ArrayDeque<>();

    /** The generations in a shard's directory, none of them open yet. */
    Generations(Path directory) {
        this.wal = directory.resolve("shard.wal");
        this.oldWal = directory.resolve("shard.wal.old");
    }

    /** Where Kora's current log stands. */
    Path wal() {
        return wal;
    }

    /** The generation being read, or null as long as there is no log. */
    @Nullable
    Generation current() {
        return ahead.peekFirst();
    }

    /** Those that were read to their end, the oldest first. */
    Iterable<Generation> behind() {
        return behind;
    }

    /** Whether a newer generation waits behind the current one. */
    boolean rotated() {
        return ahead.size() > 1;
    }

    /** Bytes of the log that were not read yet. */
    long behindBytes() throws IOException {
        long bytes = 0;
        for (Generation generation : ahead) {
            bytes += generation.behindBytes();
        }
        return bytes;
    }

    /** Opens the first generation, remembering its first frame: it must not be rewritten before it is read. */
    void begin() throws IOException {
        look(true);
    }

    /** Opens the generations that a position speaks of, wherever Kora has moved them since. */
    void resume(SourcePosition position) throws IOException, HaltException {
        Mark old = position.old();
        if (old != null) {
            openAt(oldWal, old).ifPresent(behind::addLast);
        }
        resumeLog(position.log());
        look(true);
    }

    private void resumeLog(Mark mark) throws IOException, HaltException {
        if (mark.inode() == 0) {
            return; // there was no log yet
        }
        Optional<LogFile> file = LogFile.open(wal);
        if (file.isPresent() && file.get().inode() == mark.inode()) {
            ahead.addLast(new Generation(file.get(), mark));
            return;
        }
        if (file.isPresent()) {
            file.get().close();
        }
        Optional<Generation> renamed = openAt(oldWal, mark);
        if (renamed.isPresent()) {
            ahead.addLast(renamed.get());
        } else if (mark.lastOffset() >= 0 || file.isPresent()) {
            throw gone(mark);
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

    private HaltException gone(Mark mark) {
        return new HaltException(
                wal + ": the file that was read up to offset " + mark.offset() + " (inode " + mark.inode()
                        + ") is neither shard.wal nor shard.wal.old any more, so what stood behind that offset cannot be had."
                        + " Send FLUSHDB to the database and attach afresh, with an empty one");
    }

    /** Opens what stands at {@code shard.wal} where that is a generation not seen before. */
    void look() throws IOException {
        look(false);
    }

    private void look(boolean attaching) throws IOException {
        Optional<Long> inode = LogFile.inodeAt(wal);
        if (inode.isEmpty() || ahead.size() >= MAX_AHEAD || isNewest(inode.get())) {
            return;
        }
        Optional<LogFile> file = LogFile.open(wal);
        if (file.isPresent()) {
            int firstCrc = attaching ? file.get().storedCrc(0).orElse(0) : 0;
            ahead.addLast(new Generation(file.get(), Mark.start(file.get().inode(), firstCrc)));
        }
    }

    private boolean isNewest(long inode) {
        return !ahead.isEmpty() && ahead.getLast().file().inode() == inode;
    }

    /** The current generation is read to its end: goes on to the next one. */
    void turnOver() throws IOException {
        behind.addLast(ahead.removeFirst());
        if (behind.size() > MAX_BEHIND) {
            behind.removeFirst().close();
        }
    }

    /** Where the shard stands in the generation being read. */
    Mark logMark() {
        return ahead.isEmpty() ? Mark.start(0, 0) : ahead.getFirst().mark();
    }

    /** Where the shard stands once {@code moved} has gone on to {@code next}. */
    SourcePosition positionWith(Generation moved, Mark next, SourcePosition.@Nullable Snapshot snapshot) {
        Generation old = behind.peekLast();
        Mark log = ahead.peekFirst() == moved ? next : logMark();
        Mark oldMark = old == null ? null : old == moved ? next : old.mark();
        return new SourcePosition(log, oldMark, snapshot);
    }

    @Override
    public void close() throws IOException {
        for (Generation generation : ahead) {
            generation.close();
        }
        for (Generation generation : behind) {
            generation.close();
        }
    }
}
