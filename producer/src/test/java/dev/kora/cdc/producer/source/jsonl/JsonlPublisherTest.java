package dev.kora.cdc.producer.source.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.SourceWriter;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file read into the publisher that runs, whose positions stand in the log. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JsonlPublisherTest {
    private static final WalEntryCodec CODEC = new WalEntryCodec(7, SchemaSource.NONE);
    private static final int SHARDS = 3;
    private static final int LINES = 5_000;

    @TempDir
    Path directory;

    private final FakeLog log = new FakeLog().createTopic("db.wal", SHARDS);

    private KafkaPublisher publisher() {
        // A ring that is full now and then.
        PublisherConfig config = PublisherConfig.of("db", SHARDS).withBufferBytes(1 << 15);
        return KafkaPublisher.open(config, log, CODEC, InstantSource.system());
    }

    private JsonlSource source(Publisher publisher, Path file, JsonlListener listener) {
        var context = new JsonlSource.Context(InstantSource.system(), System::nanoTime, listener);
        return JsonlSource.open(JsonlInput.of(file), false, publisher, context);
    }

    private List<WalRecord> records() {
        List<WalRecord> records = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            for (WalEntry entry : WalChecker.check(log, new LogPartition("db.wal", shard), CODEC)) {
                if (entry.content() instanceof WalRecord record) {
                    records.add(record);
                }
            }
        }
        return records;
    }

    @Test
    void losesAndDoublesNothingWhereANewerWriterTakesOverInTheMiddle() throws IOException {
        Path file = directory.resolve("input.jsonl");
        Files.write(
                file,
                IntStream.range(0, LINES)
                        .mapToObj("{\"op\":\"DEL\",\"key\":\"%05d\"}"::formatted)
                        .toList());
        KafkaPublisher first = publisher();
        var overtaken = new Overtaken(first);
        try (JsonlSource source = source(overtaken, file, new Silent())) {
            CdcException.Fenced fenced = assertThrows(CdcException.Fenced.class, source::run);
            assertTrue(String.valueOf(fenced.getMessage()).contains("start again"), fenced.toString());
        }
        KafkaPublisher second = Objects.requireNonNull(overtaken.successor);
        closeFenced(first);
        try (JsonlSource source = source(second, file, new Silent())) {
            JsonlStatus status = source.run();
            assertTrue(status.complete());
            assertTrue(status.appended() < LINES, status::toString);
        }
        second.close();
        List<String> keys = new ArrayList<>();
        records().forEach(record -> keys.add(((WalRecord.Del) record).key().text()));
        Collections.sort(keys);
        assertEquals(IntStream.range(0, LINES).mapToObj("%05d"::formatted).toList(), keys);
    }

    private static void closeFenced(KafkaPublisher publisher) {
        try {
            publisher.close();
        } catch (CdcException.Fenced e) {
            // what it had left is read again
        }
    }

    /** A publisher whose successor opens in the middle of the file. */
    private final class Overtaken implements Publisher {
        private final KafkaPublisher publisher;
        private @Nullable KafkaPublisher successor;
        private int offers;

        Overtaken(KafkaPublisher publisher) {
            this.publisher = publisher;
        }

        @Override
        public boolean tryAppend(List<ShardRecord> command, CommitListener listener) {
            if (++offers == LINES / 2) {
                successor = publisher();
            }
            return publisher.tryAppend(command, listener);
        }

        @Override
        public int shards() {
            return publisher.shards();
        }

        @Override
        public SourceWriter writer(int shard) {
            return publisher.writer(shard);
        }

        @Override
        public Optional<Bytes> sourcePosition(int shard) {
            return publisher.sourcePosition(shard);
        }

        @Override
        public PublisherStatus status() {
            return publisher.status();
        }

        @Override
        public void close() {
            publisher.close();
        }
    }

    @Test
    void anAbsoluteEndStaysToTheMillisecond() throws IOException {
        Path file = directory.resolve("input.jsonl");
        long future = InstantSource.system().millis() + 3_600_000;
        Files.writeString(file, """
                {"op":"SET","key":"a","value":"1","expires_at":%d}
                {"op":"EXPIRE","key":"b","expires_at":%d}
                {"op":"EXPIRE","key":"c","expires_at":1}
                {"op":"EXPIRE","key":"d","expires_at":9223372036854775807}
                """.formatted(future, future + 1));
        try (KafkaPublisher publisher = publisher();
                JsonlSource source = source(publisher, file, new Silent())) {
            assertEquals(4, source.run().appended());
        }
        List<Long> ends = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            for (WalEntry entry : WalChecker.check(log, new LogPartition("db.wal", shard), CODEC)) {
                if (entry.content() instanceof WalRecord record) {
                    long ttlMs = ttlMs(record);
                    ends.add(ttlMs == 0 ? 0 : WalEntry.expiresAtMs(entry.timeMs(), ttlMs));
                }
            }
        }
        Collections.sort(ends);
        assertEquals(List.of(0L, future, future + 1, Long.MAX_VALUE), ends);
    }

    private static long ttlMs(WalRecord record) {
        return switch (record) {
            case WalRecord.Set set -> Objects.requireNonNull(set.ttlMs());
            case WalRecord.Expire expire -> expire.ttlMs();
            default -> throw new AssertionError(record);
        };
    }

    private static final class Silent implements JsonlListener {
        @Override
        public void rejected(long line, String why) {
            throw new AssertionError("line " + line + ": " + why);
        }

        @Override
        public void notice(String sentence) {}
    }
}
