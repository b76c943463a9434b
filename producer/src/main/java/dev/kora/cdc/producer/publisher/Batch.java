package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Headers;
import dev.kora.cdc.schema.SchemaFingerprint;
import dev.kora.cdc.schema.Schemas;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one transaction on their way from the ring to the log.
 *
 * <p>The last entry of each shard carries the shard's newest source position, and the fingerprint of its schema: whoever opens next reads it
 * first, with a registry that may have been rebuilt. Which one is the last is known only when the
 * transaction ends, so one entry of each shard is held back until then. Every transaction repeats the position, also one of
 * heartbeats only: whoever opens next finds it at the last entry, whatever that is.
 *
 * <p>After a transaction that failed the next one takes half as many commands, and each that succeeds allows twice as many again. So one
 * that was too much for the log, or for its time-out, is not sent again and again, and a refused command is found among its neighbours
 * in few steps.
 */
final class Batch {
    private static final Map<String, Bytes> FINGERPRINT = SchemaFingerprint.header(Schemas.WAL_ENTRY);

    private final PublisherSetup setup;
    private final ShardProgress[] progress;
    private final @Nullable LogRecord[] held;

    private long begunAtNanos;
    /** Begun ones. */
    private int commands;

    private boolean amidCommand;
    private int records;
    private long bytes;
    private String first = "";
    private int mostCommands = Integer.MAX_VALUE;

    Batch(PublisherSetup setup, ShardProgress[] progress) {
        this.setup = setup;
        this.progress = progress;
        this.held = new @Nullable LogRecord[progress.length];
    }

    /** Forgets everything. */
    void begin(long nowNanos) {
        Arrays.fill(held, null);
        begunAtNanos = nowNanos;
        commands = 0;
        amidCommand = false;
        records = 0;
        bytes = 0;
    }

    /** Adds the frame that was read last. */
    void add(RingReader frame, LogWriter writer) {
        int shard = frame.shard();
        LogRecord record =
                LogRecord.of(frame.timeMs(), frame.key(), frame.value(), frame.opensEpoch() ? FINGERPRINT : Map.of());
        if (records == 0) {
            first = "shard %d, sequence %d, %d bytes, of %s"
                    .formatted(shard, frame.sequence(), size(record), Instant.ofEpochMilli(frame.timeMs()));
        }
        progress[shard].drain(frame, begunAtNanos);
        count(frame);
        LogRecord before = held[shard];
        held[shard] = record;
        if (before != null) {
            writer.send(setup.partition(shard), before);
        }
    }

    private void count(RingReader frame) {
        if (!amidCommand) {
            commands++;
        }
        amidCommand = frame.moreOfCommand();
        records++;
        bytes += frame.frameBytes();
    }

    /** Whether the transaction takes no more commands. */
    boolean isFull(long nowNanos) {
        return !amidCommand
                && (records >= setup.config().batchRecords()
                        || bytes >= setup.config().batchBytes()
                        || commands >= mostCommands
                        || nowNanos - begunAtNanos >= setup.config().linger().toNanos());
    }

    /** Sends what is held back; the transaction can be committed then. */
    void finish(LogWriter writer) {
        for (int shard = 0; shard < held.length; shard++) {
            LogRecord last = held[shard];
            if (last != null) {
                writer.send(setup.partition(shard), asLast(last, progress[shard].drainedPosition()));
                held[shard] = null;
            }
        }
    }

    private static LogRecord asLast(LogRecord record, @Nullable Bytes position) {
        Map<String, Bytes> headers = new HashMap<>(FINGERPRINT);
        if (position != null) {
            headers.put(Headers.SOURCE_POSITION, position);
        }
        return LogRecord.of(record.timestampMs(), record.key(), record.value(), headers);
    }

    private static int size(LogRecord record) {
        return (record.key() == null ? 0 : record.key().length())
                + (record.value() == null ? 0 : record.value().length());
    }

    /** The transaction failed: the next one takes less. */
    void halve() {
        mostCommands = Math.max(1, commands / 2);
    }

    /** The transaction is committed: the next one may take more. */
    void grow() {
        mostCommands = mostCommands > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * mostCommands;
    }

    /** Whether a failure can be due to one command alone. */
    boolean isOneCommand() {
        return commands <= 1;
    }

    long begunAtNanos() {
        return begunAtNanos;
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
