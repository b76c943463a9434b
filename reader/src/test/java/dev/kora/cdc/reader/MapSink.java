package dev.kora.cdc.reader;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Digest;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A sink that keeps its rows in a map. */
final class MapSink implements SnapshotSink {
    private final Map<Bytes, SnapshotRow> rows = new TreeMap<>();
    private SnapshotProgress progress = SnapshotProgress.NONE;
    private int pieces;
    private int clears;

    Map<Bytes, SnapshotRow> rows() {
        return Map.copyOf(rows);
    }

    int pieces() {
        return pieces;
    }

    int clears() {
        return clears;
    }

    @Override
    public SnapshotProgress progress() {
        return progress;
    }

    @Override
    public OptionalLong hash(Bytes rowKey) {
        SnapshotRow row = rows.get(rowKey);
        return row == null ? OptionalLong.empty() : OptionalLong.of(Digest.of(row));
    }

    @Override
    public void apply(SnapshotPiece piece) {
        piece.deletions().forEach(rows::remove);
        piece.puts().forEach(row -> rows.put(RowKeys.of(row), row));
        progress = piece.progress();
        pieces++;
    }

    @Override
    public void clear() {
        rows.clear();
        progress = SnapshotProgress.NONE;
        clears++;
    }
}
