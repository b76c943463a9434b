package dev.kora.cdc.stack.cli;

import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.reader.SnapshotTail;
import dev.kora.cdc.reader.WalExtent;
import dev.kora.cdc.reader.WalTail;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the ends of a shard's two partitions say.
 *
 * @param wal what the WAL partition holds
 * @param last its last committed entry; null where it holds none
 * @param checkpoint the last one in the compacted partition; null where there is none
 */
record LogStatus(WalExtent wal, @Nullable WalEntry last, SnapshotRow.@Nullable Checkpoint checkpoint) {

    /** Reads the ends of both partitions. */
    static LogStatus read(Cluster cluster, int shard) {
        // The checkpoint first: the WAL is then never behind it.
        var checkpoint = new SnapshotTail(cluster.log(), cluster.codecs().snapshot()).find(cluster.snapshot(shard));
        var last = new WalTail(cluster.log(), cluster.codecs().wal()).find(cluster.wal(shard));
        WalExtent wal = WalExtent.read(cluster.log(), cluster.wal(shard));
        return new LogStatus(wal, last.map(LoggedEntry::entry).orElse(null), checkpoint.orElse(null));
    }

    /** Epoch of the last committed entry; 0 before the first. */
    long epoch() {
        return last == null ? 0 : last.epoch();
    }

    /** Entries committed since the shard's first one, those included that were truncated: the sequence of the last. */
    long entries() {
        return last == null ? 0 : last.sequence();
    }

    /** Entries committed and not covered by the checkpoint; empty where the checkpoint is not of this log. */
    OptionalLong lagRecords() {
        if (!trouble().isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(entries() - (checkpoint == null ? 0 : checkpoint.sequence()));
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

    /** Why log and checkpoint do not go together; empty where they do. */
    String trouble() {
        if (checkpoint == null) {
            return "";
        }
        if (!checkpoint.walTopicId().equals(wal.topicId())) {
            return "the checkpoint is of a WAL topic with the id %s, this one's is %s: it was created anew"
                    .formatted(checkpoint.walTopicId(), wal.topicId());
        }
        return checkpoint.sequence() <= entries()
                ? ""
                : "the checkpoint covers %d entries, but the log ends with sequence %d: it went back"
                        .formatted(checkpoint.sequence(), entries());
    }
}
