package dev.kora.cdc.topics;

import dev.kora.cdc.schema.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.common.config.TopicConfig;

/** Finds what is unsafe about the topics of a database. Pure: what Kafka says comes in, one sentence a problem goes out. */
final class TopicCheck {
    static final String TRANSACTION_VERSION = "transaction.version";
    /** From this version on, each transaction has an epoch of its own: no late write of an old one joins the next. */
    static final int LEAST_TRANSACTION_VERSION = 2;

    private final MendingCommands commands;
    private final List<String> problems = new ArrayList<>();

    TopicCheck(MendingCommands commands) {
        this.commands = commands;
    }

    /** What was found so far. */
    List<String> problems() {
        return problems;
    }

    /** Compares the settings of a topic with what they must be. */
    TopicCheck settings(TopicFacts facts, List<Rule> rules) {
        for (Rule rule : rules) {
            String found = facts.settings().getOrDefault(rule.setting(), "");
            if (!rule.holds().test(found)) {
                setting(facts, rule.setting(), rule.bound(), rule.wanted(), rule.otherwise());
            }
        }
        insync(facts);
        return this;
    }

    private void insync(TopicFacts facts) {
        String setting = TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
        int found = Integer.parseInt(facts.settings().getOrDefault(setting, "1"));
        int least = TopicLayout.leastInsync(facts.replicationFactor());
        if (found < least) {
            String otherwise = "one broker alone would acknowledge what it alone has";
            setting(facts, setting, "at least ", Integer.toString(least), otherwise);
        }
        if (found > facts.replicationFactor()) {
            String otherwise =
                    "with %s nothing can be written".formatted(Count.of(facts.replicationFactor(), "replica"));
            setting(facts, setting, "at most ", Integer.toString(facts.replicationFactor()), otherwise);
        }
    }

    private void setting(TopicFacts facts, String setting, String bound, String wanted, String otherwise) {
        problems.add("%s: %s is '%s', must be %s'%s', or %s: %s"
                .formatted(
                        facts.topic(),
                        setting,
                        facts.settings().getOrDefault(setting, ""),
                        bound,
                        wanted,
                        otherwise,
                        commands.setting(facts.topic(), setting, wanted)));
    }

    /** Compares the number of partitions of both topics with each other, and with the number of shards where it is given. */
    TopicCheck partitions(TopicFacts wal, TopicFacts snapshot, OptionalInt shards) {
        TopicFacts larger = wal.partitions() >= snapshot.partitions() ? wal : snapshot;
        TopicFacts smaller = wal.partitions() >= snapshot.partitions() ? snapshot : wal;
        if (smaller.partitions() != larger.partitions()) {
            problems.add("%s: it has %s, must have %d as %s has, one for each shard: %s"
                    .formatted(
                            smaller.topic(),
                            Count.of(smaller.partitions(), "partition"),
                            larger.partitions(),
                            larger.topic(),
                            commands.partitions(smaller.topic(), larger.partitions())));
        }
        shards.ifPresent(number -> partitions(larger, number));
        return this;
    }

    /** Compares the number of a topic's partitions with the number of shards. */
    TopicCheck partitions(TopicFacts facts, int shards) {
        if (facts.partitions() != shards) {
            problems.add(
                    "%s: it has %s, must have %d, one for each shard; the number of shards of a database never changes: start with %s"
                            .formatted(
                                    facts.topic(),
                                    Count.of(facts.partitions(), "partition"),
                                    shards,
                                    Count.of(facts.partitions(), "shard")));
        }
        return this;
    }

    /** Looks at the cluster's version of transactions; empty where it has none. */
    TopicCheck transactions(OptionalInt version) {
        int found = version.orElse(0);
        if (found < LEAST_TRANSACTION_VERSION) {
            problems.add(
                    "the cluster: %s is %d, must be at least %d, or a late write could slip into another transaction: %s"
                            .formatted(
                                    TRANSACTION_VERSION,
                                    found,
                                    LEAST_TRANSACTION_VERSION,
                                    commands.feature(TRANSACTION_VERSION, LEAST_TRANSACTION_VERSION)));
        }
        return this;
    }
}
