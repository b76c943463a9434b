package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.schema.CdcException;
import java.nio.file.Path;
import java.util.Locale;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Says what a failure of RocksDB means to whoever runs the store. */
final class RocksErrors {
    static final String REBUILD =
            "if nothing else is in the directory, delete it and start again: the store is rebuilt from the compacted topic";

    private RocksErrors() {}

    /**
     * The failure of a call.
     *
     * @param call what was tried, as "could not …" goes on
     */
    static CdcException of(String call, Path directory, RocksDBException e) {
        String found = "could not %s in %s: %s".formatted(call, directory, e.getMessage());
        Status status = e.getStatus();
        if (status == null) {
            return new CdcException.Invalid(found, e);
        }
        return switch (status.getCode()) {
            case Corruption, NotSupported, InvalidArgument -> new CdcException.Corrupt(found + "; " + REBUILD, e);
            case IOError -> isLocked(e) ? inUse(found, e) : new CdcException.Invalid(found + "; " + remedy(status), e);
            default -> new CdcException.Invalid(found, e);
        };
    }

    /** Whether somebody has the lock, which is not to say that the lock's file could not be opened. */
    private static boolean isLocked(RocksDBException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.startsWith("lock hold by current process") || message.startsWith("while lock file");
    }

    /** A reader of a store that was given up may hold it for a moment longer, so waiting may help. */
    private static CdcException inUse(String found, RocksDBException e) {
        return new CdcException.Unavailable(
                found + "; another process, or a former owner of the shard in this one, still has it open", e);
    }

    private static String remedy(Status status) {
        if (status.getSubCode() == Status.SubCode.NoSpace) {
            return "the disk is full: free some space and start again, nothing is lost";
        }
        return "check that the directory can be read and written, then start again";
    }
}
