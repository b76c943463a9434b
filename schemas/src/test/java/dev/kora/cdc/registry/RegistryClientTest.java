package dev.kora.cdc.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.registry.FakeRegistry.Said;
import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class RegistryClientTest {
    private static final Schema SCHEMA =
            new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"A\",\"doc\":\"one\",\"fields\":[]}");
    private static final String LOOKUP = "POST /subjects/s-value";
    private static final String REGISTER = "POST /subjects/s-value/versions";
    private static final String RESTRICT = "PUT /config/s-value";
    private static final String GET = "GET /schemas/ids/7";
    private static final String NO_SUBJECT = "{\"error_code\":40401,\"message\":\"Subject 's-value' not found.\"}";
    private static final String NO_SCHEMA = "{\"error_code\":40403,\"message\":\"Schema not found\"}";

    private final List<Duration> rests = new ArrayList<>();
    private FakeRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = FakeRegistry.start();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void registersTheFirstVersionUnderTheStrictestRule() throws Exception {
        registry.say(LOOKUP, 404, NO_SUBJECT).say(RESTRICT, 200, "{}").say(REGISTER, 200, "{\"id\":7}");
        try (RegistryClient client = open()) {
            assertEquals(7, client.register("s-value", SCHEMA));
            assertEquals(7, client.register("s-value", SCHEMA));
            assertEquals(7, client.lookup("s-value", SCHEMA));
        }
        assertEquals(List.of(LOOKUP, RESTRICT, REGISTER), registry.requests());
        assertEquals(
                "{\"compatibility\":\"FULL_TRANSITIVE\"}",
                registry.asked().get(1).body());
        assertEquals(
                SCHEMA.toString(),
                new ObjectMapper()
                        .readTree(registry.asked().get(2).body())
                        .get("schema")
                        .asText());
    }

    @Test
    void setsTheRuleAfterwardsWhereTheRegistryKnowsNoneWithoutASubject() {
        registry.say(LOOKUP, 404, NO_SUBJECT)
                .say(RESTRICT, new Said(404, NO_SUBJECT), new Said(200, "{}"))
                .say(REGISTER, 200, "{\"id\":7}");
        try (RegistryClient client = open()) {
            assertEquals(7, client.register("s-value", SCHEMA));
        }
        assertEquals(List.of(LOOKUP, RESTRICT, REGISTER, RESTRICT), registry.requests());
    }

    @Test
    void writesNothingWhereTheSchemaIsRegistered() {
        registry.say(LOOKUP, 200, "{\"id\":7,\"version\":1}");
        try (RegistryClient client = open()) {
            assertEquals(7, client.register("s-value", SCHEMA));
        }
        assertEquals(List.of(LOOKUP), registry.requests());
    }

    @Test
    void leavesTheRuleOfASubjectThatIsThere() {
        registry.say(LOOKUP, 404, NO_SCHEMA).say(REGISTER, 200, "{\"id\":7}");
        try (RegistryClient client = open()) {
            assertEquals(7, client.register("s-value", SCHEMA));
        }
        assertEquals(List.of(LOOKUP, REGISTER), registry.requests());
    }

    @Test
    void refusesAnIncompatibleSchemaWithTheRegistrysWords() {
        registry.say(LOOKUP, 404, NO_SCHEMA)
                .say(REGISTER, 409, "{\"error_code\":409,\"message\":\"field 'x'\\n was  removed\"}");
        try (RegistryClient client = open()) {
            var refused = assertThrows(CdcException.Invalid.class, () -> client.register("s-value", SCHEMA));
            assertSays(refused, "s-value", registry.url(), "409", "field 'x' was removed", "incompatible");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void refusesWrongCredentials(int status) {
        registry.say(LOOKUP, status, "{\"error_code\":%d,\"message\":\"Unauthorized\"}".formatted(status));
        try (RegistryClient client = open()) {
            var refused = assertThrows(CdcException.Invalid.class, () -> client.lookup("s-value", SCHEMA));
            assertSays(refused, "s-value", registry.url(), String.valueOf(status), "wrong credentials");
        }
        assertEquals(1, registry.asked().size(), "wrong credentials are not tried again");
    }

    @Test
    void saysThatALookedUpSchemaIsNotRegistered() {
        registry.say(LOOKUP, 404, NO_SUBJECT);
        try (RegistryClient client = open()) {
            var refused = assertThrows(CdcException.Invalid.class, () -> client.lookup("s-value", SCHEMA));
            assertSays(refused, "s-value", "Subject 's-value' not found", "not registered", "start a writer");
        }
    }

    @Test
    void takesA404WithoutARegistrysCodeForAWrongUrl() {
        try (RegistryClient client = open()) {
            for (Runnable call : List.<Runnable>of(
                    () -> client.lookup("s-value", SCHEMA),
                    () -> client.register("s-value", SCHEMA),
                    () -> client.get(7))) {
                assertSays(assertThrows(CdcException.Invalid.class, call::run), "404", "mend the URL");
            }
        }
    }

    @Test
    void doesNotFollowARedirectWithItsCredentials() {
        registry.say(GET, 302, "");
        try (RegistryClient client = open()) {
            assertSays(assertThrows(CdcException.Invalid.class, () -> client.get(7)), "302", "elsewhere");
        }
    }

    @Test
    void asksForASchemaOnce() {
        registry.say(GET, 200, schemaAnswer());
        try (RegistryClient client = open()) {
            Schema schema = client.get(7);
            assertEquals(SCHEMA, schema);
            assertSame(schema, client.get(7));
        }
        assertEquals(List.of(GET), registry.requests());
    }

    @Test
    void anIdThatIsNotThereIsCorruptionAndNotRemembered() {
        registry.say(GET, new Said(404, NO_SCHEMA), new Said(200, schemaAnswer()));
        try (RegistryClient client = open()) {
            assertSays(
                    assertThrows(CdcException.Corrupt.class, () -> client.get(7)), "id 7", registry.url(), "rebuilt");
            assertEquals(SCHEMA, client.get(7));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schema\":\"{\\\"type\\\":\\\"rec\\\"}\"}",
                "{\"schema\":\"{\"}",
                "{\"schema\":\"\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"A\\\",\\\"fields\\\":3}\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"fields\\\":[]}\"}",
                "{\"schema\":\"[3]\"}",
                "{\"schema\":\"syntax = 'proto3';\",\"schemaType\":\"PROTOBUF\"}"
            })
    void whatIsNoAvroSchemaIsCorruption(String body) {
        registry.say(GET, 200, body);
        try (RegistryClient client = open()) {
            assertSays(assertThrows(CdcException.Corrupt.class, () -> client.get(7)), "schema id 7", registry.url());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>log in</html>",
                "{",
                "[]",
                "\"x\"",
                "{\"id\":\"seven\"}",
                "{\"id\":1.5}",
                "{\"id\":9999999999}",
                ""
            })
    void garbageIsNoRegistry(String body) {
        registry.say(GET, 200, body).say(LOOKUP, 200, body);
        try (RegistryClient client = open()) {
            assertSays(assertThrows(CdcException.Invalid.class, () -> client.get(7)), "none of a schema registry");
            assertSays(
                    assertThrows(CdcException.Invalid.class, () -> client.lookup("s-value", SCHEMA)),
                    "none of a schema registry");
        }
    }

    @Test
    void givesUpAnAnswerWithoutBound() {
        registry.say(GET, 200, "x".repeat(BoundedBody.MAX_BYTES + 1));
        try (RegistryClient client = open()) {
            assertSays(assertThrows(CdcException.Unavailable.class, () -> client.get(7)), "more than");
        }
    }

    @Test
    void asksAgainAfterGrowingRests() {
        registry.say(
                GET,
                new Said(500, "{\"error_code\":50001,\"message\":\"store\"}"),
                new Said(503, ""),
                new Said(429, ""),
                new Said(200, schemaAnswer()));
        try (RegistryClient client = open()) {
            assertEquals(SCHEMA, client.get(7));
        }
        assertEquals(List.of(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofMillis(1000)), rests);
    }

    @Test
    void givesUpAfterTheRetriesAndRemembersNothing() {
        registry.say(GET, 500, "{\"error_code\":50001,\"message\":\"store\"}");
        try (RegistryClient client = open(registry.url(), Map.of(RegistrySettings.RETRIES, "2"))) {
            var failed = assertThrows(CdcException.Unavailable.class, () -> client.get(7));
            assertSays(failed, registry.url(), "status 500, code 50001: store", "3 times");
            assertEquals(3, registry.asked().size());
            registry.say(GET, 200, schemaAnswer());
            assertEquals(SCHEMA, client.get(7));
        }
    }

    @Test
    void whatIsKnownOutlivesTheRegistry() {
        registry.say(GET, 200, schemaAnswer()).say(LOOKUP, 200, "{\"id\":7}");
        try (RegistryClient client = open()) {
            client.get(7);
            client.lookup("s-value", SCHEMA);
            registry.close();
            assertEquals(SCHEMA, client.get(7));
            assertEquals(7, client.register("s-value", SCHEMA));
            var away = assertThrows(CdcException.Unavailable.class, () -> client.get(8));
            assertSays(away, registry.url(), "connection refused", "/schemas/ids/8", "start it");
        }
    }

    @Test
    void goesOnWithTheEndpointThatAnswers() throws Exception {
        try (FakeRegistry second = FakeRegistry.start().say(GET, 200, schemaAnswer())) {
            registry.say(GET, 503, "");
            try (RegistryClient client = open(registry.url() + ", " + second.url() + "/", Map.of())) {
                assertEquals(SCHEMA, client.get(7));
                assertThrows(CdcException.Invalid.class, () -> client.get(8));
            }
            assertEquals(List.of(GET), registry.requests(), "the one that did not answer is not asked first again");
            assertEquals(List.of(GET, "GET /schemas/ids/8"), second.requests());
            assertEquals(List.of(), rests);
        }
    }

    @Test
    void namesEveryEndpointThatDoesNotAnswer() {
        registry.say(GET, 503, "");
        try (RegistryClient client = open(registry.url() + ",http://no-such-host.invalid:1", Map.of())) {
            var failed = assertThrows(CdcException.Unavailable.class, () -> client.get(7));
            assertSays(failed, registry.url() + ": status 503", "http://no-such-host.invalid:1: unknown host");
        }
    }

    @Test
    void givesUpAnEndpointThatAcceptsAndSaysNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                RegistryClient client = open(
                        "http://localhost:" + silent.getLocalPort(),
                        Map.of("http.read.timeout.ms", "50", "http.connect.timeout.ms", "50", "max.retries", "1"))) {
            assertSays(assertThrows(CdcException.Unavailable.class, () -> client.get(7)), "within 100 ms");
        }
    }

    @Test
    void sendsCredentialsAndSaysThemNowhere() {
        registry.say(GET, 500, "");
        String withUser = "http://ada:p%40ss@localhost:" + registry.port();
        Map<String, String> properties = Map.of("basic.auth.user.info", "bob:secret", "max.retries", "0");
        try (RegistryClient client = open(registry.url() + "," + withUser, properties)) {
            var failed = assertThrows(CdcException.Unavailable.class, () -> client.get(7));
            for (String secret : List.of("secret", "p%40ss", "p@ss", "ada", "bob")) {
                assertFalse(String.valueOf(failed.getMessage()).contains(secret), failed.getMessage());
            }
        }
        assertEquals(
                List.of(Optional.of("Basic Ym9iOnNlY3JldA=="), Optional.of("Basic YWRhOnBAc3M=")),
                registry.asked().stream().map(FakeRegistry.Asked::authorization).toList());
    }

    @Test
    void anInterruptEndsTheWaiting() {
        registry.say(GET, 500, "");
        try (RegistryClient client = open()) {
            Thread.currentThread().interrupt();
            assertSays(assertThrows(CdcException.Unavailable.class, () -> client.get(7)), "interrupted");
            assertTrue(Thread.interrupted(), "the interrupt is handed on");
        }
    }

    @Test
    void aClosedClientStillSaysWhatItKnows() {
        registry.say(GET, 200, schemaAnswer());
        RegistryClient client = open();
        client.get(7);
        client.close();
        client.close();
        assertEquals(SCHEMA, client.get(7));
        assertThrows(CdcException.Fenced.class, () -> client.get(8));
    }

    private RegistryClient open() {
        return open(registry.url(), Map.of());
    }

    private RegistryClient open(String urls, Map<String, String> properties) {
        return RegistryClient.open(RegistrySettings.of(urls, properties), rests::add);
    }

    private static String schemaAnswer() {
        return "{\"schema\":\"%s\"}".formatted(SCHEMA.toString().replace("\"", "\\\""));
    }

    static void assertSays(Exception thrown, String... parts) {
        for (String part : parts) {
            assertTrue(String.valueOf(thrown.getMessage()).contains(part), () -> "no \"" + part + "\" in " + thrown);
        }
    }
}
