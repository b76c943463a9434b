package dev.kora.cdc.log;

import java.time.Duration;
import java.util.List;

/** Writes to a partition for a script, in one transaction a call, also where a test took the log back. Not thread-safe. */
final class ScriptWriter implements AutoCloseable {
    private final Log log;
    private final LogPartition partition;
    private LogWriter writer;

    ScriptWriter(Log log, LogPartition partition) {
        this.log = log;
        this.partition = partition;
        this.writer = open(log, partition);
    }

    private static LogWriter open(Log log, LogPartition partition) {
        LogWriter opened = log.openWriter("script-" + partition, Duration.ofSeconds(15));
        opened.initialize();
        return opened;
    }

    void commit(List<LogRecord> records) {
        send(records);
        try {
            writer.commit();
        } catch (LogException e) {
            if (e.kind() != LogException.Kind.WENT_BACK) {
                throw e;
            }
            writer.close();
            writer = open(log, partition);
        }
    }

    void abort(List<LogRecord> records) {
        send(records);
        writer.abort();
    }

    private void send(List<LogRecord> records) {
        writer.begin();
        records.forEach(each -> writer.send(partition, each));
    }

    @Override
    public void close() {
        writer.close();
    }
}
