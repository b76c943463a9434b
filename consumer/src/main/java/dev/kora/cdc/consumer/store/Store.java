package dev.kora.cdc.consumer.store;

/**
 * The rows of one shard. The thread that owns the shard applies batches and reads directly; other threads read through
 * views.
 *
 * <p>A crash may undo the latest batches, never a part of one.
 */
public interface Store extends Rows, AutoCloseable {

    /** Where the store stands. */
    StorePosition position();

    /** Applies a batch, whole or not at all. */
    void apply(StoreBatch batch);

    /** Empties the store, position included. */
    void clear();

    /** A consistent view for readers. Thread-safe; whoever opened it closes it. */
    StoreView view();

    /** Makes everything applied so far survive a crash of the machine. */
    void flush();

    @Override
    void close();
}
