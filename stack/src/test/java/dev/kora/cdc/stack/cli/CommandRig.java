package dev.kora.cdc.stack.cli;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.stack.EmbeddedBroker;
import dev.kora.cdc.stack.EmbeddedRegistry;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** A broker, a registry, and the command run against them. Belongs to one thread, but for the runs. */
final class CommandRig implements AutoCloseable {
    final EmbeddedBroker broker;
    final EmbeddedRegistry registry;
    final KafkaLog log;
    private final RegistryClient registryClient;

    CommandRig(Path directory) {
        broker = EmbeddedBroker.start(directory.resolve("kafka"));
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
        log = KafkaLog.open(settings());
        registryClient = RegistryClient.open(RegistrySettings.of(registry.url()));
    }

    /** Makes a database; its codecs. */
    DatabaseCodecs create(String database, int shards) {
        try (DatabaseTopics topics = DatabaseTopics.open(settings(), database)) {
            topics.ensure(shards, TopicLayout.SINGLE);
        }
        return DatabaseCodecs.register(registryClient, database);
    }

    /** Opens a publisher, to be closed by the caller. */
    KafkaPublisher publisher(String database, int shards, DatabaseCodecs codecs) {
        return KafkaPublisher.open(PublisherConfig.of(database, shards), log, codecs.wal(), InstantSource.system());
    }

    KafkaSettings settings() {
        return KafkaSettings.of(broker.bootstrapServers());
    }

    /** How a run ended. */
    record Outcome(int exitCode, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    /** Runs a command against this broker and registry. */
    Outcome run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers(), "--registry-url", registry.url()));
        return runAsIs(all.toArray(String[]::new));
    }

    /** Runs a command as it is. */
    static Outcome runAsIs(String... arguments) {
        ByteArrayOutputStream bulk = new ByteArrayOutputStream();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = commandLine(bulk, out, err).execute(arguments);
        return new Outcome(exitCode, bulk.toString(StandardCharsets.UTF_8) + out, err.toString());
    }

    static CommandLine commandLine(OutputStream bulk, StringWriter out, StringWriter err) {
        return KoraCdc.commandLine(bulk).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    }

    static WalRecord.Set set(String key, String value) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8(value), null);
    }

    @Override
    public void close() {
        registryClient.close();
        log.close();
        registry.close();
        broker.close();
    }
}
