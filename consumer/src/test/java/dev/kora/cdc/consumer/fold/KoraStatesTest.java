package dev.kora.cdc.consumer.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.schema.KoraExpectedState;
import dev.kora.cdc.schema.KoraFixtures;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The fold against Kora's own engine: from the records that Kora decodes of its files, every state that Kora's code reaches
 * from them. (That the source decodes the same records of the files is the producer's test.)
 */
final class KoraStatesTest {
    /** Kora's clock stands still while it replays, so all entries have one time. */
    private static final long TIME_MS = 1_750_000_000_000L;

    @BeforeAll
    static void fixturesAreHere() {
        assumeTrue(KoraFixtures.arePresent(), KoraFixtures.ABSENT);
    }

    static List<Path> states() {
        return KoraFixtures.files("expected-state", ".json");
    }

    @ParameterizedTest
    @MethodSource("states")
    void reachesTheStateThatKorasCodeReaches(Path file) {
        KoraExpectedState expected = KoraExpectedState.read(file);
        Replay replay = new Replay();
        String name = String.valueOf(file.getFileName());
        if (name.contains("rdb-then-wal")) {
            replay.restore(KoraFixtures.records(file.resolveSibling("expected-rdb.jsonl")));
        }
        if (name.contains("old-then-new")) {
            replay.replay(KoraFixtures.records(file.resolveSibling("expected-old.jsonl")));
        }
        replay.replay(KoraFixtures.records(file.resolveSibling("expected.jsonl")));
        assertEquals(LogicalState.of(expected, TIME_MS), replay.state());
        assertEquals(expected.records(), replay.records);
        assertEquals(new TreeMap<>(expected.counters()), replay.counters);
    }

    @Test
    void refusesTheVectorAtWhichKoraPanicsAndGoesOn() {
        Replay replay = new Replay();
        replay.replay(KoraFixtures.records(
                KoraFixtures.shard("extra/poison-vecset", 0).resolve("expected.jsonl")));
        assertEquals(3, replay.records);
        assertEquals(1, replay.outcomes.get(Outcome.VECTOR_LENGTH));
        assertEquals(2, replay.outcomes.get(Outcome.APPLIED));
    }

    /** A replay into one commit, counting as the fixtures do. */
    private static final class Replay {
        private final Committing committing = new Committing(new MemoryStore());
        private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        private final TreeMap<String, Long> counters = new TreeMap<>();
        private long sequence;
        private long records;

        /** Applies the records that stand for a snapshot; the fixtures do not count them. */
        void restore(List<WalRecord> snapshot) {
            snapshot.forEach(this::fold);
        }

        void replay(List<WalRecord> log) {
            for (WalRecord record : log) {
                records++;
                count(op(record));
                Outcome outcome = fold(record);
                outcomes.merge(outcome, 1, Integer::sum);
                switch (outcome) {
                    case APPLIED, TOO_LARGE, VECTOR_LENGTH -> {}
                    case NOTHING_THERE -> count(op(record).toLowerCase(Locale.ROOT) + "_missing");
                    case WRONG_TYPE -> count("wrongtype");
                    case INVALID_JSON, NO_OBJECT, FIELD_NAME -> count("doc_rejected");
                    case OTHER_DIMENSIONS -> count("vec_dim_mismatch");
                }
            }
        }

        private Outcome fold(WalRecord record) {
            sequence++;
            return Fold.apply(new WalEntry(1, sequence, TIME_MS, record), committing.state());
        }

        private void count(String name) {
            counters.merge(name, 1L, Long::sum);
        }

        LogicalState state() {
            committing.commit();
            return LogicalState.of(committing.store());
        }

        private static String op(WalRecord record) {
            return switch (record) {
                case WalRecord.Set r -> "SET";
                case WalRecord.Del r -> "DEL";
                case WalRecord.Expire r -> "EXPIRE";
                case WalRecord.LPush r -> "LPUSH";
                case WalRecord.RPush r -> "RPUSH";
                case WalRecord.HSet r -> "HSET";
                case WalRecord.SAdd r -> "SADD";
                case WalRecord.FlushDb r -> "FLUSHDB";
                case WalRecord.DocSet r -> "DOC_SET";
                case WalRecord.DocDel r -> "DOC_DEL";
                case WalRecord.VecSet r -> "VEC_SET";
                case WalRecord.VecDel r -> "VEC_DEL";
            };
        }
    }
}
