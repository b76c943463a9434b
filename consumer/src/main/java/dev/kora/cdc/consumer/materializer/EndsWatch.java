package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.reader.WalTail;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks where the WAL of each owned shard ends, so that its lag can be told without holding up its commits. For one thread.
 */
final class EndsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EndsWatch.class);

    private final MaterializerSetup setup;
    private final ShardOwners owners;
    private final WalTail tail;

    EndsWatch(MaterializerSetup setup, ShardOwners owners) {
        this.setup = setup;
        this.owners = owners;
        this.tail = new WalTail(setup.log(), setup.walCodec());
    }

    /** Looks at all shards once. What cannot be seen stays as it was seen last. */
    void look() {
        try {
            String snapshotTopicId = setup.log().topicId(setup.config().snapshotTopic());
            for (int shard = 0; shard < setup.config().shards(); shard++) {
                ShardBoard board = owners.board(shard);
                if (board != null && board.state() != ShardState.ELSEWHERE) {
                    board.seenSnapshotTopic(snapshotTopicId);
                    look(board);
                }
            }
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("the ends of the WAL cannot be seen just now");
        }
    }

    private void look(ShardBoard board) {
        LogEnds ends = setup.log().ends(board.wal());
        board.seen(ends, board.readTo() < ends.lastStable() ? last(board.wal()) : null);
    }

    private ShardBoard.@Nullable LastEntry last(LogPartition wal) {
        return tail.find(wal)
                .map(logged -> new ShardBoard.LastEntry(
                        logged.entry().sequence(), logged.entry().timeMs()))
                .orElse(null);
    }
}
