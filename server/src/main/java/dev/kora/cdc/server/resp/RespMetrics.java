package dev.kora.cdc.server.resp;

import java.util.concurrent.atomic.LongAdder;

/** Counts what one port does, from its start. Thread-safe; reading is a sum, not a moment's snapshot. */
public final class RespMetrics {
    private final LongAdder connectionsOpened = new LongAdder();
    private final LongAdder connectionsClosed = new LongAdder();
    private final LongAdder connectionsRefused = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder protocolErrors = new LongAdder();
    private final LongAdder pauses = new LongAdder();
    private final LongAdder bugs = new LongAdder();

    /** Connections that were let in. */
    public long connectionsOpened() {
        return connectionsOpened.sum();
    }

    /** Connections that are open now. */
    public long connections() {
        return connectionsOpened.sum() - connectionsClosed.sum();
    }

    /** Connections that were refused since too many were open. */
    public long connectionsRefused() {
        return connectionsRefused.sum();
    }

    /** Requests that were decoded. */
    public long requests() {
        return requests.sum();
    }

    /** Requests that have not been replied to yet. */
    public long inFlight() {
        return requests.sum() - settled.sum();
    }

    /** Requests that were replied to with an error. */
    public long failures() {
        return failures.sum();
    }

    /** Connections closed since what they sent was no RESP or beyond a limit. */
    public long protocolErrors() {
        return protocolErrors.sum();
    }

    /** How often reading from a connection was stopped: too many requests in flight, no room, or replies not taken. */
    public long pauses() {
        return pauses.sum();
    }

    /** Requests that ended in an exception that no handler foresaw. */
    public long bugs() {
        return bugs.sum();
    }

    void opened() {
        connectionsOpened.increment();
    }

    void closed() {
        connectionsClosed.increment();
    }

    void refused() {
        connectionsRefused.increment();
    }

    void requested() {
        requests.increment();
    }

    /** Requests were answered, or their client has gone. */
    void settled(int count) {
        settled.add(count);
    }

    void failed() {
        failures.increment();
    }

    void protocolError() {
        protocolErrors.increment();
    }

    void paused() {
        pauses.increment();
    }

    void bug() {
        bugs.increment();
    }
}
