package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.source.kora.SourcePosition.Mark;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A generation of the log and how far it was read. Not thread-safe. */
final class Generation implements AutoCloseable {
    private static final long LONG_MS = Duration.ofSeconds(60).toMillis();
    private static final long NEVER = -1;

    private final LogFile file;
    private Mark mark;
    /** Since when its end is half a frame. */
    private long incompleteSinceMs = NEVER;

    private boolean longIncomplete;

    Generation(LogFile file, Mark mark) {
        this.file = file;
        this.mark = mark;
    }

    LogFile file() {
        return file;
    }

    Mark mark() {
        return mark;
    }

    void advance(Mark next) {
        mark = next;
        incompleteSinceMs = NEVER;
        longIncomplete = false;
    }

    /** Notes that it ends with half a frame, or with none; true when that has been half a frame for a minute, once. */
    boolean endsLongIncomplete(Frame.Incomplete end, long nowMs) {
        if (end.available() == 0) {
            incompleteSinceMs = NEVER;
        } else if (incompleteSinceMs == NEVER) {
            incompleteSinceMs = nowMs;
        } else if (!longIncomplete && nowMs - incompleteSinceMs >= LONG_MS) {
            longIncomplete = true;
            return true;
        }
        return false;
    }

    /** Bytes that were not read yet. */
    long behindBytes() throws IOException {
        return Math.max(0, file.size() - mark.offset());
    }

    /** Goes back to the beginning: the file was truncated and is being written anew. */
    void restart() {
        file.forget();
        advance(Mark.start(file.inode(), 0));
    }

    /** Remembers the first frame as soon as it is there: it must not be rewritten before it is read. */
    void rememberFirstFrame() throws IOException {
        if (mark.firstCrc() == 0) {
            mark = new Mark(
                    mark.inode(), file.storedCrc(0).orElse(0), mark.offset(), mark.lastOffset(), mark.lastCrc());
        }
    }

    private boolean stands(long offset, int crc) throws IOException {
        return file.storedCrc(offset).equals(Optional.of(crc));
    }

    /**
     * Whether the file still holds what was read from it: it is long enough, and its first frame and the one read last
     * still stand there. A file that was truncated and has grown past the mark is told by its frames alone.
     */
    boolean holdsWhatWasRead() throws IOException {
        return file.size() >= mark.offset()
                && (mark.firstCrc() == 0 || stands(0, mark.firstCrc()))
                && (mark.lastOffset() < 0 || stands(mark.lastOffset(), mark.lastCrc()));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
