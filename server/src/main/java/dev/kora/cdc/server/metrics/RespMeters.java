package dev.kora.cdc.server.metrics;

import dev.kora.cdc.server.resp.RespMetrics;
import io.micrometer.core.instrument.Tags;

/** Binds what a port of the Redis protocol counts. */
public final class RespMeters {
    private RespMeters() {}

    /**
     * Binds the numbers of a port; to be called once for each.
     *
     * @param port its name, which stands as the tag {@code port} on each of them
     */
    public static void bind(String port, RespMetrics counts, Metrics metrics) {
        Tags tags = Tags.of("port", port);
        metrics.gauge("resp.connections", "Open connections", tags, counts::connections);
        metrics.counter("resp.connections.opened", "Connections that were let in", tags, counts::connectionsOpened);
        metrics.counter(
                "resp.connections.refused",
                "Connections that were refused since too many were open",
                tags,
                counts::connectionsRefused);
        metrics.gauge("resp.requests.in.flight", "Requests without a reply", tags, counts::inFlight);
        metrics.counter("resp.requests", "Requests that were decoded", tags, counts::requests);
        metrics.counter("resp.errors", "Requests that were replied to with an error", tags, counts::failures);
        metrics.counter("resp.internal.errors", "Requests that ended in a bug", tags, counts::bugs);
        metrics.counter(
                "resp.protocol.errors",
                "Connections closed since what they sent was no RESP or beyond a limit",
                tags,
                counts::protocolErrors);
        metrics.counter(
                "resp.read.pauses",
                "How often reading was stopped: too much in flight, no room, or replies not taken",
                tags,
                counts::pauses);
    }
}
