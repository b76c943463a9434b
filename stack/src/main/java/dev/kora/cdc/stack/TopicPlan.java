package dev.kora.cdc.stack;

import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a writer makes of topics that are missing.
 *
 * @param create whether it creates them
 * @param shards that there must be; where it is empty, as many as there are, or 4
 * @param replicationFactor where it is empty, as many as there are brokers, three at most
 * @param minInsyncReplicas where it is empty, two, or one where there is one replica
 */
public record TopicPlan(
        boolean create,
        Optional<Integer> shards,
        Optional<Integer> replicationFactor,
        Optional<Integer> minInsyncReplicas) {

    /** One replica of each of so many shards. */
    static TopicPlan single(int shards) {
        return new TopicPlan(true, Optional.of(shards), Optional.of(1), Optional.of(1));
    }

    /** This plan for so many shards. */
    TopicPlan withShards(int number) {
        return new TopicPlan(create, Optional.of(number), replicationFactor, minInsyncReplicas);
    }

    /** Creates what is missing, if it may, and checks what is there; the number of shards. */
    int carryOut(DatabaseTopics topics) {
        OptionalInt found = topics.findShards();
        int wanted = shards.orElseGet(() -> found.orElse(StackConfig.DEFAULT_SHARDS));
        if (found.isEmpty() && create) {
            topics.ensure(wanted, TopicLayout.of(topics.brokers(), replicationFactor, minInsyncReplicas));
        }
        topics.check(OptionalInt.of(wanted));
        return wanted;
    }
}
