package dev.kora.cdc.stack;

import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.read.DatabaseIdentity;
import dev.kora.cdc.consumer.read.HttpOperations;
import dev.kora.cdc.consumer.read.HttpReads;
import dev.kora.cdc.consumer.read.ReadLimits;
import dev.kora.cdc.consumer.read.RespReads;
import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.server.http.Route;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.server.metrics.RespMeters;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The consumer's side of a stack: the materialiser with its stores, and the ports that answer from them. */
final class ReadSide {
    private static final String IN_THE_GROUP =
            "waiting for the consumer group, which keeps the shards of a process that was killed until its session ends";
    private static final int READ_THREADS = 4;
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();
    private static final long SAY_NANOS = Duration.ofSeconds(2).toNanos();

    private final Materializer materializer;
    private final List<Route> routes;

    /** A start waits so long for the shards; a rebuild that takes longer goes on behind it. */
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);

    private ReadSide(Materializer materializer, List<Route> routes) {
        this.materializer = materializer;
        this.routes = routes;
    }

    /**
     * Starts everything and returns at once; {@link #awaitSettled} waits for the shards.
     *
     * @param parts takes over what has to be closed
     */
    static ReadSide open(OpenDatabase database, ReadConfig config, OpenParts parts) {
        InstantSource clock = InstantSource.system();
        ReadConfig.Tuning tuning = config.tuning();
        RocksResources resources = parts.add(new RocksResources(tuning.cacheBytes(), tuning.writeBufferBytes()));
        Materializer materializer = parts.add(Materializer.open(
                config.materializer(database),
                database.log(),
                database.codecs().wal(),
                database.codecs().snapshot(),
                new RocksStores(config.stores().resolve(database.database()), resources),
                clock));
        serveResp(materializer, clock, database.metrics(), config, parts);
        DatabaseIdentity identity = new DatabaseIdentity(database.database(), database.clusterId());
        HttpReads reads = new HttpReads(materializer, identity, clock, database.metrics());
        HttpOperations operations = new HttpOperations(materializer, database.shards());
        List<Route> routes = new ArrayList<>(reads.routes());
        routes.addAll(operations.routes());
        return new ReadSide(materializer, List.copyOf(routes));
    }

    private static void serveResp(
            ShardDirectory shards, InstantSource clock, Metrics metrics, ReadConfig config, OpenParts parts) {
        RandomGenerator random = new ThreadRandom();
        RespReads reads = new RespReads(shards, clock, random, ReadLimits.DEFAULT);
        RespOptions options = config.endpoint().resp("reads", config.respPort());
        RespServer server = parts.add(Endpoint.listen(
                () -> RespServer.start(options, reads.commands(), reads::info, Execution.threads(READ_THREADS))));
        RespMeters.bind(options.name(), server.metrics(), metrics);
    }

    /** What it tells and does over HTTP. */
    List<Route> routes() {
        return routes;
    }

    /** Whether and how it has ended by itself. */
    Optional<Ending> ending() {
        return materializer.failure().map(why -> new Ending(Ending.How.FAILED, why));
    }

    /**
     * Waits until every shard can be read, or is halted, or the time is over, and says what is waited for, where it takes seconds.
     *
     * @param stopped whether waiting is of no more use
     */
    void awaitSettled(Progress progress, BooleanSupplier stopped) {
        long begun = System.nanoTime();
        long saidAt = begun;
        String said = "";
        while (System.nanoTime() - begun < SETTLE_LIMIT.toNanos() && !stopped.getAsBoolean()) {
            List<ShardStatus> waiting = waiting();
            if (waiting.isEmpty()) {
                return;
            }
            if (System.nanoTime() - saidAt >= SAY_NANOS) {
                saidAt = System.nanoTime();
                String what = "shard %d: %s".formatted(waiting.getFirst().shard(), describe(waiting.getFirst()));
                if (!what.equals(said)) {
                    said = what;
                    progress.begin(what);
                }
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private List<ShardStatus> waiting() {
        return statuses().filter(ReadSide::waits).toList();
    }

    private Stream<ShardStatus> statuses() {
        return IntStream.range(0, materializer.shards()).mapToObj(materializer::status);
    }

    private static boolean waits(ShardStatus status) {
        return switch (status.state()) {
            case ELSEWHERE, STARTING -> true;
            case CATCHING_UP, RUNNING, HALTED -> false;
        };
    }

    private static String describe(ShardStatus status) {
        return status.reason().isEmpty() ? IN_THE_GROUP : status.reason();
    }

    /** A sentence for each shard that cannot be read at the moment. */
    List<String> unreadable() {
        return statuses()
                .filter(status -> !status.state().readable())
                .map(status -> "shard %d %s: %s"
                        .formatted(
                                status.shard(),
                                status.state() == ShardState.HALTED ? "is halted" : "cannot be read yet",
                                describe(status)))
                .toList();
    }

    /** The calling thread's own generator. */
    private static final class ThreadRandom implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }
}
