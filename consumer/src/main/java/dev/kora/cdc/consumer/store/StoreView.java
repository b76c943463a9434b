package dev.kora.cdc.consumer.store;

/** What a store held at one moment, whatever is applied meanwhile. Closing it releases resources of the store. */
public interface StoreView extends Rows, AutoCloseable {

    StorePosition position();

    @Override
    void close();
}
