package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.producer.FakePublisher;
import dev.kora.cdc.producer.ShardRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A file, a {@link FakePublisher}, and sources that read the one into the other; clocks stand still unless a test moves them. */
final class JsonlRig implements JsonlListener {
    static final long NOW = 1_750_000_000_000L;

    final FakePublisher publisher;
    final Path file;
    final List<String> rejected = new ArrayList<>();
    final List<String> notices = new ArrayList<>();
    long nanos;

    JsonlRig(Path directory, int shards) {
        this.publisher = new FakePublisher(shards);
        this.file = directory.resolve("input.jsonl");
        write("");
    }

    void write(String text) {
        write(file, text);
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void append(String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonlSource open() {
        return open(JsonlInput.of(file), false);
    }

    JsonlSource open(JsonlInput input, boolean fromBeginning) {
        return JsonlSource.open(
                input,
                fromBeginning,
                publisher,
                new JsonlSource.Context(InstantSource.fixed(Instant.ofEpochMilli(NOW)), () -> nanos, this));
    }

    /** Reads the file to its end, committing all of it. */
    JsonlStatus load() {
        return load(open());
    }

    JsonlStatus load(JsonlSource source) {
        publisher.meanwhile(publisher::commit);
        try (source) {
            return source.run();
        }
    }

    static JsonlInput stream(String text) {
        return new JsonlInput.OfStream(
                "standard input", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    List<ShardRecord> records() {
        return publisher.commands().stream().flatMap(List::stream).toList();
    }

    @Override
    public void rejected(long line, String why) {
        rejected.add(line + " " + why);
    }

    @Override
    public void notice(String sentence) {
        notices.add(sentence);
    }
}
