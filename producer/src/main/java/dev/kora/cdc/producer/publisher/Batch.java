package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Headers;
import dev.kora.cdc.schema.SchemaFingerprint;
import dev.kora.cdc.schema.Schemas;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one transaction on their way from the ring to the log.
 *
 * <p>The last entry of each shard carries the shard's newest source position. Which one is the last is known only when the
 * transaction ends, so one entry of each shard is held back until then. Every transaction repeats the position, also one of
 * heartbeats only: whoever opens next finds it at the last entry, whatever that is.
 */
final class Batch {
    private static final Map<String, Bytes> OPENED = SchemaFingerprint.header(Schemas.WAL_ENTRY);

    private final PublisherSetup setup;
    private final ShardProgress[] progress;
    private final @Nullable LogRecord[] held;

    private int commands;
    private int records;
    private long bytes;
    private String first = "";

    Batch(PublisherSetup setup, ShardProgress[] progress) {
        this.setup = setup;
        this.progress = progress;
        this.held = new @Nullable LogRecord[progress.length];
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(held, null);
        commands = 0;
        records = 0;
        bytes = 0;
    }

    /** Adds the frame that was read last. */
    void add(RingReader frame, LogWriter writer, long nowNanos) {
        int shard = frame.shard();
        LogRecord record =
                LogRecord.of(frame.timeMs(), frame.key(), frame.value(), frame.opensEpoch() ? OPENED : Map.of());
        if (records == 0) {
            first = "shard %d, sequence %d, %d bytes".formatted(shard, frame.sequence(), size(record));
        }
        progress[shard].drain(frame, nowNanos);
        LogRecord before = held[shard];
        held[shard] = record;
        commands += frame.moreOfCommand() ? 0 : 1;
        records++;
        bytes += frame.frameBytes();
        if (before != null) {
            writer.send(setup.partition(shard), before);
        }
    }

    /** Sends what is held back; the transaction can be committed then. */
    void finish(LogWriter writer) {
        for (int shard = 0; shard < held.length; shard++) {
            LogRecord last = held[shard];
            if (last != null) {
                writer.send(setup.partition(shard), withPosition(last, progress[shard].drainedPosition()));
                held[shard] = null;
            }
        }
    }

    private static LogRecord withPosition(LogRecord record, @Nullable Bytes position) {
        if (position == null) {
            return record;
        }
        Map<String, Bytes> headers = new HashMap<>(record.headers());
        headers.put(Headers.SOURCE_POSITION, position);
        return LogRecord.of(record.timestampMs(), record.key(), record.value(), headers);
    }

    private static int size(LogRecord record) {
        return (record.key() == null ? 0 : record.key().length())
                + (record.value() == null ? 0 : record.value().length());
    }

    int commands() {
        return commands;
    }

    int records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    /** Names the first entry, and how many there are, for people. */
    String describe() {
        return records == 1 ? first : "%d entries, the first one: %s".formatted(records, first);
    }
}
