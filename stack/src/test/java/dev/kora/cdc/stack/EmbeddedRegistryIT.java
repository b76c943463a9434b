package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class EmbeddedRegistryIT {
    @TempDir
    Path directory;

    @Test
    void keepsIdsOverRestartsAndEndsWithAKilledParent() throws Exception {
        String first;
        String second;
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            first = register(registry, "a-value", "A");
            second = register(registry, "b-value", "B");
        }
        endsWithAKilledParent();
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            assertEquals(second, register(registry, "b-value", "B"));
            assertEquals(first, register(registry, "a-value", "A"));
        }
    }

    private void endsWithAKilledParent() {
        try (ChildJvm parent =
                ChildJvm.start(RegistryHolder.class, List.of("-Xmx64m"), List.of(directory.toString()))) {
            ProcessHandle registry = ProcessHandle.of(Long.parseLong(parent.awaitLine("registry ")))
                    .orElseThrow();
            assertTrue(registry.isAlive());
            parent.kill();
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !registry.isAlive());
        }
    }

    @Test
    void refusesAPortInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            var refused = assertThrows(CdcException.Invalid.class, () -> EmbeddedRegistry.start(directory, port));
            assertTrue(String.valueOf(refused.getMessage()).contains("--registry-port"));
        }
    }

    @Test
    void saysWhatIsWrongWhereTheRegistryCannotStart() throws Exception {
        Files.writeString(directory.resolve("schemas.mv.db"), "no database");
        var failed = assertThrows(CdcException.Unavailable.class, () -> EmbeddedRegistry.start(directory, 0));
        assertTrue(String.valueOf(failed.getMessage()).contains("registry.log"), failed.toString());
    }

    private static String register(EmbeddedRegistry registry, String subject, String name) throws Exception {
        String body = "{\"schema\": \"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"%s\\\",\\\"fields\\\":[]}\"}"
                .formatted(name);
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/" + subject + "/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
            return answer.body();
        }
    }
}
