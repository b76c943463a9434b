package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the WAL of one shard and lets nothing pass that does not continue it.
 *
 * <p>Entries come in order, each once. A duplicate is dropped and counted; whatever else breaks the sequence, cannot be
 * decoded, or shows that the log is no longer the one that was read before, ends the reading with an exception, and every
 * later poll throws the same one. The entries before a bad one are returned first. Where somebody has decided that the log is to
 * be read on without a bad entry, {@link #pass} passes over that one.
 *
 * <p>Not thread-safe, except {@link #wakeup()}; it belongs to the thread that polls it.
 */
public final class WalReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WalReader.class);

    private final Log log;
    private final LogPartition partition;
    private final WalEntryCodec codec;
    private final SequenceCheck sequences;
    private final TopicIdentity topic;
    private final LogReader reader;
    /** Polled, and not yet accepted. */
    private final ArrayDeque<LogRecord> polled = new ArrayDeque<>();

    private LogPosition next;
    private long duplicates;
    private CdcException.@Nullable Corrupt broken;

    private WalReader(Log log, LogPartition partition, WalEntryCodec codec, WalStart start, LongSupplier nanos) {
        this.log = log;
        this.partition = partition;
        this.codec = codec;
        this.sequences = start.newCheck();
        this.topic = new TopicIdentity(log, partition, start.topicId(), nanos);
        this.next = start.position();
        this.reader = open(log, partition, start.position());
    }

    private static LogReader open(Log log, LogPartition partition, LogPosition from) {
        try {
            return log.openReader(partition, from);
        } catch (LogException e) {
            throw LogFailures.translate(e, log, partition, from.offset());
        }
    }

    /**
     * Opens a reader; it does no I/O before the first poll, but for looking up the names of servers.
     *
     * @param nanos a clock that only goes forward, in nanoseconds
     * @throws CdcException.Unavailable no server's name can be looked up: try again
     */
    public static WalReader open(
            Log log, LogPartition partition, WalEntryCodec codec, WalStart start, LongSupplier nanos) {
        return new WalReader(log, partition, codec, start, nanos);
    }

    /**
     * The next entries, or none after {@code timeout}.
     *
     * @throws PoisonException an entry cannot be what continues this log
     * @throws PositionLostException the log was truncated beyond the position, went back, or was created anew
     * @throws CdcException.Unavailable the log, or the registry for an unknown schema, cannot be reached: poll again
     * @throws CdcException.Invalid the topic is missing or may not be read
     */
    public List<LoggedEntry> poll(Duration timeout) {
        if (broken != null) {
            throw broken;
        }
        try {
            topic.check(next.offset());
            if (polled.isEmpty()) {
                polled.addAll(reader.poll(timeout));
            }
            return verify();
        } catch (LogException e) {
            throw kept(named(LogFailures.translate(e, log, partition, next.offset())));
        } catch (CdcException e) {
            throw kept(named(e));
        }
    }

    /** What does not fit in a topic that was created anew is not what is wrong: that is the topic. */
    private CdcException named(CdcException failure) {
        if (failure instanceof CdcException.Corrupt) {
            try {
                topic.checkNow(next.offset());
            } catch (PositionLostException createdAnew) {
                return createdAnew;
            } catch (LogException unknown) {
                failure.addSuppressed(unknown);
            }
        }
        return failure;
    }

    /**
     * Where the next entry stands that poll has not returned, guarded by the leader epoch of what was read before it. At
     * the end of the log it is behind the last control record.
     */
    public LogPosition position() {
        return next;
    }

    /** Whether everything that was committed as of the broker's last answer has been returned by poll. */
    public boolean caughtUp() {
        return polled.isEmpty() && broken == null && reader.caughtUp();
    }

    /** Epoch of the last entry returned, or where the reading started; 0 before the first. */
    public long epoch() {
        return sequences.epoch();
    }

    /** Sequence of the last entry returned, or where the reading started; 0 before the first. */
    public long sequence() {
        return sequences.sequence();
    }

    /** Number of duplicates dropped so far. */
    public long duplicates() {
        return duplicates;
    }

    /** Makes a poll of another thread return early. Thread-safe. */
    public void wakeup() {
        reader.wakeup();
    }

    @Override
    public void close() {
        reader.close();
    }

    /** Takes what it can: an entry that fails keeps its place, and is met again by the next poll. */
    private List<LoggedEntry> verify() {
        List<LoggedEntry> entries = new ArrayList<>(polled.size());
        try {
            while (!polled.isEmpty()) {
                accept(polled.peek(), entries);
                polled.remove();
            }
            next = reader.position();
        } catch (RuntimeException e) {
            // Whatever it is: the entries before it have been accepted, and nobody would be given them again.
            if (entries.isEmpty()) {
                throw e;
            }
        }
        return entries;
    }

    private void accept(LogRecord logged, List<LoggedEntry> entries) {
        LoggedEntry entry = decode(logged, partition, codec);
        switch (sequences.check(entry.entry())) {
            case SequenceCheck.Next ok -> entries.add(entry);
            case SequenceCheck.NextBehind behind -> {
                sayMissing(logged, behind);
                entries.add(entry);
            }
            case SequenceCheck.Duplicate again -> duplicates++;
            case SequenceCheck.Broken gap -> throw broken(logged, gap);
        }
        next = new LogPosition(logged.offset() + 1, logged.leaderEpoch());
    }

    private PoisonException broken(LogRecord logged, SequenceCheck.Broken gap) {
        var poison = new PoisonException(partition, logged.offset(), gap.expected(), gap.actual(), null);
        return sequences.isAtBeginning() ? poison.notSkippable() : poison;
    }

    private void sayMissing(LogRecord logged, SequenceCheck.NextBehind behind) {
        LOG.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("offset", logged.offset())
                .addKeyValue("missingFrom", behind.missingFrom())
                .addKeyValue("missingTo", behind.missingTo())
                .log("the log goes on behind skipped entries; those with these sequences are missing from it");
    }

    /**
     * Passes over the entry that the last poll failed at; the next poll goes on behind it.
     *
     * @param poison as it was thrown by the last poll, and {@link PoisonException#skippable() skippable}
     * @return what is left open: keep it with the {@link #position()} that is now reached
     * @throws CdcException.Unavailable the registry cannot be asked for the entry's schema: nothing was passed over, try again
     */
    public Passed pass(PoisonException poison) {
        LogRecord over = polled.peek();
        if (broken != poison || over == null || !poison.skippable()) {
            throw new IllegalArgumentException("the last poll did not fail at an entry that can be skipped");
        }
        Passed open = sequences.pass(entryOrNull(over));
        polled.remove();
        broken = null;
        next = new LogPosition(over.offset() + 1, over.leaderEpoch());
        return open;
    }

    private @Nullable WalEntry entryOrNull(LogRecord logged) {
        try {
            return decode(logged, partition, codec).entry();
        } catch (PoisonException undecodable) {
            return null;
        }
    }

    /**
     * The entry of a record.
     *
     * @throws PoisonException the record is none
     */
    static LoggedEntry decode(LogRecord logged, LogPartition partition, WalEntryCodec codec) {
        Bytes value = logged.value();
        if (value == null) {
            throw new PoisonException(partition, logged.offset(), "a WAL entry", "a record without a value", null);
        }
        try {
            codec.checkFingerprint(value, logged.headers());
            WalEntry entry = codec.decode(logged.key(), value, logged.timestampMs());
            return new LoggedEntry(logged.offset(), logged.leaderEpoch(), entry);
        } catch (CdcException.Corrupt e) {
            throw new PoisonException(partition, logged.offset(), "a WAL entry", String.valueOf(e.getMessage()), e);
        }
    }

    /** What is corrupt stays so: every later poll says the same. */
    private CdcException kept(CdcException failure) {
        if (failure instanceof CdcException.Corrupt corrupt) {
            broken = corrupt;
        }
        return failure;
    }
}
