package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.server.http.Request;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.http.Route;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.server.metrics.Scrape;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a consumer tells over HTTP.
 *
 * <ul>
 *   <li>{@code /health/live}: 200 as long as the process answers at all; a halted shard does not make it restart-worthy;
 *   <li>{@code /health/ready}: 200 when this process owns at least one shard and all it owns are running, else 503; the body
 *       says what each one waits for;
 *   <li>{@code /metrics}: Prometheus's format;
 *   <li>{@code /api/shards}: the database, and everything known of each of its shards.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class HttpReads {
    private final ShardInfo info;
    private final DatabaseIdentity identity;
    private final InstantSource clock;
    private final Metrics metrics;
    private final ShardMetrics shardMetrics;

    /** Binds the metrics of these shards to {@code metrics}. */
    public HttpReads(ShardDirectory directory, DatabaseIdentity identity, InstantSource clock, Metrics metrics) {
        this.info = new ShardInfo(directory, clock);
        this.identity = identity;
        this.clock = clock;
        this.metrics = metrics;
        this.shardMetrics = new ShardMetrics(directory, clock, metrics);
        shardMetrics.bind();
    }

    /** The routes, for an endpoint that may have others. */
    public List<Route> routes() {
        return List.of(
                Route.vital("/health/live", request -> Response.json(200, Map.of("status", "live"))),
                Route.vital("/health/ready", request -> ready()),
                Route.get("/metrics", this::metrics),
                Route.get("/api/shards", request -> shards()));
    }

    private record Readiness(boolean ready, String reason, List<Condition> shards) {}

    private record Condition(int shard, String state, String reason) {}

    private Response ready() {
        List<ShardStatus> owned = info.statuses().stream()
                .filter(status -> status.state() != ShardState.ELSEWHERE)
                .toList();
        long waiting = owned.stream()
                .filter(status -> status.state() != ShardState.RUNNING)
                .count();
        boolean ready = !owned.isEmpty() && waiting == 0;
        String reason = owned.isEmpty()
                ? "this process owns no shard"
                : waiting + " of " + owned.size() + " owned shards are not running";
        List<Condition> conditions = owned.stream()
                .map(status -> new Condition(status.shard(), word(status.state()), status.reason()))
                .toList();
        return Response.json(ready ? 200 : 503, new Readiness(ready, ready ? "" : reason, conditions));
    }

    private Response metrics(Request request) {
        shardMetrics.refresh();
        Scrape scrape = metrics.scrape(request.accept());
        return new Response(200, scrape.contentType(), scrape.text());
    }

    private record Shards(String database, String clusterId, List<ShardReport> shards) {}

    private Response shards() {
        long nowMs = clock.millis();
        List<ShardReport> reports = info.statuses().stream()
                .map(status -> ShardReport.of(status, info.keys(status.shard()), nowMs))
                .toList();
        return Response.json(200, new Shards(identity.database(), identity.clusterId(), reports));
    }

    private static String word(ShardState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
