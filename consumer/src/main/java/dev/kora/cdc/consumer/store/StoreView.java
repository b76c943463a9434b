package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;

/** What a store held at one moment, whatever is applied meanwhile. Closing it releases resources of the store. */
public interface StoreView extends Rows, AutoCloseable {

    StorePosition position();

    /**
     * Number of keys, those included whose time to live has ended but which no entry has removed yet.
     *
     * <p>This one counts them by a scan; a store that keeps the number with its position says it at once.
     */
    default long keys() {
        long keys = 0;
        try (RowCursor cursor = scan(Bytes.of(new byte[] {'k'}), Bytes.of(new byte[] {'l'}))) {
            while (cursor.next()) {
                keys++;
            }
        }
        return keys;
    }

    @Override
    void close();
}
