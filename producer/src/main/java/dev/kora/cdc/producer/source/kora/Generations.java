package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.source.kora.SourcePosition.Mark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of a shard's log that are held open, in the order in which Kora began them.
 *
 * <p>Kora rotates by renaming {@code shard.wal} to {@code shard.wal.old} and starting a new file, and its document handle may
 * go on writing to the old one. So a generation is held open from the moment it is seen: the {@link #current()} one is read
 * to its end before the next, and those that were read to their end stay in {@link #behind()} for what may still come.
 *
 * <p>Each rotation destroys the generation before the last. One that was not seen in time cannot be had any more: that is
 * noticed by what stands at {@code shard.wal.old}, and halts the shard. Inodes alone do not tell: a file system gives the
 * number of a destroyed generation to the next file, so frames that were read decide. Not thread-safe.
 */
final class Generations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);
    private static final int MAX_BEHIND = 8;
    private static final int MAX_AHEAD = 64;

    private final Path wal;
    private final Path oldWal;
    private final Deque<Generation> ahead = new ArrayDeque<>();
    /** The one that something was read from last comes last. */
    private final Deque<Generation> behind = new ArrayDeque<>();
    /** The one before the current one: a later process finds it at {@link #oldWal}. */
    private @Nullable Generation old;

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

    /** Those that were read to their end. */
    List<Generation> behind() {
        return List.copyOf(behind);
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

    /** Opens the generations that a position speaks of, wherever Kora has moved them since. */
    void resume(SourcePosition position) throws IOException, HaltException {
        resumeLog(position.log(), resumeOld(position.old()));
        look();
    }

    /** Opens the older log; returns whether what stands there, or that nothing does, shows that Kora has not rotated since. */
    private boolean resumeOld(@Nullable Mark mark) throws IOException {
        if (mark == null) {
            return LogFile.inodeAt(oldWal).isEmpty();
        }
        Optional<Generation> found = openAt(oldWal, mark);
        found.ifPresent(this::retire);
        return found.isPresent();
    }

    private void resumeLog(Mark mark, boolean unrotated) throws IOException, HaltException {
        if (mark.inode() == 0) {
            return; // there was no log yet
        }
        Optional<Generation> found = openAt(wal, mark);
        if (found.isEmpty() && unrotated) {
            found = openRewritten(mark);
        }
        if (found.isEmpty()) {
            found = openAt(oldWal, mark);
        }
        if (found.isEmpty() && (mark.lastOffset() >= 0 || LogFile.inodeAt(wal).isPresent())) {
            throw gone(mark);
        }
        found.ifPresent(ahead::addLast);
    }

    /** What stands at a path, if it is the generation of that mark. */
    private static Optional<Generation> openAt(Path path, Mark mark) throws IOException {
        Optional<LogFile> file = LogFile.open(path);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Generation generation = new Generation(file.get(), mark);
        boolean same = false;
        try {
            same = file.get().inode() == mark.inode() && generation.holdsWhatWasRead();
        } finally {
            if (!same) {
                generation.close();
            }
        }
        return same ? Optional.of(generation) : Optional.empty();
    }

    /** The log under the mark's inode, whatever it holds now. */
    private Optional<Generation> openRewritten(Mark mark) throws IOException {
        Optional<LogFile> file = LogFile.open(wal);
        if (file.isPresent() && file.get().inode() != mark.inode()) {
            file.get().close();
            return Optional.empty();
        }
        return file.map(same -> new Generation(same, mark));
    }

    private HaltException gone(Mark mark) {
        return new HaltException(
                wal + ": the log that was read up to offset " + mark.offset() + " (inode " + mark.inode()
                        + ") is neither shard.wal nor shard.wal.old any more, so what stood behind that offset cannot be had. "
                        + HaltException.ATTACH_AFRESH);
    }

    /** Opens what stands at {@code shard.wal} where that is a generation not seen before. */
    void look() throws IOException, HaltException {
        Optional<Long> inode = LogFile.inodeAt(wal);
        if (inode.isPresent() && !isNewest(inode.get())) {
            LogFile.open(wal).ifPresent(file -> ahead.addLast(new Generation(file, Mark.start(file.inode(), 0))));
            checkNext();
        }
        if (!ahead.isEmpty()) {
            ahead.getLast().rememberFirstFrame();
        }
    }

    private boolean isNewest(long inode) {
        return !ahead.isEmpty() && ahead.getLast().file().inode() == inode;
    }

    /** Makes sure that no generation was missed before the newest one. */
    private void checkNext() throws IOException, HaltException {
        if (!rotated()) {
            return;
        }
        if (ahead.size() > MAX_AHEAD) {
            throw new HaltException(wal + ": Kora has rotated its log " + MAX_AHEAD
                    + " times while nothing could be taken from it, and no more are held open. "
                    + HaltException.ATTACH_AFRESH);
        }
        Generation before = ahead.stream().skip(ahead.size() - 2L).findFirst().orElseThrow();
        if (!LogFile.inodeAt(oldWal).equals(Optional.of(before.file().inode()))) {
            throw new HaltException(
                    wal + ": Kora has rotated its log more than once between two looks at it, or the file"
                            + " was replaced, so a log may be missing in between. " + HaltException.ATTACH_AFRESH);
        }
    }

    /** The current generation is read to its end: goes on to the next one. */
    void turnOver() throws IOException {
        retire(ahead.removeFirst());
        if (behind.size() > MAX_BEHIND) {
            Generation quiet = behind.removeFirst();
            quiet.close();
            LOG.atInfo()
                    .addKeyValue("file", quiet.file().path())
                    .addKeyValue("inode", quiet.mark().inode())
                    .log("A log that was rotated away is not watched any longer: of those it is the quietest");
        }
    }

    private void retire(Generation generation) {
        behind.addLast(generation);
        old = generation;
    }

    /** Something was read from a generation behind: it is watched longer than the others. */
    void grew(Generation generation) {
        if (behind.remove(generation)) {
            behind.addLast(generation);
        }
    }

    /** Where the shard stands in the generation being read. */
    Mark logMark() {
        return ahead.isEmpty() ? Mark.start(0, 0) : ahead.getFirst().mark();
    }

    /** Where the shard stands once {@code moved} has gone on to {@code next}. */
    SourcePosition positionWith(Generation moved, Mark next, SourcePosition.@Nullable Snapshot snapshot) {
        Mark log = ahead.peekFirst() == moved ? next : logMark();
        Generation before = old;
        Mark oldMark = before == null ? null : before == moved ? next : before.mark();
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
