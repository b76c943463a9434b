package dev.kora.cdc.stack.cli;

import dev.kora.cdc.jsonl.JsonLines;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.ValueAnatomy;
import dev.kora.cdc.schema.WalEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A record of one of a database's topics for people: as it stands there, and as far as it can be decoded. */
final class Inspection {
    private final LogPartition partition;
    private final boolean wal;
    private final DatabaseCodecs codecs;
    private final int shownBytes;

    /**
     * @param wal whether the partition is one of the WAL, else it is a compacted one
     * @param shownBytes how many bytes of a key, a value or a header are dumped
     */
    Inspection(LogPartition partition, boolean wal, DatabaseCodecs codecs, int shownBytes) {
        this.partition = partition;
        this.wal = wal;
        this.codecs = codecs;
        this.shownBytes = shownBytes;
    }

    /** Everything about a record. */
    List<String> lines(LogRecord logged) {
        List<String> lines = new ArrayList<>();
        lines.add("%s, offset %d: a committed record".formatted(partition, logged.offset()));
        lines.add("time          %s (%d)".formatted(Instant.ofEpochMilli(logged.timestampMs()), logged.timestampMs()));
        lines.add("leader epoch  " + (logged.leaderEpoch() < 0 ? "unknown" : logged.leaderEpoch()));
        addDump(lines, "key", logged.key());
        new TreeMap<>(logged.headers()).forEach((name, value) -> addDump(lines, "header " + name, value));
        addDump(lines, "value", logged.value());
        lines.addAll(decoded(logged));
        return lines;
    }

    private void addDump(List<String> lines, String what, @Nullable Bytes bytes) {
        if (bytes == null) {
            lines.add("%-13s none".formatted(what));
            return;
        }
        lines.add("%-13s %,d bytes".formatted(what, bytes.length()));
        HexDump.lines(bytes, shownBytes).forEach(line -> lines.add("    " + line));
    }

    private List<String> decoded(LogRecord logged) {
        List<String> lines = new ArrayList<>();
        Bytes value = logged.value();
        if (value != null) {
            ValueAnatomy anatomy =
                    wal ? codecs.wal().takeApart(value) : codecs.snapshot().takeApart(value);
            lines.add("schema id     " + (anatomy.schemaId() < 0 ? "none" : anatomy.schemaId()));
            for (ValueAnatomy.Part part : anatomy.parts()) {
                lines.add("    byte %-5d %-16s %s".formatted(part.at(), part.field(), part.text()));
            }
            if (!anatomy.problem().isEmpty()) {
                lines.add("    no further: " + ErrorLine.of(anatomy.problem()));
            }
        }
        lines.add(summary(logged));
        return lines;
    }

    /** A record in a line. */
    String line(LogRecord logged) {
        return "offset %-8d %s".formatted(logged.offset(), summary(logged));
    }

    private String summary(LogRecord logged) {
        try {
            return wal ? entry(logged) : row(logged);
        } catch (CdcException e) {
            return "%s: %s".formatted(wal ? "no entry" : "no row", ErrorLine.of(e));
        }
    }

    private String entry(LogRecord logged) {
        Bytes value = logged.value();
        if (value == null) {
            throw new CdcException.Corrupt("it has no value");
        }
        codecs.wal().checkFingerprint(value, logged.headers());
        WalEntry entry = codecs.wal().decode(logged.key(), value, logged.timestampMs());
        byte[] line = JsonLines.write(partition.partition(), logged.offset(), entry);
        return "entry         " + new String(line, StandardCharsets.UTF_8).strip();
    }

    private String row(LogRecord logged) {
        Bytes rowKey = logged.key();
        if (rowKey == null) {
            throw new CdcException.Corrupt("it has no row key");
        }
        RowKeys.Parts parts = RowKeys.parse(rowKey);
        Bytes value = logged.value();
        if (value == null) {
            return "tombstone     %s %s %s: %s"
                    .formatted(parts.kind().text(), text(parts.key()), text(parts.element()), reason(logged.headers()));
        }
        codecs.snapshot().checkFingerprint(value, logged.headers());
        return "row           "
                + ErrorLine.of(codecs.snapshot().decode(rowKey, value).toString());
    }

    private static String reason(Map<String, Bytes> headers) {
        return Tombstone.ofHeaders(headers).toString();
    }

    private static String text(Bytes bytes) {
        return ValueAnatomy.text(bytes);
    }
}
