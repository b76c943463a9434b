package dev.kora.cdc.stack.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Counts the aborted transactions of a topic's partitions, by the markers in a broker's own files. */
final class AbortMarkers {
    private AbortMarkers() {}

    static long count(Path brokerDirectory, String topic) {
        long count = 0;
        try (DirectoryStream<Path> partitions = Files.newDirectoryStream(brokerDirectory, topic + "-*")) {
            for (Path partition : partitions) {
                count += count(partition);
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long count(Path partition) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(partition, "*.log")) {
            for (Path segment : segments) {
                count += countSegment(segment);
            }
        }
        return count;
    }

    private static long countSegment(Path segment) throws IOException {
        FileRecords records = FileRecords.open(segment.toFile(), false);
        try {
            long count = 0;
            for (RecordBatch batch : records.batches()) {
                if (batch.isControlBatch()
                        && ControlRecordType.parse(batch.iterator().next().key()) == ControlRecordType.ABORT) {
                    count++;
                }
            }
            return count;
        } finally {
            records.closeHandlers(); // a full close trims the file, which is the broker's
        }
    }
}
