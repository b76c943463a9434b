package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.source.kora.SourcePosition.Mark;
import java.io.IOException;
import java.util.Optional;

/** A generation of the log and how far it was read. Not thread-safe. */
final class Generation implements AutoCloseable {
    private final LogFile file;
    private Mark mark;

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
    }

    /** Bytes that were not read yet. */
    long behindBytes() throws IOException {
        return Math.max(0, file.size() - mark.offset());
    }

    /** Goes back to the beginning: the file was truncated and is being written anew. */
    void restart() {
        file.forget();
        mark = Mark.start(file.inode(), 0);
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
