package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class EmbeddedBrokerIT {
    @TempDir
    Path directory;

    @Test
    void keepsItsTopicsRecordsAndClusterIdOverRestartsOnOtherPorts() throws Exception {
        String clusterId;
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
                Admin admin = admin(broker)) {
            clusterId = admin.describeCluster().clusterId().get();
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
            send(broker, "one");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
                Admin admin = admin(broker)) {
            assertEquals(clusterId, admin.describeCluster().clusterId().get());
            assertEquals(Set.of("t"), admin.listTopics().names().get());
            send(broker, "two");
            TopicPartition partition = new TopicPartition("t", 0);
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            assertEquals(2, end);
        }
    }

    @Test
    void refusesAPortInUseNamingItAndItsFlag() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            var refused =
                    assertThrows(CdcException.Invalid.class, () -> EmbeddedBroker.start(directory, port, Map.of()));
            assertMentions(refused, "port " + port);
            assertMentions(refused, "--kafka-port");
        }
    }

    @Test
    void refusesADirectoryInUse() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
            var refused = assertThrows(CdcException.Invalid.class, () -> EmbeddedBroker.start(directory));
            assertMentions(refused, directory.toString());
            assertTrue(broker.port() > 0);
        }
    }

    @Test
    void refusesAPathThatIsAFile() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        var refused = assertThrows(CdcException.Invalid.class, () -> EmbeddedBroker.start(file));
        assertMentions(refused, file.toString());
    }

    @Test
    void refusesADirectoryWhoseClusterIdIsGone() throws Exception {
        Files.writeString(directory.resolve("meta.properties"), "version=1");
        CdcException.Corrupt refused = assertThrows(CdcException.Corrupt.class, () -> EmbeddedBroker.start(directory));
        assertMentions(refused, "meta.properties has no cluster.id");
    }

    @Test
    void aStartThatFailsLeavesNoThreadsAndNoLock() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int controller = Ports.free();
            Map<String, String> overrides = Map.of(
                    "listeners",
                    "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(taken.getLocalPort(), controller),
                    "controller.quorum.voters",
                    "1@127.0.0.1:" + controller);
            assertThrows(CdcException.Unavailable.class, () -> EmbeddedBroker.start(directory, 0, overrides));
        }
        Awaitility.await().untilAsserted(() -> assertEquals(List.of(), brokerThreads()));
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
            assertTrue(broker.port() > 0);
        }
    }

    @Test
    void refusesASettingThatTheBrokerDoesNotTake() {
        Map<String, String> overrides = Map.of("log.segment.bytes", "many");
        var refused = assertThrows(CdcException.Invalid.class, () -> EmbeddedBroker.start(directory, 0, overrides));
        assertMentions(refused, "log.segment.bytes");
    }

    /** Threads that would keep the process alive. */
    private static List<String> brokerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .map(Thread::getName)
                .filter(name -> name.contains("kafka") || name.contains("data-plane") || name.contains("quorum"))
                .toList();
    }

    private static void assertMentions(Exception thrown, String text) {
        assertTrue(String.valueOf(thrown.getMessage()).contains(text), () -> "no \"" + text + "\" in " + thrown);
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private static void send(EmbeddedBroker broker, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("t", value)).get();
        }
    }
}
