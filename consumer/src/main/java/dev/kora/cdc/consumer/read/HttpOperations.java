package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.shard.ShardOperations;
import dev.kora.cdc.consumer.shard.ShardOperations.Answer;
import dev.kora.cdc.consumer.shard.ShardOperations.Outcome;
import dev.kora.cdc.consumer.shard.TruncationReport;
import dev.kora.cdc.schema.Limits;
import dev.kora.cdc.server.http.BadRequestException;
import dev.kora.cdc.server.http.Request;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.http.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * What an operator can have done over HTTP.
 *
 * <ul>
 *   <li>{@code POST /api/shards/N/resume} with {@code {}}: lets a halted shard try again;
 *   <li>{@code POST /api/shards/N/skip} with {@code {"offset": 17, "reason": "why"}}: lets it go on without the entry that it is
 *       halted at;
 *   <li>{@code POST /api/shards/N/truncate} with {@code {"dry_run": true}}: deletes of a shard's WAL what may go, or says what that
 *       would be.
 * </ul>
 *
 * <p>The answer waits until the shard has got going: 200 when it has, 409 when it is halted (again) or not in the state for it, 421
 * where another process owns it, 202 when that takes longer than {@link #PATIENCE}. Thread-safe.
 */
public final class HttpOperations {
    /** Well within the time that an exchange may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ShardOperations operations;
    private final int shards;
    private final Duration patience;

    /** @param shards number of shards of the database */
    public HttpOperations(ShardOperations operations, int shards) {
        this(operations, shards, PATIENCE);
    }

    /** As above, with another time to wait for a shard. */
    HttpOperations(ShardOperations operations, int shards, Duration patience) {
        this.operations = operations;
        this.shards = shards;
        this.patience = patience;
    }

    /** The routes, for an endpoint that may have others. */
    public List<Route> routes() {
        return List.of(
                Route.post("/api/shards/{shard}/resume", this::resume),
                Route.post("/api/shards/{shard}/skip", this::skip),
                Route.post("/api/shards/{shard}/truncate", this::truncate));
    }

    private record Nothing() {}

    private record Skip(long offset, String reason) {}

    private Response resume(Request request) throws InterruptedException, ExecutionException {
        int shard = shard(request);
        request.json(Nothing.class);
        return respond(shard, operations.resume(shard));
    }

    private Response skip(Request request) throws InterruptedException, ExecutionException {
        int shard = shard(request);
        Skip skip = request.json(Skip.class);
        return respond(shard, operations.skip(shard, skip.offset, reason(skip)));
    }

    private record Truncate(boolean dryRun) {}

    private Response truncate(Request request) throws InterruptedException, ExecutionException {
        int shard = shard(request);
        Truncate truncate = request.json(Truncate.class);
        return answered(shard, operations.truncate(shard, truncate.dryRun), truncated -> {
            TruncationReport report = truncated.report();
            String text = "shard %d: %s".formatted(shard, truncated.text());
            return report == null
                    ? response(truncated.outcome(), text)
                    : Response.json(200, new Done(text, TruncationView.of(report)));
        });
    }

    private record Done(String result, TruncationView truncation) {}

    private int shard(Request request) {
        String named = request.segments().get(2);
        if (!named.matches("[0-9]{1,9}") || Integer.parseInt(named) >= shards) {
            throw new BadRequestException(
                    "there is no shard %s: there are shards 0 to %d".formatted(named, shards - 1));
        }
        return Integer.parseInt(named);
    }

    /** In one line: it goes into logs. */
    private static String reason(Skip skip) {
        String reason = skip.reason == null
                ? ""
                : skip.reason.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        if (reason.isEmpty() || reason.length() > Limits.SKIP_REASON_LENGTH) {
            throw new BadRequestException("a reason of 1 to %d characters is needed, this one has %d"
                    .formatted(Limits.SKIP_REASON_LENGTH, reason.length()));
        }
        return reason;
    }

    private Response respond(int shard, CompletableFuture<Answer> asked)
            throws InterruptedException, ExecutionException {
        return answered(
                shard, asked, answer -> response(answer.outcome(), "shard %d: %s".formatted(shard, answer.text())));
    }

    private static Response response(Outcome outcome, String text) {
        return switch (outcome) {
            case DONE -> Response.json(200, Map.of("result", text));
            case REFUSED, HALTED -> Response.error(409, text);
            case ELSEWHERE -> Response.error(421, text);
        };
    }

    private <T> Response answered(int shard, CompletableFuture<T> asked, Function<T, Response> response)
            throws InterruptedException, ExecutionException {
        try {
            return response.apply(asked.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Response.json(
                    202,
                    Map.of("result", "shard %d: told; not done after %d s".formatted(shard, patience.toSeconds())));
        }
    }
}
