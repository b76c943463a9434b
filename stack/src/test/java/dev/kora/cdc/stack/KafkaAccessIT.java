package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.log.Group;
import dev.kora.cdc.log.GroupListener;
import dev.kora.cdc.log.GroupMembership;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A broker that asks for a password, and lets some do what others may not. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class KafkaAccessIT {
    private static final LogPartition PARTITION = new LogPartition("t", 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static int securePort;

    @BeforeAll
    static void start() throws Exception {
        int openPort = Ports.free();
        int controllerPort = Ports.free();
        securePort = Ports.free();
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,SECURE://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(openPort, securePort, controllerPort));
        settings.put(
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:%d,SECURE://127.0.0.1:%d".formatted(openPort, securePort));
        settings.put(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,SECURE:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("sasl.enabled.mechanisms", "PLAIN");
        settings.put(
                "listener.name.secure.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_owner=\"right\" user_guest=\"right\";");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS;User:owner"); // the first is the broker itself
        broker = EmbeddedBroker.start(directory, openPort, settings);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static KafkaLog as(String user, String password) {
        return KafkaLog.open(new KafkaSettings(
                "127.0.0.1:" + securePort,
                Map.of(
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        "PLAIN",
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
                                .formatted(user, password)),
                Map.of(),
                Map.of()));
    }

    @Test
    void passThroughSettingsReachEveryClient() throws Exception {
        try (KafkaLog log = as("owner", "right");
                LogWriter writer = log.openWriter("w", TIMEOUT);
                LogReader reader = log.openReader(PARTITION, LogPosition.of(0))) {
            writer.initialize();
            writer.begin();
            writer.send(PARTITION, LogRecord.of(1, null, Bytes.utf8("a"), Map.of()));
            writer.commit();
            assertFalse(reader.poll(TIMEOUT).isEmpty());
            assertEquals(0, log.ends(PARTITION).start());
            Joined joined = new Joined();
            Group group = log.joinGroup("g", "member", "t", joined);
            assertEquals(Set.of(PARTITION), joined.assigned.get(15, TimeUnit.SECONDS));
            group.close();
        }
    }

    @Test
    void aWrongPasswordIsRefusedEverywhere() {
        assertRefused("owner", "wrong");
    }

    @Test
    void whoMayNotIsRefusedEverywhere() {
        assertRefused("guest", "right");
    }

    private static void assertRefused(String user, String password) {
        try (KafkaLog log = as(user, password);
                LogWriter writer = log.openWriter("w", TIMEOUT);
                LogReader reader = log.openReader(PARTITION, LogPosition.of(0))) {
            assertRefused(() -> log.topicId("t"));
            assertRefused(() -> log.ends(PARTITION));
            assertRefused(() -> log.committedOffset("g", PARTITION));
            assertRefused(writer::initialize);
            assertRefused(() -> reader.poll(TIMEOUT));
            Joined joined = new Joined();
            Group group = log.joinGroup("g", "member", "t", joined);
            LogException failure = joined.failed.orTimeout(15, TimeUnit.SECONDS).join();
            assertEquals(Kind.REFUSED, failure.kind(), failure::toString);
            group.close();
        }
    }

    private static void assertRefused(Executable call) {
        LogException e = assertThrows(LogException.class, call);
        assertEquals(Kind.REFUSED, e.kind(), e::toString);
    }

    private static final class Joined implements GroupListener {
        private final CompletableFuture<Set<LogPartition>> assigned = new CompletableFuture<>();
        private final CompletableFuture<LogException> failed = new CompletableFuture<>();

        @Override
        public void assigned(Set<LogPartition> partitions, GroupMembership membership) {
            assigned.complete(partitions);
        }

        @Override
        public void revoked(Set<LogPartition> partitions) {}

        @Override
        public void lost(Set<LogPartition> partitions) {}

        @Override
        public void failed(LogException e) {
            failed.complete(e);
        }
    }
}
