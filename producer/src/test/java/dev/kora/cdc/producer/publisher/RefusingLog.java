package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.Forgotten;
import dev.kora.cdc.log.Group;
import dev.kora.cdc.log.GroupListener;
import dev.kora.cdc.log.GroupMembership;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogSize;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/** A fake log that refuses some values for good, as a broker refuses records that are too large: when they are committed. */
final class RefusingLog implements Log {
    private final FakeLog log;
    private final Set<String> refused;

    RefusingLog(FakeLog log, Set<String> refused) {
        this.log = log;
        this.refused = refused;
    }

    @Override
    public LogWriter openWriter(String transactionalId, Duration transactionTimeout) {
        return new RefusingWriter(log.openWriter(transactionalId, transactionTimeout));
    }

    private boolean refuses(LogRecord record) {
        Bytes value = record.value();
        return value != null
                && PublisherRig.CODEC
                                .decode(record.key(), value, record.timestampMs())
                                .content()
                        instanceof WalRecord.Set set
                && refused.contains(set.value().text());
    }

    private final class RefusingWriter implements LogWriter {
        private final LogWriter writer;
        private boolean refusing;

        RefusingWriter(LogWriter writer) {
            this.writer = writer;
        }

        @Override
        public void initialize() {
            writer.initialize();
        }

        @Override
        public void begin() {
            refusing = false;
            writer.begin();
        }

        @Override
        public void send(LogPartition partition, LogRecord record) {
            refusing |= refuses(record);
            writer.send(partition, record);
        }

        @Override
        public void sendOffset(GroupMembership membership, LogPartition partition, LogPosition position) {
            writer.sendOffset(membership, partition, position);
        }

        @Override
        public void commit() {
            if (refusing) {
                throw new LogException(LogException.Kind.REFUSED, "too large", null);
            }
            writer.commit();
        }

        @Override
        public long offsetNext(LogPartition partition) {
            return writer.offsetNext(partition);
        }

        @Override
        public void abort() {
            writer.abort();
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    @Override
    public String topicId(String topic) {
        return log.topicId(topic);
    }

    @Override
    public LogEnds ends(LogPartition partition) {
        return log.ends(partition);
    }

    @Override
    public long deleteBefore(LogPartition partition, long offset) {
        return log.deleteBefore(partition, offset);
    }

    @Override
    public LogSize size(LogPartition partition) {
        return log.size(partition);
    }

    @Override
    public OptionalLong offsetAt(LogPartition partition, long timeMs) {
        return log.offsetAt(partition, timeMs);
    }

    @Override
    public Forgotten endForgotten(String transactionalId, LogPartition partition) {
        return log.endForgotten(transactionalId, partition);
    }

    @Override
    public int abortForgotten(String transactionalId, LogPartition partition) {
        return log.abortForgotten(transactionalId, partition);
    }

    @Override
    public OptionalLong committedOffset(String group, LogPartition partition) {
        return log.committedOffset(group, partition);
    }

    @Override
    public LogReader openReader(LogPartition partition, LogPosition from) {
        return log.openReader(partition, from);
    }

    @Override
    public Group joinGroup(String group, String instanceId, String topic, GroupListener listener) {
        return log.joinGroup(group, instanceId, topic, listener);
    }

    @Override
    public void close() {
        log.close();
    }
}
