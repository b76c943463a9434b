package dev.kora.cdc.stack.cli;

import static dev.kora.cdc.stack.cli.BadCommand.SAYS;
import static dev.kora.cdc.stack.cli.BadCommand.assertSays;
import static dev.kora.cdc.stack.cli.BadCommand.fails;
import static dev.kora.cdc.stack.cli.BadCommand.problems;
import static dev.kora.cdc.stack.cli.BadCommand.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.FakeRegistry;
import dev.kora.cdc.schema.KoraFixtures;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.ChildJvm;
import dev.kora.cdc.stack.EmbeddedBroker;
import dev.kora.cdc.stack.cli.CommandRig.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * BadCommand input on the command line: one line for each problem says what is wrong, where, and what to do, in no words of Java's, and what
 * was acknowledged before is there afterwards.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class BadCommandsIT {
    private static final int SHARDS = 2;
    private static final int ACKNOWLEDGED = 20;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static CommandRig rig;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TopicSettings topics;

    @BeforeAll
    static void start() throws IOException {
        rig = new CommandRig(directory);
        topics = TopicSettings.open(rig.broker.bootstrapServers());
        DatabaseCodecs codecs = rig.create("kora", SHARDS);
        try (KafkaPublisher publisher = rig.publisher("kora", SHARDS, codecs);
                WalWriter writer = publisher.writer(0)) {
            for (int i = 0; i < ACKNOWLEDGED; i++) {
                writer.append(CommandRig.set("kept:" + i, "v"));
            }
            writer.sync();
        }
        Files.writeString(directory.resolve("file"), "no directory");
        Files.write(
                directory.resolve("wrong.properties"),
                List.of("shard=2", "publisher.buffer=3MiB", "start.timeout=soon"));
        Files.writeString(directory.resolve("unknown.properties"), "publisher.lingr=5ms");
    }

    @AfterAll
    static void stop() {
        topics.close();
        rig.close();
    }

    @AfterEach
    void whatWasAcknowledgedIsThere() {
        Outcome tail = rig.run("tail", "--match", "kept:*");
        assertEquals(0, tail.exitCode(), tail::err);
        assertEquals(ACKNOWLEDGED, tail.lines().size());
    }

    private static String in(String name) {
        return directory.resolve(name).toString();
    }

    static Stream<BadCommand> onTheCommandLineAlone() {
        return Stream.of(
                usage("demo", "--shard", "3").says("'--shard'", "did you mean --shards?"),
                usage("produce", "resp", "--gateway-prot", "0")
                        .says("'--gateway-prot'", "did you mean --gateway-port?"),
                usage("produce", "rsp").says("no command 'rsp'", "did you mean resp?"),
                usage("status", "now").says("'now'", "too many"),
                usage("tail", "--from", "middle").says("'--from'", "beginning or end, not 'middle'"),
                usage("inspect", "--shard", "0", "--offset", "0", "--topic", "log")
                        .says("'--topic'", "wal or snapshot, not 'log'"),
                usage("produce", "resp", "--config", in("unknown.properties"))
                        .says("unknown.properties", "publisher.lingr", "publisher.linger"),
                usage("produce", "resp", "--config", in("nowhere.properties"))
                        .says("nowhere.properties", "no such file"),
                usage("produce", "resp", "--gateway-port", "65536").says("--gateway-port", "65535", "'65536'"),
                usage("produce", "resp", "--http-port", "-1").says("--http-port", "'-1'"),
                usage("materialize", "--resp-port", "port").says("--resp-port", "'port'"),
                usage("stack", "--kafka-port", "65536").says("--kafka-port", "'65536'"),
                usage("demo", "--registry-port", "65536").says("--registry-port 65536", "65535"),
                usage("demo", "--kafka-port", "7000", "--http-port", "7000")
                        .says("--kafka-port and --http-port", "both 7000", "choose another"),
                usage("stack", "--kafka-port", "7000", "--registry-port", "7000")
                        .says("kafka.port is 7000 (--kafka-port)", "registry.port is 7000", "choose another"),
                usage("produce", "resp", "--replication-factor", "2", "--min-insync-replicas", "3")
                        .says("--replication-factor", "--min-insync-replicas", "change one of them"),
                usage("produce", "resp", "--publisher-buffer", "4KiB", "--shards", "9")
                        .says("--publisher-buffer", "--shards", "8KiB at least"),
                usage("materialize", "--store-cache", "1MiB").says("--store-cache", "store.write.buffer is 64MiB"),
                usage("tail", "--registry-url", "ftp://here").says("--registry-url", "ftp://here"),
                usage("tail", "--registry-url", "http://127.0.0.1:65536/").says("--registry-url", "65536"),
                usage("status", "--http-url", "ftp://here").says("--http-url", "'ftp://here'"),
                usage("status", "--http-url", "no url").says("--http-url", "'no url'"),
                usage("status", "--http-url", "127.0.0.1:8080").says("--http-url", "http(s)://HOST"),
                usage("status", "--http-url", "http://127.0.0.1:65536").says("--http-url", "65535", "65536"),
                usage("status", "--http-url", "http://127.0.0.1/api?a=b").says("--http-url", "/api?a=b"),
                usage("resume", "--shard", "0", "--http-url", "http://[::1").says("--http-url", "http://[::1"),
                usage("skip", "--shard", "0", "--offset", "0", "--reason", "r", "--http-url", "")
                        .says("--http-url", "''"),
                fails("resume", "--shard", "0", "--bootstrap-servers", "127.0.0.1:1")
                        .says("127.0.0.1:1", "--bootstrap-servers"),
                fails("stack", "--data", in("file")).says(in("file"), "no directory", "--data"),
                fails("stack", "--data", in("file/in")).says(in("file/in"), "--data"),
                fails("stack", "--data", "/proc/kora").says("/proc/kora", "--data"),
                fails("materialize", "--data", in("file")).says(in("file"), "no directory", "--data"),
                fails("materialize", "--data", "/proc/kora").says("/proc/kora", "--data"),
                fails("produce", "kora", in("nowhere")).says(in("nowhere"), "no directory", "shard-0"),
                fails("produce", "kora", in("file")).says(in("file"), "no directory"),
                fails("tail", "--bootstrap-servers", "127.0.0.1:1").says("127.0.0.1:1", "--bootstrap-servers"));
    }

    @ParameterizedTest
    @MethodSource("onTheCommandLineAlone")
    void aWrongCommandLineIsToldInOneLine(BadCommand bad) {
        bad.check(bad.run());
    }

    static Stream<BadCommand> ofTheDatabase() {
        return Stream.of(
                fails("tail", "--database", "kroa").says("kroa.wal", "which has the databases", "kora"),
                usage("tail", "--shard", "2").says("shard 2", "0 to 1", "--shard"),
                usage("tail", "--database", "no name").says("--database", "'no name'"),
                fails(produce("--shards", "3")).says("kora.wal", "2 partitions", "must have 3", "start with 2 shards"),
                fails(produce("--replication-factor", "3", "--database", "new"))
                        .says("new.wal", "only 1 broker", "--replication-factor"),
                fails(materializeOf("nowhere", "--start-timeout", "1s")).says("nowhere.wal", "kora-cdc produce"));
    }

    @ParameterizedTest
    @MethodSource("ofTheDatabase")
    void whatDoesNotFitTheDatabaseIsToldInOneLine(BadCommand bad) {
        bad.check(bad.run(rig));
    }

    @Test
    void anOrderToNobodyIsToldInOneLine() {
        BadCommand bad = fails(
                "resume",
                "--shard",
                "0",
                "--http-url",
                "http://127.0.0.1:1",
                "--bootstrap-servers",
                rig.broker.bootstrapServers());
        bad.says("127.0.0.1:1", "nothing was done", "--http-url").check(bad.run());
    }

    @Test
    void allProblemsOfAFileAreToldAtOnce() {
        Outcome outcome = rig.run(produce("--config", in("wrong.properties")));
        assertEquals(2, outcome.exitCode(), outcome::err);
        List<String> lines = problems(outcome);
        assertEquals(3, lines.size(), outcome::err);
        assertSays(lines, "wrong.properties", "shard", "shards");
        assertSays(lines, "wrong.properties", "publisher.buffer", "power of two", "'3MiB'");
        assertSays(lines, "wrong.properties", "start.timeout", "a time", "'soon'");
    }

    @Test
    void topicsOfDifferentSizesAreTold() throws Exception {
        topics.createLike("kora.wal", "uneven.wal", 2);
        topics.createLike("kora.snapshot", "uneven.snapshot", 1);
        BadCommand bad = fails(materializeOf("uneven"));
        bad.says("uneven.snapshot", "it has 1 partition, must have 2", "kafka-topics.sh", "--partitions 2")
                .check(bad.run(rig));
    }

    /** A setting that a topic must not have. */
    record Unsafe(String topic, String setting, String value) {
        @Override
        public String toString() {
            return "%s: %s=%s".formatted(topic, setting, value);
        }
    }

    static Stream<Unsafe> unsafe() {
        return Stream.concat(
                Stream.of(
                        new Unsafe("kora.wal", "cleanup.policy", "compact"),
                        new Unsafe("kora.wal", "retention.ms", "604800000"),
                        new Unsafe("kora.wal", "retention.bytes", "1073741824"),
                        new Unsafe("kora.wal", "message.timestamp.type", "LogAppendTime"),
                        new Unsafe("kora.wal", "message.timestamp.after.max.ms", "3600000"),
                        new Unsafe("kora.snapshot", "cleanup.policy", "delete")),
                Stream.of("kora.wal", "kora.snapshot")
                        .flatMap(topic -> Stream.of(
                                new Unsafe(topic, "max.message.bytes", "1048588"),
                                new Unsafe(topic, "unclean.leader.election.enable", "true"),
                                new Unsafe(topic, "message.timestamp.before.max.ms", "86400000"),
                                new Unsafe(topic, "min.insync.replicas", "2"))));
    }

    /** By the command that the line names it is mended, or the next case would find two problems. */
    @ParameterizedTest
    @MethodSource("unsafe")
    void anUnsafeTopicIsRefusedWithTheCommandThatMendsIt(Unsafe unsafe) throws Exception {
        topics.alter(unsafe.topic, unsafe.setting, unsafe.value);
        boolean wal = unsafe.topic.endsWith(".wal");
        BadCommand bad = fails(wal ? produce() : materialize());
        Outcome outcome = bad.run(rig);
        bad.says(unsafe.topic, "%s is '%s'".formatted(unsafe.setting, unsafe.value), "kafka-configs.sh")
                .check(outcome);
        topics.mend(outcome.err().strip());
    }

    @Test
    void allThatIsUnsafeIsToldAtOnce() throws Exception {
        List<Unsafe> all = unsafe().toList();
        for (Unsafe each : all) {
            topics.alter(each.topic, each.setting, each.value);
        }
        Outcome outcome = rig.run(produce());
        assertEquals(1, outcome.exitCode());
        List<String> lines = problems(outcome);
        assertEquals(1 + all.size(), lines.size(), outcome::err);
        for (Unsafe each : all) {
            assertSays(lines, each.topic + ": " + each.setting, "kafka-configs.sh");
        }
        for (String line : lines.subList(1, lines.size())) {
            topics.mend(line);
        }
    }

    @Test
    void aWrongRegistryIsTold() throws IOException {
        try (FakeRegistry web = FakeRegistry.start()) {
            web.say("GET /subjects/kora.wal-value/versions", 200, "<html>It works!</html>");
            String kafka = "http://" + rig.broker.bootstrapServers();
            for (String command : List.of("tail", "produce", "materialize")) {
                BadCommand bad = fails(atRegistry(command, web.url()));
                bad.says(web.url(), "mend the URL").check(bad.run());
            }
            for (String command : List.of("tail", "produce", "materialize")) {
                BadCommand nothing = fails(atRegistry(command, "http://127.0.0.1:1"));
                nothing.says("127.0.0.1:1", "start it, or mend its URL", "(--registry-url)")
                        .check(nothing.run());
            }
            BadCommand noHttp = fails(atRegistry("tail", kafka));
            noHttp.says(rig.broker.bootstrapServers(), "mend its URL").check(noHttp.run());
        }
    }

    @Test
    void wrongCredentialsOfTheRegistryAreTold() throws IOException {
        try (GuardedRegistry guarded = GuardedRegistry.start(rig.registry.url(), "kora", "right")) {
            for (String command : List.of("tail", "produce", "materialize")) {
                BadCommand none = fails(atRegistry(command, guarded.url()));
                none.says("401", "wrong credentials", "basic.auth.user.info").check(none.run());
                BadCommand wrong =
                        fails(atRegistry(command, guarded.url(), "--registry", "basic.auth.user.info=kora:wrong"));
                Outcome outcome = wrong.run();
                wrong.says("401", "wrong credentials", "basic.auth.user.info").check(outcome);
                assertFalse(outcome.err().contains("kora:wrong"), outcome::err);
            }
            Outcome right = CommandRig.runAsIs(
                    atRegistry("tail", guarded.url(), "--registry", "basic.auth.user.info=kora:right"));
            assertEquals(0, right.exitCode(), right::err);
        }
    }

    @Test
    void wrongCredentialsOfKafkaAreTold() {
        Map<String, String> demanding = Map.of(
                "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms", "PLAIN",
                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                "listener.name.plaintext.plain.sasl.jaas.config", login("right") + " user_kora=\"right\";");
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("guarded"), 0, demanding)) {
            for (String command : List.of("tail", "produce", "materialize")) {
                BadCommand wrong = fails(atKafka(command, broker, "wrong"));
                wrong.says(broker.bootstrapServers(), "Invalid username or password", "sasl.jaas.config")
                        .check(wrong.run());
            }
            BadCommand right = fails(atKafka("tail", broker, "right"));
            right.says("kora.wal", "nor any database").check(right.run());
        }
    }

    private static String login(String password) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"kora\" password=\"%s\""
                .formatted(password);
    }

    private static String[] atKafka(String command, EmbeddedBroker broker, String password) {
        return at(
                command,
                broker.bootstrapServers(),
                rig.registry.url(),
                "-K",
                "security.protocol=SASL_PLAINTEXT",
                "-K",
                "sasl.mechanism=PLAIN",
                "-K",
                "sasl.jaas.config=" + login(password) + ";");
    }

    @Test
    void portsInUseAreToldAllAtOnce() throws Exception {
        for (List<String> each : List.of(
                List.of("demo", "--kafka-port", "--registry-port", "--gateway-port", "--resp-port", "--http-port"),
                List.of("stack", "--kafka-port", "--registry-port"),
                List.of("produce resp", "--gateway-port", "--http-port"),
                List.of("materialize", "--resp-port", "--http-port"))) {
            portsInUse(each.getFirst(), each.subList(1, each.size()));
        }
    }

    /** In a process of its own, for whatever else might stand on its standard error. */
    private static void portsInUse(String command, List<String> flags) throws Exception {
        List<ServerSocket> taken = new ArrayList<>();
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        if (!command.startsWith("produce")) {
            arguments.addAll(List.of("--data", in("ports-" + command)));
        }
        try {
            for (String flag : flags) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                taken.add(socket);
                arguments.addAll(List.of(flag, Integer.toString(socket.getLocalPort())));
            }
            Path errors = directory.resolve("ports.err");
            try (ChildJvm child = child(arguments, errors)) {
                assertEquals(1, child.awaitExit(LIMIT));
            }
            List<String> lines = Files.readAllLines(errors).stream()
                    .filter(line -> !line.contains(" INFO "))
                    .toList();
            assertEquals(flags.size(), lines.size(), lines::toString);
            for (int i = 0; i < flags.size(); i++) {
                assertSays(lines, SAYS, "port %d".formatted(taken.get(i).getLocalPort()), "in use", flags.get(i));
            }
        } finally {
            for (ServerSocket each : taken) {
                each.close();
            }
        }
    }

    @Test
    void aCorruptLogHaltsItsShardInOneLineAndTheOtherGoesOn() throws Exception {
        assumeTrue(KoraFixtures.arePresent(), KoraFixtures.ABSENT);
        Path engine = directory.resolve("engine");
        copyShard("all-kinds", engine.resolve("shard-0"));
        copyShard("corrupt-crc", engine.resolve("shard-1"));
        Path errors = directory.resolve("corrupt.err");
        List<String> arguments = List.of(at(
                "produce kora " + engine, rig.broker.bootstrapServers(), rig.registry.url(), "--database", "engine"));
        try (ChildJvm child = child(arguments, errors)) {
            child.awaitLine(SAYS + "http://");
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertEquals(1, halts(errors).size(), () -> told(errors)));
            Awaitility.await()
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertFalse(rig.run("tail", "--database", "engine", "--shard", "0", "--match", "*")
                                    .lines()
                                    .isEmpty()));
            child.terminate();
            assertEquals(143, child.awaitExit(LIMIT));
        }
        String line = halts(errors).getFirst();
        assertTrue(line.contains(engine.resolve("shard-1").resolve("shard.wal").toString()), line);
        assertTrue(Pattern.compile("offset \\d+").matcher(line).find(), line);
        assertFalse(BadCommand.isJavas(line), line);
        assertFalse(told(errors).contains("\tat "), () -> told(errors));
    }

    private static List<String> halts(Path errors) {
        return told(errors)
                .lines()
                .filter(line -> line.contains(" ERROR ") && line.contains("shard.wal"))
                .toList();
    }

    private static String told(Path errors) {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void copyShard(String fixture, Path to) throws IOException {
        Files.createDirectories(to);
        Files.copy(KoraFixtures.shard(fixture, 0).resolve("shard.wal"), to.resolve("shard.wal"));
    }

    private static ChildJvm child(List<String> arguments, Path errors) {
        // The command's own configuration of logs, not that of the tests.
        List<String> flags = List.of("-Xmx384m", "-XX:TieredStopAtLevel=1", "-Dlogback.configurationFile=logback.xml");
        return ChildJvm.start(KoraCdc.class, flags, arguments, errors);
    }

    private static String[] produce(String... more) {
        return with(Stream.of("produce", "resp", "--gateway-port", "0", "--http-port", "0"), more);
    }

    private static String[] materialize(String... more) {
        return materializeOf("kora", more);
    }

    /** On a directory of its own, for that belongs to one database. */
    private static String[] materializeOf(String database, String... more) {
        String data = in("materialize-" + database);
        return with(
                Stream.of(
                        "materialize", "--database", database, "--data", data, "--resp-port", "0", "--http-port", "0"),
                more);
    }

    private static String[] with(Stream<String> first, String... more) {
        return Stream.concat(first, Stream.of(more)).toArray(String[]::new);
    }

    private static String[] atRegistry(String command, String registry, String... more) {
        return at(command, rig.broker.bootstrapServers(), registry, more);
    }

    private static String[] at(String command, String kafka, String registry, String... more) {
        String[] where = with(Stream.of("--bootstrap-servers", kafka, "--registry-url", registry), more);
        return switch (command) {
            case "tail" -> with(Stream.of("tail"), where);
            case "produce" -> with(Stream.of(produce("--start-timeout", "1s")), where);
            case "materialize" -> with(Stream.of(materialize("--start-timeout", "1s")), where);
            default -> with(Stream.of((command + " --http-port 0").split(" ")), where);
        };
    }
}
