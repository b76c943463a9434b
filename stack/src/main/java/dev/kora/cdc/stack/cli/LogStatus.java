package dev.kora.cdc.stack.cli;

import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.reader.SnapshotTail;
import dev.kora.cdc.reader.WalExtent;
import dev.kora.cdc.reader.WalTail;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the ends of a shard's two partitions say. What cannot be read is unknown, and a trouble.
 *
 * @param wal what the WAL partition holds; null where unknown
 * @param last its last committed entry; null where it holds none, or where unknown
 * @param checkpoint the last one in the compacted partition; null where there is none, or where unknown
 * @param troubles what could not be read, or is none of what has to stand there, in sentences
 */
record LogStatus(
        @Nullable WalExtent wal,
        @Nullable WalEntry last,
        SnapshotRow.@Nullable Checkpoint checkpoint,
        List<String> troubles) {

    LogStatus {
        troubles = List.copyOf(troubles);
    }

    /** Reads the ends of both partitions. */
    static LogStatus read(Cluster cluster, int shard) {
        List<String> troubles = new ArrayList<>();
        // The checkpoint first: the WAL is then never behind it.
        SnapshotRow.Checkpoint checkpoint = known(
                troubles,
                () -> new SnapshotTail(cluster.log(), cluster.codecs().snapshot())
                        .find(cluster.snapshot(shard))
                        .orElse(null));
        WalEntry last = known(
                troubles,
                () -> new WalTail(cluster.log(), cluster.codecs().wal())
                        .find(cluster.wal(shard))
                        .map(LoggedEntry::entry)
                        .orElse(null));
        WalExtent wal = known(troubles, () -> WalExtent.read(cluster.log(), cluster.wal(shard)));
        return new LogStatus(wal, last, checkpoint, troubles);
    }

    private static <T> @Nullable T known(List<String> troubles, Supplier<@Nullable T> question) {
        try {
            return question.get();
        } catch (CdcException e) {
            troubles.add(ErrorLine.of(e));
            return null;
        }
    }

    /** First offset that the WAL partition still has. */
    OptionalLong logStart() {
        return wal == null ? OptionalLong.empty() : OptionalLong.of(wal.ends().start());
    }

    /** Last stable offset of the WAL partition. */
    OptionalLong logEnd() {
        return wal == null ? OptionalLong.empty() : OptionalLong.of(wal.ends().lastStable());
    }

    /** Epoch of the last committed entry; 0 before the first. */
    OptionalLong epoch() {
        return ofLast(WalEntry::epoch);
    }

    /** Entries committed since the shard's first one, those included that were truncated: the sequence of the last. */
    OptionalLong entries() {
        return ofLast(WalEntry::sequence);
    }

    private OptionalLong ofLast(ToLongFunction<WalEntry> figure) {
        if (last != null) {
            return OptionalLong.of(figure.applyAsLong(last));
        }
        return troubles.isEmpty() ? OptionalLong.of(0) : OptionalLong.empty();
    }

    /** Entries committed and not covered by the checkpoint; empty where the checkpoint is not of this log. */
    OptionalLong lagRecords() {
        if (!trouble().isEmpty()) {
            return OptionalLong.empty();
        }
        long applied = checkpoint == null ? 0 : checkpoint.sequence();
        return OptionalLong.of(entries().orElse(0) - applied);
    }

    /**
     * Milliseconds from the time of the last entry that the checkpoint covers to that of the last committed one; empty where
     * there is no such checkpoint.
     */
    OptionalLong lagMs() {
        if (last == null || checkpoint == null || !trouble().isEmpty()) {
            return OptionalLong.empty();
        }
        boolean nothingWaits = last.sequence() == checkpoint.sequence();
        return OptionalLong.of(nothingWaits ? 0 : Math.max(0, last.timeMs() - checkpoint.updatedAtMs()));
    }

    /** What could not be read, or why log and checkpoint do not go together; empty where all is well. */
    String trouble() {
        if (!troubles.isEmpty() || wal == null || checkpoint == null) {
            return String.join("; ", troubles);
        }
        if (!checkpoint.walTopicId().equals(wal.topicId())) {
            return "the checkpoint is of a WAL topic with the id %s, this one's is %s: it was created anew"
                    .formatted(checkpoint.walTopicId(), wal.topicId());
        }
        long entries = entries().orElse(0);
        return checkpoint.sequence() <= entries
                ? ""
                : "the checkpoint covers %d entries, but the log ends with sequence %d: it went back"
                        .formatted(checkpoint.sequence(), entries);
    }
}
