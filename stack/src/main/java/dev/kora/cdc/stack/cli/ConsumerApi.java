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
     * @param cluster the database; a consumer that serves another one, or one of another Kafka cluster, has no answer
     */
    Answer shards(Cluster cluster) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/api/shards"))
                .timeout(ANSWER_LIMIT)
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
            return read(client.send(request, HttpResponse.BodyHandlers.ofString()), cluster);
        } catch (IOException e) {
            return new Answer.None("no answer from " + url);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.None("interrupted while asking " + url);
        }
    }

    private Answer read(HttpResponse<String> response, Cluster cluster) {
        if (response.statusCode() != STATUS_OK) {
            return new Answer.None("%s answers with status %d".formatted(request(response), response.statusCode()));
        }
        try {
            JsonNode answer = JSON.readTree(response.body());
            List<ConsumerShard> found = new ArrayList<>();
            answer.path("shards").forEach(shard -> found.add(shard(shard)));
            return isOf(cluster, answer) && found.size() == cluster.shards()
                    ? new Answer.Shards(found)
                    : new Answer.None("%s serves another database, %s of the Kafka cluster %s with %d shards"
                            .formatted(
                                    request(response),
                                    answer.path("database").asText("one without a name"),
                                    answer.path("cluster_id").asText("without an id"),
                                    found.size()));
        } catch (JsonProcessingException e) {
            return new Answer.None(request(response) + " does not answer in JSON");
        }
    }

    private static boolean isOf(Cluster cluster, JsonNode answer) {
        return answer.path("database").asText().equals(cluster.database())
                && answer.path("cluster_id").asText().equals(cluster.clusterId());
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
