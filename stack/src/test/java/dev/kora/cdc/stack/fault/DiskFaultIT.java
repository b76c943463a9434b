package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.EmbeddedBroker;
import dev.kora.cdc.stack.EmbeddedRegistry;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.RespClient;
import dev.kora.cdc.stack.WalState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Disks that are full, or may only be read: a clear error that names the place, nothing damaged, the rest goes on; once there is room,
 * all goes on from where it was.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class DiskFaultIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String DATABASE = "disk";
    private static final int VALUE_BYTES = 16 * 1024;

    @TempDir
    Path directory;

    private final Random random = new Random(1);

    @BeforeAll
    static void needsRoot() {
        SmallDisk.assumePossible();
    }

    @Test
    void aStoreOnAFullDiskHaltsItsShardAloneAndGoesOnOnceThereIsRoom() {
        try (BrokerProcess broker = BrokerProcess.start(directory.resolve("kafka"), Map.of());
                KafkaLog log = database(broker);
                KafkaPublisher publisher = publisher(log);
                SmallDisk disk = SmallDisk.mount(directory.resolve("store/shard-0"), 16)) {
            String reason;
            try (Consumer consumer = consumer(log)) {
                push(publisher, 0, 100);
                push(publisher, 1, 100);
                consumer.awaitDrained(0);
                consumer.awaitDrained(1);

                disk.fill();
                push(publisher, 0, 400);
                await(() -> consumer.status(0).state() == ShardState.HALTED);
                reason = consumer.status(0).reason();
                assertSays(reason, disk.directory().toString(), "No space left on device", "free some space");
                push(publisher, 1, 400);
                consumer.awaitDrained(1);
                assertEquals(ShardState.RUNNING, consumer.status(1).state());
                assertEquals(503, consumer.http("/health/ready").path("http").asInt());
                readsSayHalted(consumer);
            }
            // Without room a restart says the same, or waits; it damages nothing.
            try (Consumer again = consumer(log)) {
                await(() -> again.status(0).state() == ShardState.HALTED);
                again.awaitDrained(1);
            }
            disk.free();
            try (Consumer restarted = consumer(log)) {
                push(publisher, 0, 10);
                end(publisher);
                restarted.check();
            }
            System.out.println("store on a full disk: " + reason);
        }
    }

    private static void readsSayHalted(Consumer consumer) {
        try (RespClient reads = new RespClient(consumer.respPort())) {
            reads.call("SHARD", 1);
            assertEquals(500, reads.number("LLEN", "list-1"));
            reads.call("SHARD", 0);
            String said = String.valueOf(assertThrows(JedisDataException.class, () -> reads.call("LLEN", "list-0"))
                    .getMessage());
            assertTrue(said.startsWith("HALTED"), said);
        }
    }

    @Test
    void aBrokerOnAFullDiskIsWaitedForAndGoesOnOnceThereIsRoom() {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("kafka"), 96);
                BrokerProcess broker = BrokerProcess.start(disk.directory(), Map.of());
                KafkaLog log = database(broker);
                KafkaPublisher publisher = publisher(log);
                Consumer consumer = consumer(log)) {
            push(publisher, 0, 100);
            push(publisher, 1, 100);
            consumer.awaitDrained(0);
            disk.fill();
            WalWriter writer = publisher.writer(0);
            CdcException.Unavailable refused =
                    assertThrows(CdcException.Unavailable.class, () -> pushUntilRefused(writer));
            assertSays(String.valueOf(refused.getMessage()), "no room in the ring", "last error");
            long pending = publisher.status().shards().getFirst().pendingEntries();
            assertTrue(pending > 0, () -> publisher.status().toString());

            broker.kill(); // if it has not ended by itself
            disk.free();
            broker.startAgain();
            writer.sync();
            push(publisher, 0, 100);
            push(publisher, 1, 100);
            end(publisher);
            consumer.check();
            System.out.printf("broker on a full disk: %d entries waited, then %s%n", pending, refused.getMessage());
        }
    }

    private void pushUntilRefused(WalWriter writer) {
        for (int i = 0; i < 100_000; i++) {
            writer.append(push(0));
        }
    }

    @Test
    void aRegistryOnAFullDiskRefusesClearlyAndGoesOnOnceThereIsRoom() {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("registry"), 8)) {
            int port;
            DatabaseCodecs before;
            CdcException refused;
            try (EmbeddedRegistry registry = EmbeddedRegistry.start(disk.directory(), 0)) {
                port = registry.port();
                before = register(registry.url(), "known");
                disk.fill();
                refused = assertThrows(CdcException.Unavailable.class, () -> {
                    for (int i = 0; i < 200; i++) {
                        register(registry.url(), "unknown-" + i);
                    }
                });
                assertSays(String.valueOf(refused.getMessage()), "does not answer", registry.url(), "status 500");
            }
            disk.free();
            try (EmbeddedRegistry registry = EmbeddedRegistry.start(disk.directory(), port)) {
                assertEquals(
                        before.wal().schemaId(),
                        register(registry.url(), "known").wal().schemaId());
                register(registry.url(), "unknown");
            }
            System.out.println("registry on a full disk: " + refused.getMessage());
        }
    }

    private static DatabaseCodecs register(String url, String database) {
        try (RegistryClient client = RegistryClient.open(RegistrySettings.of(url, Map.of("max.retries", "0")))) {
            return DatabaseCodecs.register(client, database);
        }
    }

    @Test
    void whatMayOnlyBeReadEndsAStartThatNamesIt() {
        try (BrokerProcess broker = BrokerProcess.start(directory.resolve("kafka"), Map.of());
                KafkaLog log = database(broker);
                KafkaPublisher publisher = publisher(log);
                SmallDisk disk = SmallDisk.mount(directory.resolve("store"), 32)) {
            push(publisher, 0, 100);
            push(publisher, 1, 100);
            try (Consumer consumer = consumer(log)) {
                consumer.awaitDrained(0);
                consumer.awaitDrained(1);
            }
            disk.makeReadOnly();
            String reason;
            try (Consumer consumer = consumer(log)) {
                await(() -> consumer.status(0).state() == ShardState.HALTED);
                await(() -> consumer.status(1).state() == ShardState.HALTED);
                reason = consumer.status(0).reason();
                assertSays(reason, disk.directory().toString(), "Read-only file system");
            }
            CdcException noBroker = assertThrows(
                    CdcException.Invalid.class,
                    () -> EmbeddedBroker.start(disk.directory().resolve("kafka"))
                            .close());
            assertSays(String.valueOf(noBroker.getMessage()), disk.directory().toString());
            CdcException noRegistry = assertThrows(
                    CdcException.Invalid.class,
                    () -> EmbeddedRegistry.start(disk.directory().resolve("registry"), 0)
                            .close());
            assertSays(String.valueOf(noRegistry.getMessage()), disk.directory().toString());
            disk.makeWritable();
            try (Consumer consumer = consumer(log)) {
                end(publisher);
                consumer.check();
            }
            System.out.println("read-only directories: " + reason);
        }
    }

    // --- what all of them do

    private static KafkaLog database(BrokerProcess broker) {
        NumberedWal.create(broker.bootstrapServers(), DATABASE);
        return KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
    }

    private static KafkaPublisher publisher(KafkaLog log) {
        PublisherConfig config = PublisherConfig.of(DATABASE, NumberedWal.SHARDS)
                .withBufferBytes(8 << 20)
                .withTimeouts(Duration.ofSeconds(5), PATIENCE, PATIENCE, PATIENCE);
        return KafkaPublisher.open(config, log, WalState.CODEC, InstantSource.system());
    }

    /** Commits what it has, so that the WAL stays as it is. */
    private static void end(KafkaPublisher publisher) {
        publisher.close();
    }

    /** With a store that goes to the disk soon. */
    private Consumer consumer(KafkaLog log) {
        return Consumer.open(
                log,
                DATABASE,
                NumberedWal.SHARDS,
                new DatabaseCodecs(WalState.CODEC, WalState.ROW_CODEC),
                directory.resolve("store"),
                config -> config.withFlush(256 << 10, Duration.ofMillis(500)));
    }

    private void push(KafkaPublisher publisher, int shard, int count) {
        try (WalWriter writer = publisher.writer(shard)) {
            for (int i = 0; i < count; i++) {
                writer.append(push(shard));
            }
        }
    }

    private WalRecord push(int shard) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value); // else compression makes nothing of it
        return new WalRecord.RPush(Bytes.utf8("list-" + shard), List.of(Bytes.of(value)));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private static void assertSays(String text, String... words) {
        for (String word : words) {
            assertTrue(text.contains(word), text);
        }
    }
}
