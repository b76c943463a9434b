package dev.kora.cdc.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TopicCheckTest {
    private static final MendingCommands COMMANDS = new MendingCommands("k:9092", false);

    @Test
    void whatWeCreateIsSafe() {
        for (TopicLayout layout : List.of(TopicLayout.SINGLE, TopicLayout.REPLICATED)) {
            assertEquals(List.of(), walProblems(layout, Map.of()));
            TopicFacts snapshot =
                    new TopicFacts("kora.snapshot", 4, layout.replicationFactor(), TopicRules.snapshotSettings(layout));
            assertEquals(
                    List.of(), check().settings(snapshot, TopicRules.SNAPSHOT).problems());
        }
    }

    @Test
    void namesSettingFoundWantedReasonAndCommand() {
        assertEquals(
                List.of(
                        "kora.wal: cleanup.policy is 'compact', must be 'delete', or compaction would drop all but the last"
                                + " change of a key: kafka-configs.sh --bootstrap-server k:9092 --alter --entity-type topics"
                                + " --entity-name kora.wal --add-config cleanup.policy=delete"),
                walProblems(TopicLayout.SINGLE, Map.of("cleanup.policy", "compact")));
    }

    @ParameterizedTest
    @CsvSource({
        "cleanup.policy, 'compact,delete'",
        "cleanup.policy, ''",
        "retention.ms, 604800000",
        "retention.bytes, 1",
        "message.timestamp.type, LogAppendTime",
        "message.timestamp.after.max.ms, 3600000",
        "message.timestamp.before.max.ms, 3600000",
        "max.message.bytes, 1048588",
        "unclean.leader.election.enable, true",
        "min.insync.replicas, 2"
    })
    void refusesEachUnsafeSetting(String setting, String value) {
        List<String> problems = walProblems(TopicLayout.SINGLE, Map.of(setting, value));
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(
                problems.getFirst().startsWith("kora.wal: %s is '%s', must be ".formatted(setting, value)),
                problems::toString);
        String wanted = TopicRules.walSettings(TopicLayout.SINGLE).get(setting);
        assertTrue(problems.getFirst().endsWith("--add-config %s=%s".formatted(setting, wanted)), problems::toString);
    }

    @ParameterizedTest
    @CsvSource({"message.timestamp.after.max.ms, 1000", "max.message.bytes, 100000000", "segment.bytes, 1048576"})
    void allowsWhatIsSafer(String setting, String value) {
        assertEquals(List.of(), walProblems(TopicLayout.SINGLE, Map.of(setting, value)));
    }

    @Test
    void oneReplicaAloneMustNotAcknowledgeWhereThereAreMore() {
        List<String> problems = walProblems(TopicLayout.REPLICATED, Map.of("min.insync.replicas", "1"));
        assertEquals(1, problems.size());
        assertTrue(
                problems.getFirst().contains("min.insync.replicas is '1', must be at least '2'"), problems::toString);
        assertEquals(List.of(), walProblems(TopicLayout.REPLICATED, Map.of("min.insync.replicas", "3")));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "1, 2", "2, 1", "3, 1", "3, 4", "40000, 2"})
    void refusesLayoutsThatCannotBeOrAreUnsafe(int replicas, int insync) {
        assertThrows(CdcException.Invalid.class, () -> new TopicLayout(replicas, insync));
    }

    @Test
    void comparesPartitions() {
        assertEquals(List.of(), partitions(4, 4, OptionalInt.empty()));
        assertEquals(List.of(), partitions(4, 4, OptionalInt.of(4)));
        assertEquals(
                List.of(
                        "kora.wal: it has 4 partitions, must have 8, one for each shard; the number of shards of a database"
                                + " never changes: start with 4 shards"),
                partitions(4, 4, OptionalInt.of(8)));
        assertEquals(
                List.of("kora.snapshot: it has 3 partitions, must have 4 as kora.wal has, one for each shard:"
                        + " kafka-topics.sh --bootstrap-server k:9092 --alter --topic kora.snapshot --partitions 4"),
                partitions(4, 3, OptionalInt.of(4)));
        List<String> both = partitions(3, 4, OptionalInt.of(5));
        assertEquals(2, both.size());
        assertTrue(both.getFirst().endsWith("--topic kora.wal --partitions 4"), both::toString);
        assertTrue(both.getLast().endsWith("start with 4 shards"), both::toString);
    }

    private static List<String> partitions(int wal, int snapshot, OptionalInt shards) {
        return check().partitions(
                        new TopicFacts("kora.wal", wal, 1, Map.of()),
                        new TopicFacts("kora.snapshot", snapshot, 1, Map.of()),
                        shards)
                .problems();
    }

    @Test
    void wantsTransactionsOfTheSecondVersion() {
        assertEquals(List.of(), check().transactions(OptionalInt.of(2)).problems());
        for (OptionalInt version : List.of(OptionalInt.empty(), OptionalInt.of(1))) {
            List<String> problems = new TopicCheck(new MendingCommands("k:9092", true))
                    .transactions(version)
                    .problems();
            assertEquals(1, problems.size());
            assertTrue(
                    problems.getFirst()
                            .endsWith("kafka-features.sh --bootstrap-server k:9092 --command-config client.properties"
                                    + " upgrade --feature transaction.version=2"),
                    problems::toString);
        }
    }

    private static List<String> walProblems(TopicLayout layout, Map<String, String> changed) {
        Map<String, String> settings = new HashMap<>(TopicRules.walSettings(layout));
        settings.putAll(changed);
        return check().settings(new TopicFacts("kora.wal", 4, layout.replicationFactor(), settings), TopicRules.WAL)
                .problems();
    }

    private static TopicCheck check() {
        return new TopicCheck(COMMANDS);
    }
}
