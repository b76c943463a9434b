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
    private static final int STATUS_ACCEPTED = 202;
    private static final int STATUS_FAILED = 500;
    private static final int STATUS_BUSY = 503;
    private static final String SEE_STATUS = "\"kora-cdc status\" shows what came of it";
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
     * @param database a consumer that serves another one, or one of another Kafka cluster, has no answer
     */
    Answer shards(Identity database) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/api/shards"))
                .timeout(ANSWER_LIMIT)
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
            return read(client.send(request, HttpResponse.BodyHandlers.ofString()), database);
        } catch (IOException e) {
            return new Answer.None("no answer from " + url);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.None("interrupted while asking " + url);
        }
    }

    /**
     * What came of an order.
     *
     * @param done whether it is carried out; if not, nobody knows whether it will be
     * @param sentence what was done, or what is known
     */
    record Told(boolean done, String sentence) {}

    /**
     * Has something done, and waits until it is, for half a minute at most.
     *
     * @param database whose consumer is to do it; another one is not asked
     * @throws CdcException.Invalid it was refused or did not work out, or another database is served; the message says why
     * @throws CdcException.Unavailable nobody answers; nothing was done
     */
    Told order(String path, ObjectNode body, Identity database) {
        if (shards(database) instanceof Answer.None none) {
            throw new CdcException.Unavailable(
                    "%s; nothing was done: is --http-url the consumer that owns the shard?".formatted(none.reason),
                    null);
        }
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(ORDER_LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
            return told(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return new Told(false, "%s took the order and gives no answer: %s".formatted(request.uri(), SEE_STATUS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Told(false, "interrupted while waiting for %s: %s".formatted(request.uri(), SEE_STATUS));
        }
    }

    private static Told told(HttpResponse<String> response) {
        JsonNode answer = json(response);
        int status = response.statusCode();
        if (answer.path("result").isTextual()) {
            String result = answer.path("result").asText();
            return status == STATUS_ACCEPTED
                    ? new Told(false, "%s: %s".formatted(result, SEE_STATUS))
                    : new Told(true, result);
        }
        String error = answer.path("error").asText("%s answers with status %d".formatted(request(response), status));
        if (status >= STATUS_FAILED && status != STATUS_BUSY) {
            return new Told(false, "%s: %s".formatted(error, SEE_STATUS));
        }
        throw new CdcException.Invalid(error, null);
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    private static Answer read(HttpResponse<String> response, Identity database) {
        if (response.statusCode() != STATUS_OK) {
            return new Answer.None("%s answers with status %d".formatted(request(response), response.statusCode()));
        }
        try {
            JsonNode answer = JSON.readTree(response.body());
            List<ConsumerShard> found = new ArrayList<>();
            answer.path("shards").forEach(shard -> found.add(shard(shard)));
            Identity served = new Identity(
                    answer.path("database").asText("one without a name"),
                    found.size(),
                    answer.path("cluster_id").asText("without an id"));
            return served.equals(database)
                    ? new Answer.Shards(found)
                    : new Answer.None(
                            "%s serves another database, %s, not %s".formatted(request(response), served, database));
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
                halt(shard.path("halted")),
                number(shard, "sequence"),
                number(shard, "entries"),
                number(shard, "controls"),
                rejected);
    }

    private static ConsumerShard.@Nullable Halt halt(JsonNode halted) {
        if (!halted.isObject()) {
            return null;
        }
        List<String> commands = new ArrayList<>();
        halted.path("commands").forEach(command -> commands.add(command.asText()));
        return new ConsumerShard.Halt(
                halted.path("topic").asText(),
                halted.path("partition").asInt(),
                number(halted, "offset"),
                halted.path("reason").asText(),
                halted.path("since").asText(),
                halted.path("skippable").asBoolean(),
                commands);
    }

    private static @Nullable Long number(JsonNode shard, String name) {
        JsonNode value = shard.path(name);
        return value.isNumber() ? value.asLong() : null;
    }
}
