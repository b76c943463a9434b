package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.schema.CdcException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Says what a failure of RocksDB means to whoever runs the store. */
final class RocksErrors {
    static final String REBUILD = "delete the directory and start again: the store is rebuilt from the compacted topic";

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
            case IOError -> new CdcException.Invalid(found + "; " + remedy(status, e), e);
            default -> new CdcException.Invalid(found, e);
        };
    }

    private static String remedy(Status status, RocksDBException e) {
        String message = String.valueOf(e.getMessage());
        if (status.getSubCode() == Status.SubCode.NoSpace) {
            return "the disk is full: free some space and start again, nothing is lost";
        }
        if (message.contains("/LOCK: ")) {
            return "another process, or another owner of the shard in this one, has it open: stop that one first";
        }
        return "check that the directory can be read and written, then start again";
    }
}
