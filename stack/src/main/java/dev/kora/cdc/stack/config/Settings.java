package dev.kora.cdc.stack.config;

import dev.kora.cdc.schema.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The table of all settings. docs/configuration.md shows it, and a test holds the two together. */
public final class Settings {
    private static final Duration DAY = Duration.ofDays(1);

    // --- where the database is

    public static final Setting<String> BOOTSTRAP_SERVERS =
            new Setting<>("bootstrap.servers", "127.0.0.1:9092", Form.text("HOST:PORT,…"), "Kafka brokers.");

    public static final Setting<String> REGISTRY_URL = new Setting<>(
            "registry.url", "http://127.0.0.1:8081/apis/ccompat/v7", Form.text("URL"), "Schema registry.");

    public static final Setting<String> DATABASE = new Setting<>(
            "database",
            "kora",
            Form.text("NAME")
                    .where(
                            "at most 200 letters, digits, '.', '_' or '-', the first a letter or a digit",
                            name -> !TopicNames.wal(name).isEmpty()),
            "Database, whose name its topics begin with.");

    // --- how a process starts

    public static final Setting<Duration> START_TIMEOUT = new Setting<>(
            "start.timeout",
            "60s",
            Form.span(DAY),
            "How long a start waits for Kafka, the registry and, in materialize, for the topics.");

    public static final Setting<Boolean> SCHEMAS_REGISTER = new Setting<>(
            "schemas.register",
            "true",
            Form.yesOrNo(),
            "Whether schemas are registered where they are missing; if not, they are only looked up.");

    public static final Setting<String> HOST = new Setting<>(
            "host",
            "127.0.0.1",
            Form.text("ADDRESS"),
            "Address that all ports of the process listen on; 0.0.0.0 for all.");

    public static final Setting<Optional<String>> RESP_PASSWORD = new Setting<>(
            "resp.password",
            "",
            Form.text("TEXT").optional(),
            "Password that clients of the gateway and of the reads must give with AUTH; none by default.");

    public static final Setting<Integer> HTTP_PORT = new Setting<>(
            "http.port",
            "8080",
            Form.port(),
            "Port of health, metrics and the JSON API; 8082 in produce; 0: any free one.");

    static final Setting<Integer> PRODUCE_HTTP_PORT = HTTP_PORT.withDefault("8082");

    // --- topics

    public static final Setting<Boolean> TOPICS_CREATE = new Setting<>(
            "topics.create", "true", Form.yesOrNo(), "Whether produce creates the topics that are missing.");

    public static final Setting<Optional<Integer>> SHARDS = new Setting<>(
            "shards",
            "",
            Form.number(1, 256).optional(),
            "Number of shards; by default what the topics have, else what the Kora directory has, else 4.");

    public static final Setting<Optional<Integer>> REPLICATION_FACTOR = new Setting<>(
            "replication.factor",
            "",
            Form.number(1, 100).optional(),
            "Replicas of topics that are created; by default as many as there are brokers, at most 3.");

    public static final Setting<Optional<Integer>> MIN_INSYNC_REPLICAS = new Setting<>(
            "min.insync.replicas",
            "",
            Form.number(1, 100).optional(),
            "How many of them must have an append before it is acknowledged; by default 2, or 1 where there is one.");

    // --- writing

    public static final Setting<Integer> GATEWAY_PORT = new Setting<>(
            "gateway.port", "6379", Form.port(), "Port of the gateway, which takes writes; 0: any free one.");

    public static final Setting<Integer> PUBLISHER_BUFFER = new Setting<>(
            "publisher.buffer",
            "64MiB",
            new Form<>(
                    "SIZE",
                    "a power of two from 4KiB to 1GiB, such as 64MiB",
                    text -> Optional.of(Form.size(4L << 10, 1L << 30).parse(text))
                            .filter(bytes -> Long.bitCount(bytes) == 1)
                            .map(Math::toIntExact)),
            "Ring of what is not committed yet; no entry and no command may take more than half of it.");

    public static final Setting<Duration> PUBLISHER_APPEND_TIMEOUT = new Setting<>(
            "publisher.append.timeout",
            "30s",
            Form.span(DAY),
            "How long a write waits for room in the ring before it is refused, as while Kafka is away.");

    public static final Setting<Duration> PUBLISHER_LINGER = new Setting<>(
            "publisher.linger",
            "20ms",
            Form.span(Duration.ofSeconds(10)),
            "Longest time for which a commit gathers entries while more keep coming; a drained ring commits at once.");

    public static final Setting<Duration> PUBLISHER_TRANSACTION_TIMEOUT = new Setting<>(
            "publisher.transaction.timeout",
            "15s",
            Form.span(Duration.ofMinutes(15)).where("a time from 1s to 15m", span -> span.toMillis() >= 1_000),
            "After which Kafka aborts an open transaction of the publisher, and readers go on past it.");

