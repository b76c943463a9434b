package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.fold.Outcome;
import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.schema.Op;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of one batch whose effect the semantics refuse. They are counted and told of once the batch is committed: the
 * first of each reason, then whenever their number has gained a digit. Not thread-safe.
 */
final class Rejections {
    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);

    private final Map<Outcome, Rejected> byReason = new EnumMap<>(Outcome.class);

    /** Some entries rejected for one reason, and the first of them. */
    private static final class Rejected {
        private final LoggedEntry first;
        private long count;

        Rejected(LoggedEntry first) {
            this.first = first;
        }
    }

    void add(Outcome reason, LoggedEntry entry) {
        byReason.computeIfAbsent(reason, r -> new Rejected(entry)).count++;
    }

    void report(ShardSetup setup, ShardCounters counters) {
        byReason.forEach((reason, rejected) -> {
            long sum = counters.addRejected(reason, rejected.count);
            if (digits(sum) > digits(sum - rejected.count)) {
                tell(setup, reason, rejected.first, sum);
            }
        });
    }

    private static void tell(ShardSetup setup, Outcome reason, LoggedEntry first, long sum) {
        LOG.atWarn()
                .addKeyValue("partition", setup.wal())
                .addKeyValue("offset", first.offset())
                .addKeyValue("sequence", first.entry().sequence())
                .addKeyValue("op", Op.of(first.entry().content()))
                .addKeyValue("reason", reason.text())
                .addKeyValue("soFar", sum)
                .log("an entry was rejected: it has no effect, and the shard goes on");
    }

    private static int digits(long number) {
        return number == 0 ? 0 : Long.toString(number).length();
    }
}
