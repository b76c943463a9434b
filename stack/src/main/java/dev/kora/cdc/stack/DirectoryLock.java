package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.config.FileFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a directory, held by one process at a time through a locked file in it. The operating system lets go of
 * it with the process, however that ends.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = ".kora-lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Creates the directory if need be, and locks it.
     *
     * @throws CdcException.Invalid where another process holds it, or where it cannot be written
     */
    static DirectoryLock take(Path directory) {
        try {
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                throw new CdcException.Invalid(
                        "%s is no directory: choose another one with --data".formatted(directory));
            }
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new CdcException.Invalid(
                        "directory %s is in use by another process: stop that one, or choose another directory with --data"
                                .formatted(directory));
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw new CdcException.Invalid(
                    "directory %s cannot be used: %s; choose one that can be written with --data"
                            .formatted(directory, FileFailure.of(e, directory)),
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // held within this very process
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new CdcException.Unavailable("lock file " + FILE + " cannot be closed", e);
        }
    }
}
