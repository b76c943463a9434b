package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Digest;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers rows for a sink into pieces of bounded size, and keeps count and digest of what the sink holds with them. */
final class PieceBuilder {
    private final SnapshotSink sink;
    private final String topicId;
    private final int maxRows;
    private final long maxBytes;
    private final Map<Bytes, SnapshotRow> puts = new LinkedHashMap<>();
    private final Set<Bytes> deletions = new LinkedHashSet<>();
    private long bytes;
    private long rows;
    private long digest;

    PieceBuilder(SnapshotSink sink, String topicId, int maxRows, long maxBytes) {
        this.sink = sink;
        this.topicId = topicId;
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
        this.rows = sink.progress().rows();
        this.digest = sink.progress().digest();
    }

    void put(Bytes rowKey, SnapshotRow row, int size) {
        forget(rowKey);
        deletions.remove(rowKey);
        puts.put(rowKey, row);
        rows++;
        digest += Digest.of(row);
        bytes += rowKey.length() + size;
    }

    void delete(Bytes rowKey) {
        forget(rowKey);
        puts.remove(rowKey);
        deletions.add(rowKey);
        bytes += rowKey.length();
    }

    /** Takes what stands under a row key so far out of count and digest. */
    private void forget(Bytes rowKey) {
        OptionalLong hash = hash(rowKey);
        if (hash.isPresent()) {
            rows--;
            digest -= hash.getAsLong();
        }
    }

    private OptionalLong hash(Bytes rowKey) {
        SnapshotRow put = puts.get(rowKey);
        if (put != null) {
            return OptionalLong.of(Digest.of(put));
        }
        return deletions.contains(rowKey) ? OptionalLong.empty() : sink.hash(rowKey);
    }

    boolean isFull() {
        return puts.size() + deletions.size() >= maxRows || bytes >= maxBytes;
    }

    boolean matches(SnapshotRow.Checkpoint checkpoint) {
        return checkpoint.rows() == rows && checkpoint.digest() == digest;
    }

    long rows() {
        return rows;
    }

    long digest() {
        return digest;
    }

    /** Hands what was gathered to the sink, which stands at {@code position} afterwards. */
    void flush(SnapshotRow.@Nullable Checkpoint checkpoint, LogPosition position) {
        var progress = new SnapshotProgress(checkpoint, topicId, position, rows, digest);
        sink.apply(new SnapshotPiece(new ArrayList<>(deletions), new ArrayList<>(puts.values()), progress));
        puts.clear();
        deletions.clear();
        bytes = 0;
    }
}
