package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import kafka.admin.ConfigCommand;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each test has a database of its own on one broker. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DatabaseTopicsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern COMMAND = Pattern.compile("kafka-(\\w+)\\.sh (.*)$", Pattern.MULTILINE);

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void createsBothTopicsSafely() throws Exception {
        try (DatabaseTopics topics = open("created")) {
            topics.ensure(3, TopicLayout.SINGLE);
            topics.check(OptionalInt.of(3));
            topics.check(OptionalInt.empty());
            assertEquals(3, topics.shards());
        }
        assertSettings(
                "created.wal",
                Map.of(
                        "cleanup.policy", "delete",
                        "retention.ms", "-1",
                        "retention.bytes", "-1",
                        "message.timestamp.type", "CreateTime",
                        "message.timestamp.after.max.ms", "600000",
                        "segment.bytes", "67108864",
                        "max.message.bytes", "8454144",
                        "min.insync.replicas", "1",
                        "unclean.leader.election.enable", "false"));
        assertSettings(
                "created.snapshot",
                Map.of(
                        "cleanup.policy", "compact",
                        "delete.retention.ms", "604800000",
                        "max.compaction.lag.ms", "86400000",
                        "max.message.bytes", "8454144",
                        "min.insync.replicas", "1",
                        "unclean.leader.election.enable", "false"));
    }

    private static void assertSettings(String topic, Map<String, String> wanted) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var settings = admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .values()
                .iterator()
                .next();
        wanted.forEach(
                (setting, value) -> assertEquals(value, settings.get(setting).value(), setting));
    }

    @Test
    void severalProcessesMayCreateAtOnce() throws Exception {
        Callable<Integer> process = () -> {
            try (DatabaseTopics topics = open("raced")) {
                topics.ensure(2, TopicLayout.SINGLE);
                topics.check(OptionalInt.of(2));
                return topics.shards();
            }
        };
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> shards : executor.invokeAll(
                    IntStream.range(0, 6).mapToObj(i -> process).toList())) {
                assertEquals(2, shards.get());
            }
        }
    }

    @Test
    void createsTheOneThatIsMissing() throws Exception {
        try (DatabaseTopics topics = open("half")) {
            topics.ensure(2, TopicLayout.SINGLE);
            admin.deleteTopics(List.of("half.snapshot")).all().get();
            awaitRefused(() -> check("half"), "no topic half.snapshot");
            topics.ensure(2, TopicLayout.SINGLE);
            topics.check(OptionalInt.of(2));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "wal, cleanup.policy, compact",
        "wal, cleanup.policy, '[compact,delete]'",
        "wal, retention.ms, 604800000",
        "wal, retention.bytes, 1073741824",
        "wal, message.timestamp.type, LogAppendTime",
        "wal, message.timestamp.after.max.ms, 3600000",
        "wal, message.timestamp.before.max.ms, 3600000",
        "wal, max.message.bytes, 1048588",
        "wal, unclean.leader.election.enable, true",
        "wal, min.insync.replicas, 2",
        "snapshot, cleanup.policy, delete",
        "snapshot, max.message.bytes, 1048588",
        "snapshot, message.timestamp.before.max.ms, 3600000",
        "snapshot, unclean.leader.election.enable, true",
        "snapshot, min.insync.replicas, 2"
    })
    void refusesAnUnsafeSettingWithTheCommandThatMendsIt(String topic, String setting, String value) throws Exception {
        String database = "unsafe-%s-%s".formatted(topic, setting);
        try (DatabaseTopics topics = open(database)) {
            topics.ensure(1, TopicLayout.SINGLE);
            topics.check(OptionalInt.of(1));
            set(database + "." + topic, setting, value.replaceAll("[\\[\\]]", ""));
            var refused = awaitRefused(
                    () -> topics.check(OptionalInt.of(1)),
                    database + "." + topic,
                    setting,
                    "'%s'".formatted(value.replaceAll("[\\[\\]]", "")),
                    "must be");
            assertEquals(1, mend(refused));
            awaitPassed(() -> topics.check(OptionalInt.of(1)));
        }
    }

    @Test
    void reportsAllProblemsAtOnce() throws Exception {
        admin.createTopics(
                        List.of(new NewTopic("plain.wal", 3, (short) 1), new NewTopic("plain.snapshot", 2, (short) 1)))
                .all()
                .get();
        transactionVersion(1, UpgradeType.SAFE_DOWNGRADE);
        try (DatabaseTopics topics = open("plain")) {
            var refused = awaitRefused(
                    () -> topics.check(OptionalInt.of(3)),
                    "plain.wal: retention.ms is '604800000'",
                    "plain.wal: max.message.bytes is '1048588'",
                    "plain.wal: message.timestamp.after.max.ms is '3600000'",
                    "plain.snapshot: cleanup.policy is 'delete'",
                    "plain.snapshot: max.message.bytes",
                    "plain.snapshot: it has 2 partitions, must have 3",
                    "transaction.version is 1");
            assertEquals(7, mend(refused));
            awaitPassed(() -> topics.check(OptionalInt.of(3)));
        } finally {
            transactionVersion(2, UpgradeType.UPGRADE);
        }
    }

    @Test
    void refusesAnotherNumberOfShards() {
        try (DatabaseTopics topics = open("fixed")) {
            topics.ensure(2, TopicLayout.SINGLE);
            for (var call : List.<Runnable>of(
                    () -> topics.check(OptionalInt.of(4)), () -> topics.ensure(4, TopicLayout.SINGLE))) {
                assertSays(
                        assertThrows(CdcException.Invalid.class, call::run),
                        "fixed.wal: it has 2 partitions, must have 4",
                        "start with 2 shards");
            }
        }
    }

    @Test
    void refusesMoreReplicasThanBrokers() {
        try (DatabaseTopics topics = open("replicated")) {
            assertSays(
                    assertThrows(CdcException.Invalid.class, () -> topics.ensure(1, TopicLayout.REPLICATED)),
                    "creating the topic replicated.wal",
                    "eplication factor");
        }
    }

    @Test
    void namesTheDatabasesThatAreThere() {
        try (DatabaseTopics topics = open("there");
                DatabaseTopics none = open("nowhere")) {
            topics.ensure(1, TopicLayout.SINGLE);
            for (var call : List.<Runnable>of(none::shards, () -> none.check(OptionalInt.empty()))) {
                assertSays(
                        assertThrows(CdcException.Invalid.class, call::run),
                        "nowhere.wal",
                        "databases",
                        "there",
                        "start a");
            }
        }
    }

    @Test
    void saysThatKafkaIsAway() {
        Map<String, String> impatient = Map.of("default.api.timeout.ms", "1500", "request.timeout.ms", "1000");
        String nobody = "127.0.0.1:" + Ports.free();
        try (DatabaseTopics topics =
                DatabaseTopics.open(new KafkaSettings(nobody, impatient, Map.of(), Map.of()), "away")) {
            assertSays(assertThrows(CdcException.Unavailable.class, topics::shards), nobody, "away.wal", "start Kafka");
        }
    }

    @Test
    void refusesServersThatNobodyKnows() {
        KafkaSettings settings = KafkaSettings.of("no-such-host.invalid:9092");
        assertSays(
                assertThrows(CdcException.Invalid.class, () -> DatabaseTopics.open(settings, "x")),
                "no-such-host.invalid:9092");
    }

    private static DatabaseTopics open(String database) {
        return DatabaseTopics.open(KafkaSettings.of(broker.bootstrapServers()), database);
    }

    private static void check(String database) {
        try (DatabaseTopics topics = open(database)) {
            topics.check(OptionalInt.empty());
        }
    }

    private static void set(String topic, String setting, String value) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private static void transactionVersion(int version, UpgradeType type) throws Exception {
        FeatureUpdate update = new FeatureUpdate((short) version, type);
        admin.updateFeatures(Map.of("transaction.version", update), new UpdateFeaturesOptions())
                .all()
                .get();
    }

    /** Does what the commands in a message say; how many there were. */
    private static int mend(CdcException refused) throws Exception {
        List<String> done = new ArrayList<>();
        Matcher command = COMMAND.matcher(String.valueOf(refused.getMessage()));
        while (command.find()) {
            List<String> words = List.of(command.group(2).split(" "));
            assertEquals(List.of("--bootstrap-server", broker.bootstrapServers()), words.subList(0, 2));
            run(command.group(1), words);
            done.add(command.group());
        }
        return done.size();
    }

    private static void run(String script, List<String> words) throws Exception {
        switch (script) {
            case "configs" -> assertDoesNotThrow(() -> ConfigCommand.main(words.toArray(String[]::new)));
            case "topics" -> {
                assertEquals(List.of("--alter", "--topic"), words.subList(2, 4));
                assertEquals("--partitions", words.get(5));
                NewPartitions partitions = NewPartitions.increaseTo(Integer.parseInt(words.get(6)));
                admin.createPartitions(Map.of(words.get(4), partitions)).all().get();
            }
            case "features" -> {
                assertEquals(List.of("upgrade", "--feature", "transaction.version=2"), words.subList(2, 5));
                transactionVersion(2, UpgradeType.UPGRADE);
            }
            default -> throw new AssertionError("unknown script kafka-%s.sh".formatted(script));
        }
    }

    /** The refusal that says all of this; the broker hears of a change a moment after the controller has made it. */
    private static CdcException.Invalid awaitRefused(Runnable call, String... parts) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> refusal(call, parts), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<CdcException.Invalid> refusal(Runnable call, String... parts) {
        try {
            call.run();
            return Optional.empty();
        } catch (CdcException.Invalid e) {
            String message = String.valueOf(e.getMessage());
            return Optional.of(e).filter(refused -> Arrays.stream(parts).allMatch(message::contains));
        }
    }

    private static void awaitPassed(Executable call) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertDoesNotThrow(call));
    }

    private static void assertSays(Exception thrown, String... parts) {
        Arrays.stream(parts)
                .forEach(part -> assertTrue(
                        String.valueOf(thrown.getMessage()).contains(part), () -> "no \"" + part + "\" in " + thrown));
    }
}
