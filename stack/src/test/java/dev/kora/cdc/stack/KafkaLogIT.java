package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.Group;
import dev.kora.cdc.log.GroupListener;
import dev.kora.cdc.log.GroupMembership;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogContract;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the log, and what only Kafka has. */
final class KafkaLogIT extends LogContract {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Map<String, String> QUICK = Map.of(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "200",
            "group.consumer.session.timeout.ms", "3000",
            "group.consumer.heartbeat.interval.ms", "200");

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static Admin admin;
    private static KafkaLog log;

    private final List<Group> groups = new ArrayList<>();

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory, 0, QUICK);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        admin.close();
        broker.close();
    }

    @AfterEach
    void leave() {
        groups.forEach(Group::close);
    }

    @Override
    protected Log log() {
        return log;
    }

    @Override
    protected String createTopic() {
        return createTopic(Map.of());
    }

    private static String createTopic(Map<String, String> settings) {
        String topic = "topic-" + UUID.randomUUID();
        createTopic(admin, topic, 2, settings);
        return topic;
    }

    private static void createTopic(Admin with, String topic, int partitions, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("retention.ms", "-1"); // the records' times are old
        try {
            with.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(all)))
                    .all()
                    .get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        // The answer comes from the controller, and the broker hears of the topic a moment later.
        await(() -> isThere(with, topic));
    }

    private static boolean isThere(Admin with, String topic) {
        try {
            with.describeTopics(List.of(topic)).allTopicNames().get();
            return true;
        } catch (ExecutionException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void recreate(String topic) {
        try {
            admin.deleteTopics(List.of(topic)).all().get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        createTopic(admin, topic, 2, Map.of());
    }

    /** The transaction stands in the partition. */
    @Override
    protected void awaitTimeOut(String transactionalId, LogPartition partition) {
        awaitDecided(partition);
    }

    /** Stops the broker, cuts the logs, and lets it find out by itself what they hold, as after a crash. */
    @Override
    protected void forgetEnds(List<LogPartition> partitions) {
        partitions.forEach(this::awaitDecided);
        int port = broker.port();
        broker.close();
        try {
            Files.delete(directory.resolve(".kafka_cleanshutdown"));
            Files.delete(directory.resolve("recovery-point-offset-checkpoint"));
            for (LogPartition partition : partitions) {
                cutLastControlRecord(directory.resolve(partition.toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        broker = EmbeddedBroker.start(directory, port, QUICK);
    }

    private static void cutLastControlRecord(Path partition) throws IOException {
        for (Path snapshot : files(partition, "*.snapshot")) {
            Files.delete(snapshot);
        }
        Path lastSegment = files(partition, "*.log").getLast();
        try (FileRecords records = FileRecords.open(lastSegment.toFile())) {
            int end = 0;
            RecordBatch last = null;
            for (RecordBatch batch : records.batches()) {
                last = batch;
                end += batch.sizeInBytes();
            }
            if (last == null || !last.isControlBatch()) {
                throw new AssertionError(lastSegment + " does not end with a control record but with " + last);
            }
            records.truncateTo(end - last.sizeInBytes());
        }
    }

    /** Sorted by their names, which begin with offsets. */
    private static List<Path> files(Path directory, String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            files.forEach(found::add);
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    @Override
    protected Held join(String group, String instanceId, String topic, Set<LogPartition> partitions) {
        Held held = new Held();
        groups.add(log.joinGroup(group, instanceId, topic, held));
        await(() -> held.all().keySet().equals(partitions));
        return held;
    }

    @Override
    protected Held rebalance(Held first, String group, String instanceId, String topic) {
        Held second = new Held();
        groups.add(log.joinGroup(group, instanceId, topic, second));
        await(() -> first.all().size() == 1 && second.all().size() == 1);
        Set<LogPartition> both = new HashSet<>(first.all().keySet());
        both.addAll(second.all().keySet());
        assertEquals(2, both.size());
        return second;
    }

    // --- what only Kafka has

    @Test
    void recordsAreCompressed() throws Exception {
        LogPartition partition = partition();
        try (LogWriter writer = open("writer-lz4", LONG)) {
            commit(writer, partition, "a".repeat(1000), "a".repeat(1000));
        }
        try (FileRecords records = FileRecords.open(directory
                .resolve(partition.toString())
                .resolve("00000000000000000000.log")
                .toFile())) {
            for (RecordBatch batch : records.batches()) {
                assertEquals(batch.isControlBatch() ? "none" : "lz4", batch.compressionType().name);
            }
        }
    }

    @Test
    void theLargestRecordPassesAndALargerOneIsRefusedByTheClient() {
        LogPartition partition =
                new LogPartition(createTopic(Map.of("max.message.bytes", Integer.toString(Limits.MESSAGE_BYTES))), 0);
        try (LogWriter writer = open("writer-large", LONG)) {
            commitRecord(writer, partition, incompressible(Limits.RECORD_BYTES));
            refuses(writer, partition, incompressible(Limits.MESSAGE_BYTES));
            commit(writer, partition, "after");
        }
        assertEquals(
                List.of(Limits.RECORD_BYTES, 5),
                readAll(partition).stream().map(KafkaLogIT::valueLength).toList());
    }

    @Test
    void aRecordThatTheBrokerRefusesIsRefusedAmongItsNeighbours() {
        LogPartition small = partition();
        LogPartition punctual = new LogPartition(createTopic(Map.of("message.timestamp.after.max.ms", "60000")), 0);
        LogRecord early = LogRecord.of(System.currentTimeMillis() + 3_600_000, null, Bytes.EMPTY, Map.of());
        try (LogWriter writer = open("writer-refused", LONG)) {
            refuses(writer, small, record("before"), incompressible(2_000_000), record("behind"));
            refuses(writer, punctual, record("before"), early, record("behind"));
            commit(writer, small, "after");
        }
        assertEquals(List.of("after"), values(small));
        assertEquals(List.of(), values(punctual));
    }

    private static void refuses(LogWriter writer, LogPartition partition, LogRecord... records) {
        writer.begin();
        assertThrowsKind(Kind.REFUSED, () -> {
            for (LogRecord each : records) {
                writer.send(partition, each);
            }
            writer.commit();
        });
        writer.abort();
    }

    private static void commitRecord(LogWriter writer, LogPartition partition, LogRecord record) {
        writer.begin();
        writer.send(partition, record);
        writer.commit();
    }

    private static LogRecord incompressible(int bytes) {
        byte[] value = new byte[bytes];
        new Random(1).nextBytes(value);
        return LogRecord.of(1_700_000_000_000L, null, Bytes.of(value), Map.of());
    }

    private static int valueLength(LogRecord record) {
        return Objects.requireNonNull(record.value()).length();
    }

    @Test
    void aMissingTopicIsMissingToAReaderAndCannotBeWrittenTo() {
        LogPartition missing = new LogPartition("no-such-topic", 0);
        assertPollThrows(Kind.MISSING, missing, LogPosition.of(0));
        LogPartition beyond = new LogPartition(createTopic(), 2);
        assertThrowsKind(Kind.MISSING, () -> log.ends(beyond));
        try (LogWriter writer = open("writer-missing", LONG)) {
            writer.begin();
            writer.send(missing, record("a"));
            assertThrowsKind(Kind.ABORTABLE, writer::commit);
            writer.abort();
        }
    }

    @Test
    void aTopicThatWasDeletedIsMissingAfterOneTimeOut() throws Exception {
        try (KafkaLog impatient = KafkaLog.open(impatient(broker.bootstrapServers()))) {
            LogPartition partition = partition();
            assertEquals(new LogEnds(0, 0, 0), impatient.ends(partition));
            admin.deleteTopics(List.of(partition.topic())).all().get();
            await(() -> kindOf(() -> impatient.ends(partition)) == Kind.MISSING);
        }
    }

    private static KafkaSettings impatient(String servers) {
        return new KafkaSettings(
                servers,
                Map.of("default.api.timeout.ms", "1500", "request.timeout.ms", "1000"),
                Map.of("max.block.ms", "1000", "delivery.timeout.ms", "2000"),
                Map.of());
    }

    private static boolean answers(Runnable call) {
        try {
            call.run();
            return true;
        } catch (LogException e) {
            assertEquals(Kind.TIMED_OUT, e.kind(), e::toString);
            return false;
        }
    }

    private static Kind kindOf(Runnable call) {
        return assertThrows(LogException.class, call::run).kind();
    }

    @Test
    void aBrokerThatIsAwayTimesOutAndIsUsedAgainWhenItIsBack(@TempDir Path other) {
        EmbeddedBroker away = EmbeddedBroker.start(other, 0, QUICK);
        try (Admin itsAdmin = Admin.create(Map.of("bootstrap.servers", away.bootstrapServers()));
                KafkaLog itsLog = KafkaLog.open(impatient(away.bootstrapServers()));
                LogWriter writer = itsLog.openWriter("writer", LONG);
                LogWriter fresh = itsLog.openWriter("fresh", LONG);
                LogReader reader = itsLog.openReader(new LogPartition("t", 0), LogPosition.of(0))) {
            createTopic(itsAdmin, "t", 1, Map.of());
            LogPartition partition = new LogPartition("t", 0);
            writer.initialize();
            commitRecord(writer, partition, record("a"));
            assertEquals(List.of("0:a"), show(poll(reader)));
            writer.begin();
            writer.send(partition, record("b"));
            await(() -> itsLog.ends(partition).highWatermark() == 3);
            away.close();
            assertThrowsKind(Kind.TIMED_OUT, () -> itsLog.ends(partition));
            assertThrowsKind(Kind.TIMED_OUT, () -> itsLog.topicId("t"));
            assertThrowsKind(Kind.TIMED_OUT, () -> itsLog.committedOffset("g", partition));
            assertThrowsKind(Kind.TIMED_OUT, fresh::initialize);
            assertEquals(List.of(), reader.poll(Duration.ofMillis(500)));
            assertThrowsKind(Kind.TIMED_OUT, writer::commit);
            assertThrows(IllegalStateException.class, writer::abort);
            away = EmbeddedBroker.start(other, away.port(), QUICK);
            await(() -> answers(writer::commit));
            assertEquals(List.of("2:b"), show(poll(reader)));
        } finally {
            away.close();
        }
    }

    // --- groups

    @Test
    void aMemberThatComesBackHoldsWhatItHeld() {
        LogPartition partition = partition();
        Set<LogPartition> both = Set.of(partition, new LogPartition(partition.topic(), 1));
        String group = "group-" + UUID.randomUUID();
        Held first = join(group, "member-1", partition.topic(), both);
        groups.getLast().close();
        assertEquals(Map.of(), first.all());
        assertEquals(List.of(), first.failures());
        join(group, "member-1", partition.topic(), both);
    }

    @Test
    void aListenerThatFailsInAnyWayLearnsThatItIsNoMemberAnyMore() {
        LogPartition partition = partition();
        List<LogException> failures = new CopyOnWriteArrayList<>();
        groups.add(log.joinGroup("group-" + UUID.randomUUID(), "member", partition.topic(), new GroupListener() {
            @Override
            public void assigned(Set<LogPartition> partitions, GroupMembership membership) {
                throw new LinkageError("no such class");
            }

            @Override
            public void revoked(Set<LogPartition> partitions) {}

            @Override
            public void lost(Set<LogPartition> partitions) {}

            @Override
            public void failed(LogException e) {
                failures.add(e);
            }
        }));
        await(() -> !failures.isEmpty());
        String message = String.valueOf(failures.getFirst().getMessage());
        assertTrue(message.contains("LinkageError") && message.contains("no such class"), message);
    }

    /** Its session ends first; until then the successor is turned away. */
    @Test
    void aMemberThatIsCutOffIsReplacedAndLearnsItWhenItIsBack(@TempDir Path other) {
        try (ProxiedBroker proxied = ProxiedBroker.start(other, QUICK);
                Admin itsAdmin = Admin.create(Map.of("bootstrap.servers", proxied.directServers()));
                KafkaLog behind = KafkaLog.open(KafkaSettings.of(proxied.proxiedServers()));
                KafkaLog direct = KafkaLog.open(KafkaSettings.of(proxied.directServers()))) {
            createTopic(itsAdmin, "t", 1, Map.of());
            LogPartition partition = new LogPartition("t", 0);
            Held first = new Held();
            Held second = new Held();
            groups.add(behind.joinGroup("g", "member", "t", first));
            await(() -> first.all().size() == 1);
            GroupMembership before = first.of(partition);
            proxied.proxy().silence();
            groups.add(direct.joinGroup("g", "member", "t", second));
            await(() -> second.all().size() == 1);
            try (LogWriter writer = direct.openWriter("w", LONG)) {
                writer.initialize();
                writer.begin();
                assertThrows(LogException.class, () -> writer.sendOffset(before, partition, LogPosition.of(1)));
                writer.abort();
                proxied.proxy().heal();
                await(() -> !first.failures().isEmpty());
                assertEquals(Kind.FENCED, first.failures().getFirst().kind());
                assertEquals(Map.of(), first.all());
                writer.begin();
                writer.sendOffset(second.of(partition), partition, LogPosition.of(1));
                writer.commit();
            }
            leave();
        }
    }
}
