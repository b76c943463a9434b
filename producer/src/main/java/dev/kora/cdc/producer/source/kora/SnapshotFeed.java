package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the records of a shard's snapshot one after the other, each until it is taken, and remembers how many were. Not
 * thread-safe.
 */
final class SnapshotFeed implements AutoCloseable {
    private final Path rdb;
    private @Nullable SnapshotFile file;
    private @Nullable WalRecord offered;
    private SourcePosition.@Nullable Snapshot mark;

    /** The feed of a shard's directory; nothing is open yet. */
    SnapshotFeed(Path directory) {
        this.rdb = directory.resolve("shard.rdb");
    }

    /** Opens the snapshot that is there now, if there is one. */
    void begin() throws IOException, UndecodableException {
        file = SnapshotFile.open(rdb).orElse(null);
    }

    /** Goes on where {@code stored} was. */
    void resume(SourcePosition.@Nullable Snapshot stored) throws IOException, UndecodableException, HaltException {
        mark = stored;
        if (stored == null || stored.done()) {
            return;
        }
        SnapshotFile found = SnapshotFile.open(rdb).orElse(null);
        file = found; // ours to close from here on, whatever follows
        if (found == null || found.crc() != stored.crc()) {
            throw new HaltException(rdb + ": reading it was interrupted after " + stored.index()
                    + " records, and Kora has replaced it since, so the rest cannot be had. "
                    + HaltException.ATTACH_AFRESH);
        }
        found.skip(stored.index());
    }

    Path path() {
        return rdb;
    }

    /** Whether there may be more records. */
    boolean isOpen() {
        return file != null;
    }

    /** How much of the snapshot was taken; null where there was none. */
    SourcePosition.@Nullable Snapshot mark() {
        return mark;
    }

    /** The record to be taken next, the same one until {@link #taken()}; null behind the last, which closes the file. */
    @Nullable
    WalRecord peek() throws IOException, UndecodableException {
        if (offered == null && file != null) {
            offered = file.next();
            if (offered == null) {
                close();
            }
        }
        return offered;
    }

    /** The mark behind the record that {@link #peek()} gave last. */
    SourcePosition.Snapshot markBehind() {
        SnapshotFile open = file;
        if (open == null || offered == null) {
            throw new IllegalStateException("no record was offered");
        }
        return new SourcePosition.Snapshot(open.crc(), open.index(), open.done());
    }

    /** The record that {@link #peek()} gave last was taken, or left out for good. */
    void taken() throws IOException {
        SourcePosition.Snapshot behind = markBehind();
        offered = null;
        mark = behind;
        if (behind.done()) {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
