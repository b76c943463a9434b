package dev.kora.cdc.consumer.store.rocks;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that all stores of a process share: one cache of blocks, which the write buffers are charged to.
 *
 * <p>Thread-safe. Whoever made it closes it, after the stores that were opened with it.
 */
public final class RocksResources implements AutoCloseable {
    private final Cache blockCache;
    private final WriteBufferManager writeBuffers;
    private final long writeBufferBytes;

    /**
     * Sets memory aside; it is taken as it is needed.
     *
     * @param cacheBytes size of the block cache, the write buffers included
     * @param writeBufferBytes what all stores together may hold in write buffers before they write them to files
     */
    public RocksResources(long cacheBytes, long writeBufferBytes) {
        if (writeBufferBytes <= 0 || cacheBytes < writeBufferBytes) {
            throw new IllegalArgumentException("a cache of %d bytes cannot hold write buffers of %d bytes"
                    .formatted(cacheBytes, writeBufferBytes));
        }
        RocksDB.loadLibrary();
        this.writeBufferBytes = writeBufferBytes;
        this.blockCache = new LRUCache(cacheBytes);
        this.writeBuffers = new WriteBufferManager(writeBufferBytes, blockCache);
    }

    Cache blockCache() {
        return blockCache;
    }

    WriteBufferManager writeBuffers() {
        return writeBuffers;
    }

    long writeBufferBytes() {
        return writeBufferBytes;
    }

    @Override
    public void close() {
        writeBuffers.close();
        blockCache.close();
    }
}
