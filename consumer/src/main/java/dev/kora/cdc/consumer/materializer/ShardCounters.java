package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.fold.Outcome;
import dev.kora.cdc.consumer.shard.ShardStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What a shard's owner has counted; its thread adds, any thread reads. Only what is committed counts. */
final class ShardCounters {
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong controls = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong commitNanos = new AtomicLong();
    private final Map<Outcome, Long> rejected = new ConcurrentHashMap<>();

    void addEntries(long all, long ofThemControls) {
        entries.addAndGet(all);
        controls.addAndGet(ofThemControls);
    }

    void addDuplicates(long count) {
        duplicates.addAndGet(count);
    }

    void addCommit(long nanos) {
        commits.incrementAndGet();
        commitNanos.addAndGet(nanos);
    }

    /** Adds rejected entries of one reason, and returns how many there have been. */
    long addRejected(Outcome reason, long count) {
        return rejected.merge(reason, count, Long::sum);
    }

    ShardStatus.Counts toCounts() {
        Map<String, Long> byReason = new HashMap<>();
        rejected.forEach((reason, count) -> byReason.put(reason.text(), count));
        return new ShardStatus.Counts(
                entries.get(), controls.get(), duplicates.get(), byReason, commits.get(), commitNanos.get());
    }
}
