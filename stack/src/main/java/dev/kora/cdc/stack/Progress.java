package dev.kora.cdc.stack;

/** Learns what a start is busy with, so that whoever waits knows for what. Called by one thread at a time. */
@FunctionalInterface
public interface Progress {
    /** Something that takes a while begins; {@code what} is a phrase such as "starting the broker". */
    void begin(String what);

    /** For nobody. */
    static Progress silent() {
        return what -> {};
    }
}
