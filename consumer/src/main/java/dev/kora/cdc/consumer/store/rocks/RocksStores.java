package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StoreFactory;
import java.nio.file.Path;

/** The stores of one database on one disk: a directory {@code shard-N} for each. Thread-safe. */
public final class RocksStores implements StoreFactory {
    private final Path directory;
    private final RocksResources resources;

    /**
     * Opens nothing yet.
     *
     * @param directory of the database's stores; made when the first one is opened
     * @param resources shared by all stores; they stay the caller's to close, after the stores
     */
    public RocksStores(Path directory, RocksResources resources) {
        this.directory = directory;
        this.resources = resources;
    }

    @Override
    public Store open(int shard) {
        return RocksStore.open(directory.resolve("shard-" + shard), resources);
    }
}
