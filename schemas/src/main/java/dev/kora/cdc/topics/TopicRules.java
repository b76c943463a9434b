package dev.kora.cdc.topics;

import dev.kora.cdc.schema.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What the topics of a database are created with, and what they must be to lose nothing. All that is checked is also set
 * when a topic is created, so that the brokers' defaults do not matter.
 */
final class TopicRules {
    private static final String FOREVER = "-1";
    private static final long CLOCK_AHEAD_MS = Duration.ofMinutes(10).toMillis();
    private static final String SEGMENT_BYTES = Integer.toString(64 * 1024 * 1024);

    private static final List<Rule> BOTH = List.of(
            Rule.atLeast(
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Limits.MESSAGE_BYTES, "a large record would stop its shard"),
            Rule.exactly(
                    TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                    "false",
                    "a replica that lags could become the leader, and acknowledged changes would be gone"),
            Rule.atLeast(
                    TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                    Long.MAX_VALUE,
                    "entries that waited for Kafka would be refused for their age"));

    /** {@code <db>.wal}. */
    static final List<Rule> WAL = with(
            BOTH,
            Rule.exactly(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_DELETE,
                    "compaction would drop all but the last change of a key"),
            Rule.exactly(
                    TopicConfig.RETENTION_MS_CONFIG, FOREVER, "entries would be deleted before the snapshot has them"),
            Rule.exactly(
                    TopicConfig.RETENTION_BYTES_CONFIG,
                    FOREVER,
                    "entries would be deleted before the snapshot has them"),
            Rule.exactly(
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    "CreateTime",
                    "entries would lose their time, which keys expire by"),
            Rule.atMost(
                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    CLOCK_AHEAD_MS,
                    "a writer whose clock is ahead could expire every key"));

    /** {@code <db>.snapshot}. */
    static final List<Rule> SNAPSHOT = with(
            BOTH,
            Rule.exactly(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_COMPACT,
                    "rows of keys that rarely change would be deleted"));

    private static final Map<String, String> ALSO_WAL = Map.of(
            TopicConfig.SEGMENT_BYTES_CONFIG,
            SEGMENT_BYTES, // what is truncated is freed in these steps
            TopicConfig.COMPRESSION_TYPE_CONFIG,
            "producer");

    private static final Map<String, String> ALSO_SNAPSHOT = Map.of(
            TopicConfig.SEGMENT_BYTES_CONFIG,
            SEGMENT_BYTES, // the last one is not compacted
            TopicConfig.COMPRESSION_TYPE_CONFIG,
            "producer",
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "CreateTime",
            TopicConfig.DELETE_RETENTION_MS_CONFIG,
            Long.toString(Duration.ofDays(7).toMillis()),
            TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
            Long.toString(Duration.ofDays(1).toMillis()));

    private TopicRules() {}

    private static List<Rule> with(List<Rule> common, Rule... own) {
        return Stream.concat(Stream.of(own), common.stream()).toList();
    }

    /** What {@code <db>.wal} is created with. */
    static Map<String, String> walSettings(TopicLayout layout) {
        return settings(WAL, ALSO_WAL, layout);
    }

    /** What {@code <db>.snapshot} is created with. */
    static Map<String, String> snapshotSettings(TopicLayout layout) {
        return settings(SNAPSHOT, ALSO_SNAPSHOT, layout);
    }

    private static Map<String, String> settings(List<Rule> rules, Map<String, String> also, TopicLayout layout) {
        Map<String, String> settings = new TreeMap<>(also);
        rules.forEach(rule -> settings.put(rule.setting(), rule.wanted()));
        settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(layout.minInsyncReplicas()));
        return settings;
    }
}