    // --- materialising

    public static final Setting<Path> DATA = new Setting<>(
            "data",
            "./kora-materialize",
            Form.path(),
            "Directory of what the process keeps: stores and its place in the consumer group, or, in stack, of all data.");

    static final Setting<Path> STACK_DATA = DATA.withDefault("./kora-stack");

    public static final Setting<Integer> RESP_PORT =
            new Setting<>("resp.port", "6380", Form.port(), "Port of the reads; 0: any free one.");

    public static final Setting<Duration> COMMIT_INTERVAL = new Setting<>(
            "commit.interval",
            "50ms",
            Form.span(Duration.ofMinutes(1)),
            "Longest time for which a commit gathers entries while more keep coming; a drained log commits at once.");

    public static final Setting<Integer> COMMIT_ROWS = new Setting<>(
            "commit.rows",
            "50000",
            Form.number(1, 10_000_000),
            "Changed rows that a commit gathers at most, per shard.");

    public static final Setting<Long> STORE_CACHE = new Setting<>(
            "store.cache",
            "128MiB",
            Form.size(1L << 20, 1L << 40),
            "RocksDB's cache of blocks, outside the Java heap, for all shards together.");

    public static final Setting<Long> STORE_WRITE_BUFFER = new Setting<>(
            "store.write.buffer",
            "64MiB",
            Form.size(1L << 20, 1L << 40),
            "RocksDB's memory for rows that are not on the disk yet, likewise.");

    // --- the embedded servers

    public static final Setting<Integer> KAFKA_PORT =
            new Setting<>("kafka.port", "9092", Form.port(), "Port of the embedded broker, in stack; 0: any free one.");

    public static final Setting<Integer> REGISTRY_PORT = new Setting<>(
            "registry.port", "8081", Form.port(), "Port of the embedded schema registry, in stack; 0: any free one.");

    private static final List<Setting<?>> WHERE = List.of(BOOTSTRAP_SERVERS, REGISTRY_URL, DATABASE);
    private static final List<Setting<?>> START = List.of(START_TIMEOUT, SCHEMAS_REGISTER);

    /** What commands take that look at a database. */
    public static final List<Setting<?>> OF_READERS = WHERE;

    /** What commands take that have something done for a database. */
    public static final List<Setting<?>> OF_ORDERS = List.of(BOOTSTRAP_SERVERS, DATABASE);

    /** What {@code produce} takes. */
    public static final List<Setting<?>> OF_PRODUCE = join(List.of(
            WHERE,
            START,
            List.of(TOPICS_CREATE, SHARDS, REPLICATION_FACTOR, MIN_INSYNC_REPLICAS),
            List.of(PUBLISHER_BUFFER, PUBLISHER_APPEND_TIMEOUT, PUBLISHER_LINGER, PUBLISHER_TRANSACTION_TIMEOUT),
            List.of(HOST, GATEWAY_PORT, PRODUCE_HTTP_PORT, RESP_PASSWORD)));

    /** What {@code materialize} takes. */
    public static final List<Setting<?>> OF_MATERIALIZE = join(List.of(
            WHERE,
            START,
            List.of(DATA, COMMIT_INTERVAL, COMMIT_ROWS, STORE_CACHE, STORE_WRITE_BUFFER),
            List.of(HOST, RESP_PORT, HTTP_PORT, RESP_PASSWORD)));

    /** What {@code stack} takes. */
    public static final List<Setting<?>> OF_STACK = List.of(STACK_DATA, KAFKA_PORT, REGISTRY_PORT);

    /** All of them, each key once. */
    public static final List<Setting<?>> ALL = join(List.of(
            WHERE,
            START,
            List.of(HOST, HTTP_PORT, RESP_PASSWORD),
            List.of(TOPICS_CREATE, SHARDS, REPLICATION_FACTOR, MIN_INSYNC_REPLICAS),
            List.of(GATEWAY_PORT),
            List.of(PUBLISHER_BUFFER, PUBLISHER_APPEND_TIMEOUT, PUBLISHER_LINGER, PUBLISHER_TRANSACTION_TIMEOUT),
            List.of(DATA, RESP_PORT, COMMIT_INTERVAL, COMMIT_ROWS, STORE_CACHE, STORE_WRITE_BUFFER),
            List.of(KAFKA_PORT, REGISTRY_PORT)));

    private Settings() {}

    private static List<Setting<?>> join(List<List<Setting<?>>> groups) {
        return groups.stream().<Setting<?>>flatMap(List::stream).toList();
    }
}
