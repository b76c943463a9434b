package dev.kora.cdc.stack;

import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.read.HttpReads;
import dev.kora.cdc.consumer.read.ReadLimits;
import dev.kora.cdc.consumer.read.RespReads;
import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.server.metrics.RespMeters;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The consumer's side of a stack: the materialiser with its stores, and the ports that answer from them. */
final class ReadSide {
    private static final long CACHE_BYTES = 128L << 20;
    private static final long WRITE_BUFFER_BYTES = 64L << 20;
    private static final int READ_THREADS = 4;
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();
    private static final long SAY_NANOS = Duration.ofSeconds(2).toNanos();

    private final ShardDirectory shards;

    private ReadSide(ShardDirectory shards) {
        this.shards = shards;
    }

    /**
     * Starts everything and returns at once; {@link #awaitReadable} waits for the shards.
     *
     * @param stores directory of the stores
     * @param parts takes over what has to be closed
     */
    static ReadSide open(OpenDatabase database, String instance, Path stores, StackPorts ports, OpenParts parts) {
        InstantSource clock = InstantSource.system();
        RocksResources resources = parts.add(new RocksResources(CACHE_BYTES, WRITE_BUFFER_BYTES));
        Materializer materializer = parts.add(Materializer.open(
                MaterializerConfig.of(database.database(), database.shards(), instance),
                database.log(),
                database.codecs().wal(),
                database.codecs().snapshot(),
                new RocksStores(stores.resolve(database.database()), resources),
                clock));
        serveResp(materializer, clock, database.metrics(), ports.resp(), parts);
        serveHttp(new HttpReads(materializer, clock, database.metrics()), ports.http(), parts);
        return new ReadSide(materializer);
    }

    private static void serveResp(
            ShardDirectory shards, InstantSource clock, Metrics metrics, int port, OpenParts parts) {
        RandomGenerator random = new ThreadRandom();
        RespReads reads = new RespReads(shards, clock, random, ReadLimits.DEFAULT);
        RespOptions options = RespOptions.loopback("reads", Version.text(), port);
        RespServer server = parts.add(listen(
                () -> RespServer.start(options, reads.commands(), reads::info, Execution.threads(READ_THREADS))));
        RespMeters.bind(options.name(), server.metrics(), metrics);
    }

    private static void serveHttp(HttpReads reads, int port, OpenParts parts) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        parts.add(listen(() -> HttpEndpoint.open(address, reads.routes())));
    }

    /** Opens a port; that it is taken was found out before, so a failure is another's haste. */
    static <T> T listen(Listen<T> listen) {
        try {
            return listen.open();
        } catch (IOException e) {
            throw new CdcException.Invalid(String.valueOf(e.getMessage()), e);
        }
    }

    /** Opens a port. */
    @FunctionalInterface
    interface Listen<T> {
        T open() throws IOException;
    }

    /**
     * Waits until every shard can be read, or is halted, or the time is over, and says every few seconds what is waited for.
     *
     * @param stopped whether waiting is of no more use
     */
    void awaitReadable(Duration timeout, Progress progress, BooleanSupplier stopped) {
        long begun = System.nanoTime();
        long saidAt = begun;
        while (System.nanoTime() - begun < timeout.toNanos() && !stopped.getAsBoolean()) {
            List<ShardStatus> waiting = waiting();
            if (waiting.isEmpty()) {
                return;
            }
            if (System.nanoTime() - saidAt >= SAY_NANOS) {
                saidAt = System.nanoTime();
                progress.begin("shard %d: %s".formatted(waiting.getFirst().shard(), describe(waiting.getFirst())));
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private List<ShardStatus> waiting() {
        return statuses().filter(ReadSide::waits).toList();
    }

    private Stream<ShardStatus> statuses() {
        return IntStream.range(0, shards.shards()).mapToObj(shards::status);
    }

    private static boolean waits(ShardStatus status) {
        return switch (status.state()) {
            case ELSEWHERE, STARTING -> true;
            case CATCHING_UP, RUNNING, HALTED -> false;
        };
    }

    private static String describe(ShardStatus status) {
        return status.reason().isEmpty() ? "waiting for the consumer group" : status.reason();
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
