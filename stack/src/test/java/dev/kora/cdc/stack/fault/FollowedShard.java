package dev.kora.cdc.stack.fault;

import dev.kora.cdc.consumer.fold.Fold;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/**
 * A shard of a WAL that a test reads on from where it was the last time: no loss, no duplicate and order are checked, and the
 * entries are folded in memory, without any of the materialiser's machinery.
 */
final class FollowedShard {
    private static final Duration DECIDED = Duration.ofSeconds(60);

    private final Log log;
    private final LogPartition partition;
    private final WalEntryCodec codec;
    private final WalChecker checker;
    private final MemoryStore folded = new MemoryStore();
    private LogPosition position = LogPosition.of(0);

    FollowedShard(Log log, LogPartition partition, WalEntryCodec codec) {
        this.log = log;
        this.partition = partition;
        this.codec = codec;
        this.checker = new WalChecker(partition);
    }

    /**
     * Waits until what stands in the log now is decided, and reads to there.
     *
     * @param pushed gets the numbers of each list's pushes
     */
    void follow(Map<String, List<Long>> pushed) {
        long target = log.ends(partition).highWatermark();
        Awaitility.await(partition + " decided up to " + target)
                .atMost(DECIDED)
                .until(() -> log.ends(partition).lastStable() >= target);
        try (LogReader reader = log.openReader(partition, position);
                Overlay overlay = new Overlay(folded, folded.position(), TombstoneSink.NONE)) {
            while (reader.position().offset() < target) {
                for (LogRecord each : reader.poll(Duration.ofSeconds(1))) {
                    apply(decode(each), overlay, pushed);
                }
            }
            position = reader.position();
            folded.apply(overlay.seal().toBatch(null, "", LogPosition.of(0)));
        }
    }

    private WalEntry decode(LogRecord record) {
        return codec.decode(record.key(), Objects.requireNonNull(record.value()), record.timestampMs());
    }

    private void apply(WalEntry entry, Overlay overlay, Map<String, List<Long>> pushed) {
        checker.accept(entry);
        Fold.apply(entry, overlay);
        if (entry.content() instanceof WalRecord.RPush push) {
            List<Long> numbers = pushed.computeIfAbsent(push.key().text(), key -> new ArrayList<>());
            for (Bytes value : push.values()) {
                numbers.add(Long.parseLong(value.text()));
            }
        }
    }

    /** What the entries read so far fold to. */
    Tally tally() {
        return Tally.at(folded.position());
    }

    /** How many entries were read so far. */
    long entries() {
        return checker.entries();
    }
}
