package dev.kora.cdc.server.resp;

/** Where the handlers of a port run. */
public sealed interface Execution {

    /** On the event loop of the connection: for handlers that never block. */
    Execution EVENT_LOOP = new EventLoop();

    /** On {@code count} threads, shared fairly by the connections of the port: for handlers that may wait, for a disk say. */
    static Execution threads(int count) {
        return new Threads(count);
    }

    /** See {@link #EVENT_LOOP}. */
    record EventLoop() implements Execution {}

    /** See {@link #threads}. */
    record Threads(int count) implements Execution {
        public Threads {
            if (count < 1) {
                throw new IllegalArgumentException(count + " threads cannot execute anything");
            }
        }
    }
}
