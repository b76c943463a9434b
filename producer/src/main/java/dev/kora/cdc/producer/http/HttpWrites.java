package dev.kora.cdc.producer.http;

import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.Source;
import dev.kora.cdc.producer.SourceReport;
import dev.kora.cdc.server.http.Request;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.http.Route;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.server.metrics.Scrape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a process that writes tells over HTTP.
 *
 * <ul>
 *   <li>{@code /health/live}: 200 as long as the process answers at all;
 *   <li>{@code /health/ready}: 200 while the publisher takes appends and no source has halted, else 503; the body says what is
 *       wrong. A publisher that waits for Kafka is ready: it takes appends until its ring is full;
 *   <li>{@code /metrics}: Prometheus's format;
 *   <li>{@code /api/publisher}: everything known of the publisher, its shards and the sources.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class HttpWrites {
    private final String database;
    private final Publisher publisher;
    private final List<Source> sources;
    private final Metrics metrics;

    /**
     * @param database the publisher's
     * @param sources that feed the publisher
     */
    public HttpWrites(String database, Publisher publisher, List<Source> sources, Metrics metrics) {
        this.database = database;
        this.publisher = publisher;
        this.sources = List.copyOf(sources);
        this.metrics = metrics;
    }

    /** All routes, for an endpoint that has no others. */
    public List<Route> routes() {
        return List.of(
                Route.vital("/health/live", request -> Response.json(200, Map.of("status", "live"))),
                Route.vital("/health/ready", request -> ready()),
                Route.get("/metrics", this::metrics),
                publisherRoute());
    }

    /** {@code /api/publisher} alone, for an endpoint that has the others already. */
    public Route publisherRoute() {
        return Route.get(
                "/api/publisher", request -> Response.json(200, PublisherReport.of(database, publisher, sources)));
    }

    private record Readiness(boolean ready, String state, List<String> reasons) {}

    private Response ready() {
        PublisherStatus status = publisher.status();
        List<String> reasons = new ArrayList<>();
        if (!takesAppends(status.state())) {
            reasons.add("the publisher takes no appends: "
                    + status.lastError().orElse(PublisherReport.word(status.state())));
        }
        for (Source source : sources) {
            SourceReport report = source.report();
            switch (report.state()) {
                case RUNNING, FINISHED -> {}
                case HALTED, FAILED ->
                    reasons.add("%s %s: %s"
                            .formatted(report.name(), PublisherReport.word(report.state()), report.reason()));
            }
        }
        boolean ready = reasons.isEmpty();
        return Response.json(ready ? 200 : 503, new Readiness(ready, PublisherReport.word(status.state()), reasons));
    }

    private static boolean takesAppends(PublisherStatus.State state) {
        return switch (state) {
            case RUNNING, RETRYING -> true;
            case OPENING, FENCED, STOPPED, CLOSED -> false;
        };
    }

    private Response metrics(Request request) {
        Scrape scrape = metrics.scrape(request.accept());
        return new Response(200, scrape.contentType(), scrape.text());
    }
}
