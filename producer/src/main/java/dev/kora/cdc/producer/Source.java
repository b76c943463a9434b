package dev.kora.cdc.producer;

/** What feeds a {@link Publisher} by itself: it reads somewhere and appends what it finds, until it is closed or has ended. */
public interface Source extends AutoCloseable {

    /** How it is at this moment, for people and monitoring. Any thread; cheap. */
    SourceReport report();

    /** Stops reading; what was handed to the publisher is the publisher's. Idempotent. */
    @Override
    void close();
}
