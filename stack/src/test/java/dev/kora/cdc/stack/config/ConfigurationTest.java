package dev.kora.cdc.stack.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ConfigurationTest {
    @TempDir
    Path directory;

    private final Sources.Flags flags = new Sources.Flags();

    @Test
    void hasDefaultsThatAreFine() {
        Configuration settings = read(Map.of(), List.of(), Settings.ALL);
        assertEquals("127.0.0.1:9092", settings.get(Settings.BOOTSTRAP_SERVERS));
        assertEquals(64 << 20, settings.get(Settings.PUBLISHER_BUFFER));
        assertEquals(Duration.ofMillis(20), settings.get(Settings.PUBLISHER_LINGER));
        assertEquals(Optional.empty(), settings.get(Settings.SHARDS));
        assertEquals("default", settings.origin(Settings.SHARDS));
        assertEquals(8082, read(Map.of(), List.of(), Settings.OF_PRODUCE).get(Settings.HTTP_PORT));
    }

    @Test
    void theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile() {
        List<String> file =
                List.of("shards=1", "http.port = 1", "resp.port: 1", "kafka.client.id=f", "kafka.client.rack=f");
        Map<String, String> environment = Map.of(
                "KORA_CDC_SHARDS", "2",
                "KORA_CDC_HTTP_PORT", "2",
                "KORA_CDC_KAFKA_CLIENT_ID", "e",
                "KORA_CDC_KAFKA_PRODUCER_LINGER_MS", "7",
                "KORA_CDC_REGISTRY_MAX_RETRIES", "3",
                "KORA_CDC_DATABASE", "", // as if it were not there
                "KORA_CDC_JAVA_OPTS", "-Xmx1g",
                "PATH", "/bin");
        flags.set(Settings.SHARDS, "3");
        flags.kafka("client.id", "c");
        flags.kafka("consumer.max.poll.records", "9");
        Configuration settings = read(environment, file, Settings.ALL);
        assertEquals(Optional.of(3), settings.get(Settings.SHARDS));
        assertEquals(2, settings.get(Settings.HTTP_PORT));
        assertEquals(1, settings.get(Settings.RESP_PORT));
        assertEquals("kora", settings.get(Settings.DATABASE));
        assertEquals(
                Map.of("client.id", "c", "client.rack", "f"), settings.kafka().common());
        assertEquals(Map.of("linger.ms", "7"), settings.kafka().producer());
        assertEquals(Map.of("max.poll.records", "9"), settings.kafka().consumer());
        assertTrue(settings.registry().toString().contains("max.retries=3"), settings.registry()::toString);
        assertEquals("--shards", settings.origin(Settings.SHARDS));
        assertEquals("KORA_CDC_HTTP_PORT", settings.origin(Settings.HTTP_PORT));
        assertEquals(file() + ", line 3", settings.origin(Settings.RESP_PORT));
    }

    @Test
    void theEnvironmentMayNameTheFile() {
        write(List.of("database=orders"));
        Configuration settings = Configuration.read(
                new Sources(Optional.empty(), Map.of("KORA_CDC_CONFIG", file().toString()), flags),
                Settings.OF_READERS);
        assertEquals("orders", settings.get(Settings.DATABASE));
    }

    @Test
    void tellsAllProblemsAtOnceWithTheirPlaces() {
        List<String> file = List.of(
                "# a comment \\",
                "bootstrap.server=kafka:9092",
                "publisher.buffer=3MiB",
                "kafka.acks=1",
                "kafka.bootstrap.servers=kafka:9092",
                "shards=\\",
                "  many",
                "data=a",
                "data=b",
                "registry.max.retry=1",
                "database=\\u00zz");
        Map<String, String> environment =
                Map.of("KORA_CDC_HTTP_PROT", "1", "KORA_CDC_KAFKA_SSL_KEY_PASSWORD_FILE", directory + "/nothing");
        flags.set(Settings.START_TIMEOUT, "soon");
        var refused = assertThrows(CdcException.Invalid.class, () -> read(environment, file, Settings.ALL));
        List<String> lines = String.valueOf(refused.getMessage()).lines().toList();
        String at = file() + ", line ";
        List<String> expected = List.of(
                "unknown key bootstrap.server (%s2); did you mean bootstrap.servers?".formatted(at),
                "publisher.buffer (%s3) must be a power of two from 4KiB to 1GiB, such as 64MiB, not '3MiB'"
                        .formatted(at),
                "kafka.acks (%s4) cannot be set: the promises rest on it; leave it out".formatted(at),
                "kafka.bootstrap.servers (%s5) cannot be set: its key is bootstrap.servers".formatted(at),
                "shards (%s6) must be a number from 1 to 256, not 'many'".formatted(at),
                "data is given twice: %s8 and %s9".formatted(at, at),
                at + "11 is no line of a properties file: Malformed \\uxxxx encoding.",
                "unknown variable KORA_CDC_HTTP_PROT; did you mean KORA_CDC_HTTP_PORT?",
                "kafka.ssl.key.password.file (KORA_CDC_KAFKA_SSL_KEY_PASSWORD_FILE) cannot be read: there is no such file or directory",
                "start.timeout (--start-timeout) must be a time up to 86400 s, such as 20ms or 15s (ms, s, m, h, d), not 'soon'");
        for (String line : expected) {
            assertTrue(lines.contains(line), () -> line + "\nis not among\n" + refused.getMessage());
        }
        String registry = lines.stream()
                .filter(line -> line.startsWith("schema registry: "))
                .findFirst()
                .orElseThrow();
        assertTrue(registry.contains("max.retry is unknown; did you mean max.retries?"), registry);
        assertTrue(registry.contains(at + "10"), registry);
        assertEquals(expected.size() + 1, lines.size(), refused::getMessage);
    }

    /** Settings, and the words of the one line that they are refused with. */
    static Stream<Arguments> clashing() {
        return Stream.of(
                clash("replication.factor is 2 (file, line 1) and min.insync.replicas is 3 (file, line 2) cannot go"
                        + " together: min.insync.replicas must be from 2 to 2 with 2 replicas, not 3; change one of them"
                        + "|replication.factor=2|min.insync.replicas=3"),
                clash("replication.factor is 3 (file, line 1) and min.insync.replicas is 1 (file, line 2) cannot go"
                        + " together: min.insync.replicas must be from 2 to 3 with 3 replicas, not 1; change one of them"
                        + "|replication.factor=3|min.insync.replicas=1"),
                clash("replication.factor is not set and min.insync.replicas is 4 (file, line 1) cannot go together:"
                        + " min.insync.replicas must be from 2 to 3 with 3 replicas, not 4; change one of them"
                        + "|min.insync.replicas=4"),
                clash("publisher.buffer is 64KiB (file, line 2) and shards is 256 (file, line 1) cannot go together:"
                        + " so many shards need a ring of 128KiB at least; enlarge it"
                        + "|shards=256|publisher.buffer=64KiB"),
                clash("publisher.linger is 600ms (file, line 1) and publisher.transaction.timeout is 1s (file, line 2)"
                        + " cannot go together: Kafka would abort what is still gathered; the time-out must be twice the"
                        + " linger at least|publisher.linger=600ms|publisher.transaction.timeout=1s"),
                clash(
                        "store.cache is 32MiB (file, line 1) and store.write.buffer is 64MiB (default) cannot go together:"
                                + " the write buffers are taken from the cache; make it larger than they are|store.cache=32MiB"),
                clash(
                        "gateway.port is 7000 (file, line 1) and http.port is 7000 (file, line 2) cannot go together:"
                                + " choose another port for one of them, or 0 for any free one|gateway.port=7000|http.port=7000"),
                clash("resp.port is 8080 (file, line 1) and http.port is 8080 (default) cannot go together: choose"
                        + " another port for one of them, or 0 for any free one|resp.port=8080"),
                clash(
                        "kafka.port is 7000 (file, line 1) and registry.port is 7000 (file, line 2) cannot go together:"
                                + " choose another port for one of them, or 0 for any free one|kafka.port=7000|registry.port=7000"));
    }

    private static Arguments clash(String message) {
        List<String> parts = List.of(message.split("[|]"));
        return Arguments.of(parts.subList(1, parts.size()), parts.getFirst());
    }

    @ParameterizedTest
    @MethodSource("clashing")
    void settingsThatCannotGoTogetherAreToldByBothTheirNames(List<String> file, String message) {
        var refused = assertThrows(CdcException.Invalid.class, () -> read(Map.of(), file, Settings.ALL));
        assertEquals(message.replace("(file", "(" + file()), refused.getMessage());
    }

    static Stream<List<String>> goingTogether() {
        return Stream.of(
                List.of("replication.factor=2", "min.insync.replicas=2"),
                List.of("replication.factor=1", "min.insync.replicas=1"),
                List.of("min.insync.replicas=3"),
                List.of("shards=256", "publisher.buffer=128KiB"),
                List.of("publisher.linger=500ms", "publisher.transaction.timeout=1s"),
                List.of("store.cache=64MiB"),
                List.of("gateway.port=0", "http.port=0", "resp.port=0", "kafka.port=0", "registry.port=0"));
    }

    @ParameterizedTest
    @MethodSource("goingTogether")
    void settingsThatJustGoTogetherAreTaken(List<String> file) {
        assertEquals("kora", read(Map.of(), file, Settings.ALL).get(Settings.DATABASE));
    }

    @Test
    void clashesAreToldWithAllOtherProblemsAndByTheDefaultOfTheCommand() {
        List<String> file = List.of("gateway.port=8082", "publisher.linger=soon", "resp.port=8082");
        var refused = assertThrows(CdcException.Invalid.class, () -> read(Map.of(), file, Settings.OF_PRODUCE));
        List<String> lines = String.valueOf(refused.getMessage()).lines().toList();
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.getFirst().startsWith("publisher.linger ("), lines::toString);
        assertTrue(lines.getLast().contains("and http.port is 8082 (default) cannot go together"), lines::toString);
    }

    @Test
    void whatARunMakesNoUseOfClashesWithNothing() {
        write(List.of("gateway.port=8082"));
        Configuration settings = Configuration.read(
                new Sources(Optional.of(file()), Map.of(), flags), Settings.OF_PRODUCE, Set.of(Settings.GATEWAY_PORT));
        assertEquals(8082, settings.get(Settings.HTTP_PORT));
    }

    @Test
    void aFileThatIsNotThereIsAProblem() {
        var refused = assertThrows(
                CdcException.Invalid.class,
                () -> Configuration.read(
                        new Sources(Optional.of(directory.resolve("none")), Map.of(), flags), Settings.OF_READERS));
        assertEquals(
                directory.resolve("none") + " cannot be read: there is no such file or directory",
                refused.getMessage());
    }

    @Test
    void showsNoSecrets() throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "pa55\n");
        flags.set(Settings.REGISTRY_URL, "https://me:pa55@registry:8081,http://other:pa55@there");
        flags.set(Settings.RESP_PASSWORD, "pa55");
        flags.kafka("sasl.jaas.config", "… password=\"pa55\";");
        flags.kafka("ssl.keystore.key", "pa55");
        flags.kafka("ssl.keystore.location", "/keys/store");
        flags.kafka("sasl.oauthbearer.client.credentials.client.secret", "pa55");
        flags.kafka("sasl.oauthbearer.assertion.private.key.file", "/keys/private");
        flags.registry("basic.auth.user.info", "me:pa55");
        flags.registry("ssl.truststore.location", "/keys/trust");
        flags.registry("ssl.truststore.password.file", password.toString());
        Configuration settings = read(Map.of(), List.of("kafka.ssl.key.password=pa55"), Settings.OF_PRODUCE);
        Map<String, String> shown = settings.effective().stream()
                .collect(Collectors.toMap(Configuration.Effective::key, Configuration.Effective::toString));
        assertFalse(shown.toString().contains("pa55"), shown::toString);
        assertEquals("https://***@registry:8081,http://***@there (--registry-url)", shown.get("registry.url"));
        assertEquals("*** (--resp-password)", shown.get("resp.password"));
        assertEquals("*** (%s, line 1)".formatted(file()), shown.get("kafka.ssl.key.password"));
        assertEquals(
                "*** (--registry ssl.truststore.password.file, which names %s)".formatted(password),
                shown.get("registry.ssl.truststore.password"));
        assertEquals("/keys/store (-K ssl.keystore.location)", shown.get("kafka.ssl.keystore.location"));
        assertTrue(String.valueOf(shown.get("kafka.sasl.oauthbearer.assertion.private.key.file"))
                .startsWith("/keys/private"));
        assertEquals("pa55", settings.kafka().common().get("ssl.key.password"));
    }

    @Test
    void aSecretThatIsWrongIsNotShownEither() {
        Setting<Integer> secret = new Setting<>("some.password", "1", Form.number(1, 9), "A secret number.");
        flags.set(secret, "pa55");
        var refused = assertThrows(CdcException.Invalid.class, () -> read(Map.of(), List.of(), List.of(secret)));
        assertFalse(String.valueOf(refused.getMessage()).contains("pa55"), refused::getMessage);
    }

    @Test
    void aSecretComesFromItsFile() throws IOException {
        Path file = Files.writeString(directory.resolve("jaas"), "  a module required;\n");
        Configuration settings = read(
                Map.of("KORA_CDC_KAFKA_SASL_JAAS_CONFIG_FILE", file.toString()),
                List.of("kafka.sasl.jaas.config=weaker"),
                Settings.OF_READERS);
        assertEquals("a module required;", settings.kafka().common().get("sasl.jaas.config"));
        var both = assertThrows(
                CdcException.Invalid.class,
                () -> read(
                        Map.of(),
                        List.of("kafka.sasl.jaas.config=a", "kafka.sasl.jaas.config.file=" + file),
                        Settings.OF_READERS));
        assertTrue(
                String.valueOf(both.getMessage()).contains("kafka.sasl.jaas.config is given twice"), both::getMessage);
    }

    @Test
    void passesOnWhatKafkaDoesNotKnowAndSaysSo() {
        flags.kafka("securty.protocol", "SSL");
        flags.kafka("client.id", "me");
        Configuration settings = read(Map.of(), List.of(), Settings.OF_READERS);
        assertEquals("SSL", settings.kafka().common().get("securty.protocol"));
        assertEquals(1, settings.doubts().size());
        assertTrue(
                settings.doubts().getFirst().endsWith("did you mean security.protocol?"), settings.doubts()::toString);
    }

    @Test
    void understandsSizesAndTimes() {
        assertEquals(3L << 30, Form.size(0, Long.MAX_VALUE).parse("3GiB"));
        assertEquals(64L << 10, Form.size(0, Long.MAX_VALUE).parse(" 64 kib "));
        assertEquals(12, Form.size(0, Long.MAX_VALUE).parse("12"));
        assertEquals(Duration.ofHours(2), Form.span(Duration.ofDays(9)).parse("2h"));
        assertEquals(Duration.ofMillis(5), Form.span(Duration.ofDays(9)).parse("5ms"));
        for (String wrong : List.of("", "-1", "1.5GiB", "64MB", "999999999999GiB", "GiB")) {
            assertThrows(
                    CdcException.Invalid.class, () -> Form.size(0, 1L << 62).parse(wrong), wrong);
        }
        assertThrows(
                CdcException.Invalid.class, () -> Form.span(Duration.ofDays(1)).parse("5"));
        assertThrows(
                CdcException.Invalid.class, () -> Form.span(Duration.ofDays(1)).parse("25h"));
        assertThrows(CdcException.Invalid.class, () -> Form.yesOrNo().parse("yes"));
    }

    private Configuration read(Map<String, String> environment, List<String> file, List<Setting<?>> settings) {
        write(file);
        return Configuration.read(new Sources(Optional.of(file()), environment, flags), settings);
    }

    private Path file() {
        return directory.resolve("prod.properties");
    }

    private void write(List<String> lines) {
        try {
            Files.write(file(), lines);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
