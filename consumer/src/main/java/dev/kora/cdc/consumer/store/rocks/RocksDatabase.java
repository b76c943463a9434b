package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open RocksDB, with failures told in our own words.
 *
 * <p>It counts its users (the store, views, cursors) and is closed by the last of them: native memory must not go while
 * another thread reads. Thread-safe.
 */
final class RocksDatabase {
    private static final double BLOOM_BITS_PER_KEY = 10;
    private static final long MAX_WRITE_BUFFER_BYTES = 64L << 20;
    private static final int MAX_OPEN_FILES = 512;
    private static final long MAX_LOG_BYTES = 4L << 20;

    private final Path directory;
    private final Options options;
    private final BloomFilter bloom;
    private final WriteOptions writeOptions;
    private final RocksDB db;
    private final AtomicInteger users = new AtomicInteger(1);

    private RocksDatabase(Path directory, Options options, BloomFilter bloom, WriteOptions writeOptions, RocksDB db) {
        this.directory = directory;
        this.options = options;
        this.bloom = bloom;
        this.writeOptions = writeOptions;
        this.db = db;
    }

    static RocksDatabase open(Path directory, RocksResources resources) {
        createDirectory(directory);
        BloomFilter bloom = new BloomFilter(BLOOM_BITS_PER_KEY);
        Options options = options(resources, bloom);
        // Its own log is off: a batch carries rows and position, so a crash falls back to an earlier commit.
        WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
        try {
            RocksDB db = RocksDB.open(options, directory.toString());
            return new RocksDatabase(directory, options, bloom, writeOptions, db);
        } catch (RocksDBException e) {
            writeOptions.close();
            options.close();
            bloom.close();
            throw RocksErrors.of("open the store", directory, e);
        }
    }

    private static void createDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new CdcException.Invalid(
                    "could not create the store's directory %s: %s; give a path that can be written"
                            .formatted(directory, e),
                    e);
        }
    }

    private static Options options(RocksResources resources, BloomFilter bloom) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(resources.blockCache())
                .setFilterPolicy(bloom)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        return new Options()
                .setCreateIfMissing(true)
                .setTableFormatConfig(table)
                .setWriteBufferManager(resources.writeBuffers())
                .setWriteBufferSize(Math.min(MAX_WRITE_BUFFER_BYTES, resources.writeBufferBytes()))
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(MAX_OPEN_FILES)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setMaxLogFileSize(MAX_LOG_BYTES);
    }

    Path directory() {
        return directory;
    }

    /** Adds a user, who releases it once. */
    RocksDatabase retain() {
        int before = users.getAndUpdate(count -> count == 0 ? 0 : count + 1);
        if (before == 0) {
            throw new IllegalStateException("the store in " + directory + " is closed");
        }
        return this;
    }

    /** Takes a user off; the last one closes the database. */
    void release() {
        if (users.decrementAndGet() == 0) {
            db.close();
            writeOptions.close();
            options.close();
            bloom.close();
        }
    }

    byte @Nullable [] get(ReadOptions readOptions, byte[] key) {
        try {
            return db.get(readOptions, key);
        } catch (RocksDBException e) {
            throw RocksErrors.of("read", directory, e);
        }
    }

    RocksIterator iterator(ReadOptions readOptions) {
        return db.newIterator(readOptions);
    }

    /** Throws what made an iterator end before its bound, if anything did. */
    void check(RocksIterator iterator) {
        try {
            iterator.status();
        } catch (RocksDBException e) {
            throw RocksErrors.of("read on", directory, e);
        }
    }

    void write(WriteBatch batch) {
        try {
            db.write(writeOptions, batch);
        } catch (RocksDBException e) {
            throw RocksErrors.of("write a commit", directory, e);
        }
    }

    void flush() {
        try (FlushOptions flushOptions = new FlushOptions().setWaitForFlush(true)) {
            db.flush(flushOptions);
        } catch (RocksDBException e) {
            throw RocksErrors.of("flush the store", directory, e);
        }
    }

    Snapshot snapshot() {
        return db.getSnapshot();
    }

    void release(Snapshot snapshot) {
        db.releaseSnapshot(snapshot);
    }
}
