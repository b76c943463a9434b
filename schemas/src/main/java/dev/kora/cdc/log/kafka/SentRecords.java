package dev.kora.cdc.log.kafka;

import dev.kora.cdc.log.LogPartition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Where the records of a writer's transaction stand, and where its earlier transactions ended. Not thread-safe. */
final class SentRecords {
    /** What becomes of the last record in each partition, in the transaction that is open or was committed last. */
    private final Map<LogPartition, Future<RecordMetadata>> last = new HashMap<>();
    /** Just behind the last record that was committed in each partition. */
    private final Map<LogPartition, Long> committedEnds = new HashMap<>();

    /** Another transaction begins, or this one leaves nothing. */
    void clear() {
        last.clear();
    }

    void add(LogPartition partition, Future<RecordMetadata> sent) {
        last.put(partition, sent);
    }

    boolean has(LogPartition partition) {
        return last.containsKey(partition);
    }

    /** Just behind the last record in a partition; empty where the broker did not say it. For committed records. */
    OptionalLong offsetNext(LogPartition partition) {
        Future<RecordMetadata> sent = last.get(partition);
        if (sent == null
                || !sent.resultNow().hasOffset()) { // it knew a batch for a repeated one, but not where it stands
            return OptionalLong.empty();
        }
        return OptionalLong.of(sent.resultNow().offset() + 1);
    }

    /** The transaction is committed. Returns what is wrong with where, compared with earlier ones. */
    Optional<String> committed() {
        Optional<String> wrong = Optional.empty();
        for (LogPartition partition : last.keySet()) {
            OptionalLong next = offsetNext(partition);
            Long before = next.isPresent() ? committedEnds.put(partition, next.getAsLong()) : null;
            if (before != null && next.getAsLong() <= before) {
                wrong = Optional.of(
                        "committed up to offset %d of %s, which had reached %d before: records were lost, or the topic was created anew"
                                .formatted(next.getAsLong(), partition, before));
            }
        }
        return wrong;
    }
}
