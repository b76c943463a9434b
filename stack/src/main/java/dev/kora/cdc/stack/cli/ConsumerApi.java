package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Asks a consumer's HTTP API how its shards are. Thread-safe. */
final class ConsumerApi {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final int STATUS_OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;

    /** @param url of the API, without its path */
    ConsumerApi(URI url) {
        this.url = url;
    }

    /** What came of asking. */
    sealed interface Answer {
        /** All shards of the database, in the order of their numbers. */
        record Shards(List<ConsumerShard> shards) implements Answer {
            public Shards {
                shards = List.copyOf(shards);
            }
        }

        /** Nothing that can be used, and why. */
        record None(String reason) implements Answer {}
    }

    /**
     * Asks for the shards.
     *
     * @param shards how many the database has; a consumer that speaks of another number serves another database
     */
    Answer shards(int shards) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/api/shards"))
                .timeout(ANSWER_LIMIT)
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
            return read(client.send(request, HttpResponse.BodyHandlers.ofString()), shards);
        } catch (IOException e) {
            return new Answer.None("no answer from " + url);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.None("interrupted while asking " + url);
        }
    }

    private Answer read(HttpResponse<String> response, int shards) {
        if (response.statusCode() != STATUS_OK) {
            return new Answer.None("%s answers with status %d".formatted(request(response), response.statusCode()));
        }
        try {
            List<ConsumerShard> found = new ArrayList<>();
            JSON.readTree(response.body()).path("shards").forEach(shard -> found.add(shard(shard)));
            return found.size() == shards
                    ? new Answer.Shards(found)
                    : new Answer.None("%s speaks of %d shards and not of %d: it serves another database"
                            .formatted(request(response), found.size(), shards));
        } catch (JsonProcessingException e) {
            return new Answer.None(request(response) + " does not answer in JSON");
        }
    }

    private static URI request(HttpResponse<?> response) {
        return response.request().uri();
    }

    private static ConsumerShard shard(JsonNode shard) {
        TreeMap<String, Long> rejected = new TreeMap<>();
        shard.path("rejected").forEachEntry((reason, count) -> rejected.put(reason, count.asLong()));
        return new ConsumerShard(
                shard.path("state").asText(),
                shard.path("reason").asText(),
                number(shard, "sequence"),
                number(shard, "entries"),
                number(shard, "controls"),
                rejected);
    }

    private static @Nullable Long number(JsonNode shard, String name) {
        JsonNode value = shard.path(name);
        return value.isNumber() ? value.asLong() : null;
    }
}
