package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.SnapshotRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;

/** A {@link StatusReport} for people: aligned columns, a line of totals, and below it what needs words. */
final class StatusTable {
    private static final String UNKNOWN = "-";
    private static final String GAP = "  ";
    private static final double MS_PER_SECOND = 1000;

    private StatusTable() {}

    /** A column with its heading and its cell in the line of totals. */
    private record Column(String heading, boolean number, Function<ShardReport, String> cell, String total) {}

    static List<String> lines(StatusReport report) {
        List<Column> columns = columns(report);
        List<List<String>> table = new ArrayList<>();
        table.add(columns.stream().map(Column::heading).toList());
        for (ShardReport shard : report.shards()) {
            table.add(columns.stream().map(column -> column.cell.apply(shard)).toList());
        }
        table.add(columns.stream().map(Column::total).toList());
        List<String> lines = new ArrayList<>(aligned(columns, table));
        lines.addAll(words(report));
        return lines;
    }

    private static List<Column> columns(StatusReport report) {
        return List.of(
                new Column("shard", true, shard -> Integer.toString(shard.shard()), "total"),
                new Column("state", false, ShardReport::state, ""),
                figure("epoch", shard -> shard.log().epoch()),
                sum(report, "entries", shard -> shard.log().entries()),
                sum(report, "mutations", ShardReport::mutations),
                sum(report, "rejected", ShardReport::rejected),
                figure("log start", shard -> shard.log().logStart()),
                figure("log end", shard -> shard.log().logEnd()),
                figure("position", ShardReport::position),
                sum(report, "lag", shard -> shard.log().lagRecords()),
                new Column(
                        "lag s",
                        true,
                        shard -> seconds(shard.log().lagMs()),
                        seconds(report.largest(shard -> shard.log().lagMs()))),
                sum(report, "keys", ShardReport::keys),
                sum(report, "rows", ShardReport::rows),
                new Column(
                        "digest",
                        false,
                        shard -> digest(shard.digest()),
                        digest(report.totalIfKnown(ShardReport::digest))));
    }

    private static Column figure(String heading, Function<ShardReport, OptionalLong> figure) {
        return new Column(heading, true, shard -> text(figure.apply(shard)), "");
    }

    private static Column sum(StatusReport report, String heading, Function<ShardReport, OptionalLong> figure) {
        return new Column(heading, true, shard -> text(figure.apply(shard)), text(report.totalIfKnown(figure)));
    }

    private static String text(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : UNKNOWN;
    }

    private static String seconds(OptionalLong ms) {
        return ms.isPresent() ? String.format(Locale.ROOT, "%.1f", ms.getAsLong() / MS_PER_SECOND) : UNKNOWN;
    }

    private static String digest(OptionalLong value) {
        return value.isPresent() ? HexFormat.of().toHexDigits(value.getAsLong()) : UNKNOWN;
    }

    private static List<String> aligned(List<Column> columns, List<List<String>> table) {
        int[] widths = new int[columns.size()];
        for (List<String> row : table) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return table.stream().map(row -> aligned(columns, row, widths)).toList();
    }

    private static String aligned(List<Column> columns, List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            String padding = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : GAP).append(columns.get(i).number ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    private static String skipped(SnapshotRow.Skips skips) {
        return "%d %s skipped, the last at offset %d, %s: %s"
                .formatted(
                        skips.count(),
                        skips.count() == 1 ? "entry was" : "entries were",
                        skips.offset(),
                        Instant.ofEpochMilli(skips.atMs()),
                        skips.reason());
    }

    private static List<String> words(StatusReport report) {
        List<String> words = new ArrayList<>();
        if (!report.consumerNote().isEmpty()) {
            words.add(report.consumerNote() + ": state, mutations and rejected are unknown");
        } else if (report.totalIfKnown(ShardReport::mutations).isEmpty()) {
            words.add(
                    "mutations are known where one consumer has applied the log from its beginning without a restart");
        }
        for (ShardReport shard : report.shards()) {
            if (!shard.reason().isEmpty()) {
                words.add("shard %d, %s: %s".formatted(shard.shard(), shard.state(), shard.reason()));
            }
            if (shard.skips() != null) {
                words.add("shard %d: %s".formatted(shard.shard(), skipped(shard.skips())));
            }
        }
        return words;
    }
}
