package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kora.cdc.schema.CdcException;
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
    /** Longer than the consumer waits for the shard. */
    private static final Duration ORDER_LIMIT = Duration.ofSeconds(30);

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

    /**
     * Has something done, and waits until it is.
     *
     * @return what was done, in a sentence
     * @throws CdcException.Invalid it was refused or did not work out; the message says why
     * @throws CdcException.Unavailable nobody answers
     */
    String order(String path, ObjectNode body) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(ORDER_LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
            return result(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new CdcException.Unavailable(
                    "no answer from %s: is this the consumer that owns the shard? (--http-url)".formatted(url), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CdcException.Unavailable("interrupted while asking " + url, e);
        }
    }

    private static String result(HttpResponse<String> response) {
        JsonNode answer;
        try {
            answer = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            answer = JSON.missingNode();
        }
        if (answer.path("result").isTextual()) {
            return answer.path("result").asText();
        }
        throw new CdcException.Invalid(
                answer.path("error")
                        .asText("%s answers with status %d".formatted(request(response), response.statusCode())),
                null);
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
