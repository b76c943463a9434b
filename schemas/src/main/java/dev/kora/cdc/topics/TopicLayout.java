package dev.kora.cdc.topics;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Count;
import java.util.Optional;

/**
 * How many copies of both topics there are.
 *
 * @param replicationFactor number of brokers that hold a partition
 * @param minInsyncReplicas how many of them must have an append before it is acknowledged; with more than one replica at
 *     least 2
 */
public record TopicLayout(int replicationFactor, int minInsyncReplicas) {
    /** One broker: what it acknowledges is in its page cache alone. */
    public static final TopicLayout SINGLE = new TopicLayout(1, 1);
    /** Three brokers, of which one may be away. */
    public static final TopicLayout REPLICATED = new TopicLayout(3, 2);

    /** @throws CdcException.Invalid the numbers cannot be, or would let one broker alone acknowledge */
    public TopicLayout {
        refusal(replicationFactor, minInsyncReplicas).ifPresent(why -> {
            throw new CdcException.Invalid(why);
        });
    }

    /** Why the two numbers cannot be together, in a sentence; empty where they can. */
    public static Optional<String> refusal(int replicationFactor, int minInsyncReplicas) {
        if (replicationFactor < 1 || replicationFactor > Short.MAX_VALUE) {
            return Optional.of("the replication factor must be from 1 to %d, not %d"
                    .formatted(Short.MAX_VALUE, replicationFactor));
        }
        int least = leastInsync(replicationFactor);
        if (minInsyncReplicas < least || minInsyncReplicas > replicationFactor) {
            return Optional.of("min.insync.replicas must be from %d to %d with %s, not %d"
                    .formatted(least, replicationFactor, Count.of(replicationFactor, "replica"), minInsyncReplicas));
        }
        return Optional.empty();
    }

    /**
     * As many replicas as there are brokers, three at most, as far as nobody says otherwise.
     *
     * @param brokers of the cluster
     * @throws CdcException.Invalid the numbers cannot be together
     */
    public static TopicLayout of(
            int brokers, Optional<Integer> replicationFactor, Optional<Integer> minInsyncReplicas) {
        int replicas = replicationFactor.orElseGet(() -> Math.clamp(brokers, 1, REPLICATED.replicationFactor));
        return new TopicLayout(replicas, minInsyncReplicas.orElseGet(() -> leastInsync(replicas)));
    }

    /** The fewest replicas whose acknowledgement means something. */
    static int leastInsync(int replicationFactor) {
        return Math.min(2, replicationFactor);
    }
}
