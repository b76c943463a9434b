package dev.kora.cdc.log;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Headers;
import dev.kora.cdc.schema.KafkaKeys;
import dev.kora.cdc.schema.SchemaFingerprint;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a shard's WAL as a publisher would, or as none should. One transaction a call. Not thread-safe. */
public final class WalScript implements AutoCloseable {
    private final WalEntryCodec codec;
    private final ScriptWriter writer;
    private long epoch;
    private long sequence;
    private long timeMs = 1_000_000;

    public WalScript(Log log, LogPartition partition, WalEntryCodec codec) {
        this.codec = codec;
        this.writer = new ScriptWriter(log, partition);
    }

    /** Sets the time of the entries to come, in milliseconds since 1970. */
    public WalScript at(long newTimeMs) {
        timeMs = newTimeMs;
        return this;
    }

    /** Starts the next epoch. */
    public WalScript open() {
        epoch++;
        return append(Control.WRITER_OPENED);
    }

    /** Commits entries that continue the log, in one transaction. */
    public WalScript append(WalEntry.Content... contents) {
        return append(List.of(contents));
    }

    /** Commits entries that continue the log, in one transaction. */
    public WalScript append(List<? extends WalEntry.Content> contents) {
        List<LogRecord> records = new ArrayList<>();
        for (WalEntry.Content content : contents) {
            records.add(record(new WalEntry(epoch, ++sequence, timeMs, content)));
        }
        return commit(records);
    }

    /** Commits an entry as it is, whatever it does to the log; the script goes on as if it were not there. */
    public WalScript put(WalEntry entry) {
        return commit(List.of(record(entry)));
    }

    /** Counts entries that never come to stand in the log: the next one is behind a gap. */
    public WalScript lose(long entries) {
        sequence += entries;
        return this;
    }

    /** The next entry of the log, damaged so that its op is one that nobody knows. */
    public LogRecord unknownOp() {
        LogRecord heartbeat = record(new WalEntry(epoch, ++sequence, timeMs, Control.HEARTBEAT));
        byte[] value = codec.encode(new WalEntry(epoch, sequence, timeMs, Control.HEARTBEAT))
                .array()
                .clone();
        int op = new String(value, StandardCharsets.ISO_8859_1).indexOf("HEARTBEAT");
        value[op] = 'B';
        return LogRecord.of(timeMs, heartbeat.key(), Bytes.of(value), Map.of());
    }

    /** Commits records as they are. */
    public WalScript commit(List<LogRecord> records) {
        writer.commit(records);
        return this;
    }

    /** Leaves aborted records behind. */
    public WalScript abort(List<LogRecord> records) {
        writer.abort(records);
        return this;
    }

    /** The record of an entry. */
    public LogRecord record(WalEntry entry) {
        boolean opening = entry.content() == Control.WRITER_OPENED;
        Map<String, Bytes> headers = opening ? SchemaFingerprint.header(Schemas.WAL_ENTRY) : Map.of();
        return LogRecord.of(entry.timeMs(), KafkaKeys.of(entry.content()), codec.encode(entry), headers);
    }

    public long epoch() {
        return epoch;
    }

    /** Sequence of the entry appended last. */
    public long sequence() {
        return sequence;
    }

    /** A header that names another schema than ours. */
    public static Map<String, Bytes> wrongFingerprint() {
        return Map.of(Headers.SCHEMA_FINGERPRINT, Bytes.utf8("another!"));
    }

    @Override
    public void close() {
        writer.close();
    }
}
