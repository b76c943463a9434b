package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.RespClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The writer's clock is stepped back, or is far ahead: time within a shard never goes back, a time that would expire everything is not
 * taken, and keys end when they should. Invariants I1 and I5 of docs/architecture.md.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class ClockFaultIT {
    private static final int STEPS = 5;
    private static final int NUMBERS = 200;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static BrokerProcess broker;
    private static KafkaLog log;

    private final SteppedClock clock = new SteppedClock();
    private NumberedWal wal;
    private MaterializerProcess materializer;
    private long appended;

    /** Goes as the system's, from where it was stepped to. */
    private static final class SteppedClock implements InstantSource {
        private volatile Duration off = Duration.ZERO;

        @Override
        public Instant instant() {
            return InstantSource.system().instant().plus(off);
        }

        void step(Duration offTheRightTime) {
            off = offTheRightTime;
        }
    }

    @BeforeAll
    static void start() {
        broker = BrokerProcess.start(directory.resolve("kafka"), Map.of());
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        broker.close();
    }

    @BeforeEach
    void create(TestInfo test) {
        String database = test.getTestMethod().orElseThrow().getName();
        wal = NumberedWal.create(broker.bootstrapServers(), database);
        materializer =
                MaterializerProcess.start(broker.bootstrapServers(), database, NumberedWal.SHARDS, "one", store());
    }

    @AfterEach
    void close() {
        materializer.close();
    }

    private Path store() {
        return directory.resolve(wal.database());
    }

    @Test
    void aClockSteppedBackStopsTheTimeOfTheLogAndNothingElse() {
        try (KafkaPublisher publisher = open()) {
            WalWriter writer = publisher.writer(0);
            for (int i = 0; i < STEPS; i++) {
                append(writer);
                writer.append(expiring("in-a-second-" + i, Duration.ofSeconds(1)));
                writer.sync();
                clock.step(HOUR.negated());
                append(writer);
                writer.append(expiring("in-an-hour-" + i, HOUR));
                writer.sync();
                assertTrue(lastTimeMs() > clock.millis() + HOUR.toMillis() / 2, "the time of the log stands still");
                clock.step(Duration.ZERO);
            }
            append(writer);
            awaitExpired("in-a-second-");
            assertLive("in-an-hour-");
        }
        check("clock stepped back an hour: %d times".formatted(STEPS));
    }

    @Test
    void aClockAnHourAheadStopsThePublisherBeforeAnythingExpires() {
        for (int i = 0; i < STEPS; i++) {
            try (KafkaPublisher publisher = open()) {
                WalWriter writer = publisher.writer(0);
                append(writer);
                writer.append(expiring("in-half-an-hour-" + i, HOUR.dividedBy(2)));
                writer.sync();
                clock.step(HOUR);
                writer.append(NumberedWal.number(appended));
                CdcException stopped = assertThrows(CdcException.Fenced.class, writer::sync);
                assertSaysWhy(stopped);
                assertEquals(State.STOPPED, publisher.status().state());
                assertThrows(CdcException.Fenced.class, () -> writer.append(NumberedWal.number(appended)));
                assertSaysWhy(assertThrows(CdcException.Invalid.class, this::open));
            } catch (CdcException.Unavailable closing) {
                // The refused entry is not committed: closing it says so.
            }
            clock.step(Duration.ZERO);
        }
        try (KafkaPublisher publisher = open()) {
            append(publisher.writer(0));
        }
        assertLive("in-half-an-hour-");
        check("clock an hour ahead: %d times while running and %d times at the start, each refused"
                .formatted(STEPS, STEPS));
    }

    private static void assertSaysWhy(CdcException stopped) {
        String said = String.valueOf(stopped.getMessage());
        assertTrue(said.contains("InvalidTimestamp"), said);
        assertTrue(said.contains("shard "), said);
        assertTrue(said.contains("clock"), said);
    }

    /** As far ahead as brokers take it. The time that is in the log stays there, also where a writer with the right time goes on. */
    @Test
    void aClockFiveMinutesAheadIsCaughtUpWith() {
        Duration ahead = Duration.ofMinutes(5);
        try (KafkaPublisher publisher = open()) {
            WalWriter writer = publisher.writer(0);
            append(writer);
            writer.append(expiring("in-an-hour-0", HOUR));
            clock.step(ahead);
            append(writer);
        }
        clock.step(Duration.ZERO);
        long aheadMs = lastTimeMs();
        try (KafkaPublisher publisher = open()) {
            append(publisher.writer(0));
            assertEquals(aheadMs, lastTimeMs(), "the log's time waits for the clock");
            assertLive("in-an-hour-");
        }
        // What a machine whose clock was set back by five minutes finds: its log is ahead of its broker.
        limitTimes(Duration.ofMinutes(1));
        assertSaysWhy(assertThrows(CdcException.Invalid.class, this::open));
        limitTimes(Duration.ofMinutes(10));
        try (KafkaPublisher publisher = open()) {
            append(publisher.writer(0));
        }
        check("clock five minutes ahead: taken, and caught up with");
    }

    private void limitTimes(Duration ahead) {
        var topic =
                new ConfigResource(ConfigResource.Type.TOPIC, wal.partition(0).topic());
        var limit = new ConfigEntry("message.timestamp.after.max.ms", Long.toString(ahead.toMillis()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(new AlterConfigOp(limit, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private KafkaPublisher open() {
        return NumberedWal.open(log, wal.config(), clock);
    }

    /** Appends the next numbers, which are acknowledged then. */
    private void append(WalWriter writer) {
        NumberedWal.append(writer, appended, appended + NUMBERS);
        writer.sync();
        appended += NUMBERS;
    }

    private static WalRecord expiring(String key, Duration after) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8("value"), after.toMillis());
    }

    private long lastTimeMs() {
        return wal.entries(log, 0).getLast().timeMs();
    }

    private List<String> keys(String prefix) {
        return wal.entries(log, 0).stream()
                .map(WalEntry::content)
                .filter(WalRecord.Set.class::isInstance)
                .map(set -> ((WalRecord.Set) set).key().text())
                .filter(key -> key.startsWith(prefix))
                .toList();
    }

    /** Waits until the rows of these keys are gone: the time of the log has passed their ends. */
    private void awaitExpired(String prefix) {
        awaitMaterialized();
        Awaitility.await().atMost(PATIENCE).until(() -> {
            try (RespClient reads = new RespClient(materializer.respPort())) {
                return keys(prefix).stream().allMatch(key -> reads.call("GET", key) == null)
                        && materializer.shard(0).path("keys").asLong()
                                == 1 + keys("in-an-hour-").size();
            }
        });
    }

    private void assertLive(String prefix) {
        awaitMaterialized();
        try (RespClient reads = new RespClient(materializer.respPort())) {
            List<String> keys = keys(prefix);
            assertTrue(!keys.isEmpty());
            keys.forEach(key -> assertEquals("value", reads.text("GET", key), key));
            assertNull(reads.call("GET", "no-such-key"));
        }
    }

    private void awaitMaterialized() {
        long sequence = wal.entries(log, 0).getLast().sequence();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> materializer.state(0).equals("running")
                        && materializer.state(1).equals("running")
                        && materializer.shard(0).path("sequence").asLong() >= sequence);
    }

    private void check(String what) {
        wal.assertHolds(log, 0, appended);
        assertEquals(appended, wal.numbers(log, 0).size(), "what was refused is not there");
        materializer.close();
        FinalState.check(log, wal.database(), NumberedWal.SHARDS, "one", store());
        System.out.printf("%s; %d numbers acknowledged%n", what, appended);
    }
}
