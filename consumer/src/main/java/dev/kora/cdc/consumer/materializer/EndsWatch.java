package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.reader.WalTail;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks where the WAL of each owned shard ends, so that its lag can be told without holding up its commits. For one thread.
 */
final class EndsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EndsWatch.class);

    private final MaterializerSetup setup;
    private final IntFunction<@Nullable ShardBoard> boards;
    private final WalTail tail;

    /** @param boards the board of each shard; null where it has no owner here */
    EndsWatch(MaterializerSetup setup, IntFunction<@Nullable ShardBoard> boards) {
        this.setup = setup;
        this.boards = boards;
        this.tail = new WalTail(setup.log(), setup.walCodec());
    }

    /** Looks at all shards once. A partition that cannot be seen (it may have no leader) keeps no other from being seen. */
    void look() {
        List<ShardBoard> owned = IntStream.range(0, setup.config().shards())
                .mapToObj(boards)
                .filter(Objects::nonNull)
                .filter(board -> board.state() != ShardState.ELSEWHERE)
                .toList();
        boolean away = !attempt(owned, () -> lookAtSnapshotTopic(owned));
        if (!away) {
            owned.forEach(board -> attempt(List.of(board), () -> look(board)));
        }
    }

    /** Tells the boards where they cannot be told what they should; returns whether they could. */
    private static boolean attempt(List<ShardBoard> boards, Runnable look) {
        try {
            look.run();
            return true;
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("error", e.getMessage()).log("the ends of the WAL cannot be seen just now");
            boards.forEach(board -> board.unseen(String.valueOf(e.getMessage())));
            return false;
        }
    }

    private void lookAtSnapshotTopic(List<ShardBoard> owned) {
        String id = setup.log().topicId(setup.config().snapshotTopic());
        owned.forEach(board -> board.seenSnapshotTopic(id));
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
