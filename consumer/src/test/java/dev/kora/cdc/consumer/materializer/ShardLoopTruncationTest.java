package dev.kora.cdc.consumer.materializer;

import static dev.kora.cdc.consumer.materializer.MaterializerRig.SNAPSHOT;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.WAL;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.push;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.MaterializerRig.Owner;
import dev.kora.cdc.consumer.shard.ShardOperations.Outcome;
import dev.kora.cdc.consumer.shard.ShardOperations.Truncated;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.TruncationReport;
import dev.kora.cdc.consumer.shard.TruncationStatus;
import dev.kora.cdc.consumer.truncation.TruncationPolicy;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.schema.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** When an owner truncates the WAL, how far, and what it makes of what fails. Invariant I13 of docs/architecture.md. */
final class ShardLoopTruncationTest {
    private static final Duration MIN_AGE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final MaterializerRig rig = new MaterializerRig();

    private void policy(TruncationPolicy policy) {
        rig.config = rig.config.withTruncation(policy);
    }

    private long start() {
        return rig.log.peekEnds(WAL).start();
    }

    /** Appends a marker; its offset. */
    private long mark() {
        rig.wal.append(Control.TRUNCATE);
        return lastEntry();
    }

    private long lastEntry() {
        return rig.log.committed(WAL).getLast().offset();
    }

    private static void pass(Owner owner, Duration time) {
        owner.idle(1, time);
        owner.settle();
    }

    private static TruncationStatus status(Owner owner) {
        TruncationStatus status = owner.status().truncation();
        assertNotNull(status);
        return status;
    }

    private static TruncationReport last(Owner owner) {
        TruncationReport last = status(owner).last();
        assertNotNull(last);
        return last;
    }

    // --- markers

    @Test
    void whatAMarkerStandsBehindGoesOnceItsCheckpointIsOldEnough() {
        policy(TruncationPolicy.DEFAULT);
        rig.open(set("a", "1"), push("list", "x"));
        long marker = mark();
        rig.append(set("b", "1"));
        Owner owner = rig.settled();

        pass(owner, MIN_AGE.minusSeconds(1));
        assertEquals(0, start());
        pass(owner, Duration.ofSeconds(2));
        assertEquals(marker, start());

        assertNull(rig.checkpoints().getLast().truncatedTo(), "there was no commit since");
        rig.append(set("c", "1"));
        owner.settle();
        assertEquals(marker, rig.checkpoints().getLast().truncatedTo());
        assertEquals(marker, rig.checkpoints().getLast().marker());
        TruncationStatus status = status(owner);
        assertEquals(marker, status.marker());
        assertEquals(marker, status.truncatedTo());
        assertEquals(1, status.truncations());
        assertEquals("", status.trouble());
        StateChecker.check(rig);
    }

    @Test
    void markersThatComeFasterThanCheckpointsAgeAreFollowedAllTheSame() {
        policy(TruncationPolicy.DEFAULT);
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        for (int i = 0; i < 20; i++) {
            rig.append(push("list", "x"));
            mark();
            pass(owner, Duration.ofSeconds(10));
        }
        assertTrue(start() > 20, () -> "begins at " + start());
        assertTrue(status(owner).truncations() < 10, "not for each of them");
        StateChecker.check(rig);
    }

    @Test
    void anAgeOfACheckpointBeforeATakeoverCountsFromTheTakeover() {
        policy(TruncationPolicy.DEFAULT);
        rig.open(set("a", "1"));
        long marker = mark();
        Owner first = rig.settled();
        pass(first, MIN_AGE.minusSeconds(10));
        first.finish();
        rig.clock.advanceNanos(HOUR.toNanos());

        Owner second = rig.settled();
        pass(second, MIN_AGE.minusSeconds(10));
        assertEquals(0, start());
        pass(second, Duration.ofSeconds(20));
        assertEquals(marker, start());
    }

    @Test
    void markersCanBeLeftToOperators() {
        policy(TruncationPolicy.ON_REQUEST);
        rig.open(set("a", "1"));
        mark();
        Owner owner = rig.settled();
        long calls = rig.log.calls(Op.TOPIC_ID);
        owner.idle(10, HOUR);
        assertEquals(0, start());
        assertEquals(0, rig.log.calls(Op.DELETE_BEFORE));
        assertTrue(rig.log.calls(Op.TOPIC_ID) - calls <= 10, "nobody looks for it");
    }

    // --- the other clauses

    @Test
    void aHoldIsNotOvertakenAndWhenItMovesOnTheRestGoes() {
        policy(TruncationPolicy.DEFAULT.withHolds(List.of("fast", "slow")));
        rig.open(set("a", "1"), set("b", "1"), set("c", "1"));
        long marker = mark();
        rig.log.commitOffset("fast", WAL, 100);
        rig.log.commitOffset("slow", WAL, 3);
        Owner owner = rig.settled();
        pass(owner, HOUR);
        assertEquals(3, start());
        assertEquals("hold", last(owner).limit());
        assertTrue(last(owner).words().contains("the group slow has committed offset 3"));

        rig.log.commitOffset("slow", WAL, 100);
        pass(owner, Duration.ofSeconds(31));
        assertEquals(marker, start());
    }

    @Test
    void aHoldThatHasNeverCommittedHoldsEverything() {
        policy(TruncationPolicy.DEFAULT.withHolds(List.of("new")));
        rig.open(set("a", "1"));
        mark();
        Owner owner = rig.settled();
        owner.idle(5, HOUR);
        assertEquals(0, start());
        assertEquals("hold", last(owner).limit());
        assertEquals(
                List.of(new TruncationReport.Hold("new", null)), last(owner).holds());
    }

    @Test
    void theLastEntryStaysWhateverIsAskedFor() {
        rig.open(set("a", "1"), set("b", "1"));
        Owner owner = rig.settled();
        owner.idle(1, HOUR);
        Truncated truncated = owner.truncate(false);
        assertEquals(Outcome.DONE, truncated.outcome(), truncated::text);
        assertEquals(lastEntry(), start());
        assertEquals(1, rig.log.committed(WAL).size());
        assertEquals("last_entry", last(owner).limit());
        owner.finish();
        StateChecker.check(rig);
        rig.settled();
    }

    @Test
    void anEntryBeforeSkippedOnesIsNotKnownAfterARestartSoNothingGoes() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.wal.commit(List.of(rig.wal.unknownOp()));
        owner.settle();
        long poison = lastEntry();
        owner.skip(poison, "a test");
        owner.idle(1, HOUR);
        assertEquals("last_entry", report(owner.truncate(true)).limit());
        assertEquals(0, report(owner.truncate(true)).floor());
        rig.skipped.add(poison);

        rig.wal.append(Control.HEARTBEAT);
        owner.settle();
        owner.idle(1, HOUR);
        report(owner.truncate(false));
        assertEquals(lastEntry(), start());
    }

    private static TruncationReport report(Truncated truncated) {
        TruncationReport report = truncated.report();
        if (report == null) {
            throw new AssertionError(truncated.text());
        }
        return report;
    }

    // --- operators

    @Test
    void aDryRunSaysWhatWouldGoAndDeletesNothing() {
        rig.log.setSegmentBytes(100);
        rig.open(set("a", "1"), set("b", "1"));
        Owner owner = rig.settled();
        Truncated young = owner.truncate(true);
        assertTrue(
                young.text().startsWith("nothing may be deleted, for the log begins at offset 0; limited by"),
                young::text);
        assertEquals("checkpoint", report(young).limit());

        owner.idle(1, HOUR);
        Truncated dry = owner.truncate(true);
        assertTrue(dry.text().startsWith("4 offsets before offset 4 would be deleted"), dry::text);
        TruncationReport.Freed freed = report(dry).freed();
        assertNotNull(freed);
        assertTrue(freed.bytes() > 0 && freed.bytes() < freed.bytesOnDisk(), freed::toString);
        assertTrue(freed.segments() > 0, freed::toString);
        assertNull(report(dry).truncatedTo());
        assertEquals(0, start());
        assertEquals(0, rig.log.calls(Op.DELETE_BEFORE));
    }

    @Test
    void aShardThatIsNotMaterialisedHereIsNotTruncatedHere() {
        Owner owner = rig.owner();
        Truncated early = owner.loop.truncate(false).getNow(null);
        assertEquals(Outcome.REFUSED, early.outcome());
        rig.open(set("a", "1"));
        owner.settle();
        owner.finish();
        Truncated late = owner.loop.truncate(false).getNow(null);
        assertEquals(Outcome.ELSEWHERE, late.outcome());
    }

    @Test
    void whoAskedIsAnsweredWhenTheShardIsLetGoOf() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        var answer = owner.loop.truncate(false);
        assertEquals(Outcome.REFUSED, owner.loop.truncate(true).getNow(null).outcome(), "one at a time");
        owner.loop.abandon();
        owner.step();
        assertEquals(Outcome.REFUSED, answer.getNow(null).outcome());
    }

    @Test
    void nobodyWaitsForALogThatTakesItsTime() {
        policy(TruncationPolicy.DEFAULT.withMinAge(Duration.ZERO));
        List<Runnable> queued = new ArrayList<>();
        rig.truncations = queued::add;
        rig.open(set("a", "1"));
        long marker = mark();
        Owner owner = rig.settled();
        assertEquals(1, queued.size());
        rig.append(set("b", "1"));
        mark();
        owner.settle();
        StateChecker.check(rig);
        assertEquals(1, queued.size(), "one at a time");
        queued.removeFirst().run();
        assertEquals(marker, start());
        owner.idle(2, Duration.ofSeconds(2));
        assertEquals(1, queued.size());
    }

    // --- size and age

    @Test
    void aLogThatIsTooLargeLosesItsOldestPart() {
        rig.open();
        IntStream.range(0, 100).forEach(i -> rig.append(set("key" + i, "x".repeat(100))));
        long bytes = rig.log.size(WAL).bytes();
        policy(TruncationPolicy.ON_REQUEST.withMost(bytes / 4, null));
        Owner owner = rig.settled();
        pass(owner, HOUR);
        long left = rig.log.size(WAL).bytes();
        assertTrue(left > bytes / 5 && left < bytes / 3, () -> left + " of " + bytes + " bytes are left");
        assertEquals("size", last(owner).limit());
        owner.idle(20, Duration.ofSeconds(31));
        assertEquals(1, rig.log.calls(Op.DELETE_BEFORE), "it is small enough");
        StateChecker.check(rig);
    }

    @Test
    void aSizeIsNotBelievedBeforeTheLogHasFreedWhatWasDeleted() {
        rig.open();
        IntStream.range(0, 100).forEach(i -> rig.append(set("key" + i, "x".repeat(100))));
        policy(TruncationPolicy.ON_REQUEST.withMost(1L, null));
        Owner owner = rig.settled();
        pass(owner, HOUR);
        assertEquals(1, rig.log.calls(Op.DELETE_BEFORE));
        rig.append(set("one", "more"));
        owner.settle();
        owner.idle(18, Duration.ofSeconds(31));
        assertEquals(1, rig.log.calls(Op.DELETE_BEFORE));
        owner.idle(4, Duration.ofSeconds(31));
        assertEquals(2, rig.log.calls(Op.DELETE_BEFORE));
    }

    @Test
    void aSizeThatMayNotBeKnownKeepsNobodyFromFollowingMarkers() {
        policy(TruncationPolicy.DEFAULT.withMost(1L, null));
        rig.open(set("a", "1"));
        long marker = mark();
        Owner owner = rig.settled();
        rig.log.failNext(Op.SIZE, Kind.REFUSED);
        pass(owner, MIN_AGE.plusSeconds(1));
        assertEquals(marker, start());
        assertTrue(last(owner).note().startsWith("the size of db.wal-0 is not known"), last(owner)::note);
    }

    @Test
    void entriesThatAreTooOldGo() {
        policy(TruncationPolicy.ON_REQUEST.withMost(null, Duration.ofDays(1)));
        rig.wal.at(1_000_000_000_000L);
        rig.open(set("old", "1"), set("older", "1"));
        rig.wal.at(1_000_000_000_000L + Duration.ofHours(23).toMillis());
        rig.append(set("young", "1"));
        long young = lastEntry();
        Owner owner = rig.settled();
        pass(owner, HOUR);
        assertEquals(0, start());
        rig.wal.at(1_000_000_000_000L + Duration.ofHours(26).toMillis()).append(Control.HEARTBEAT);
        owner.settle();
        pass(owner, HOUR);
        assertEquals(young, start());
        assertEquals("age", last(owner).limit());
        rig.wal.at(1_000_000_000_000L + Duration.ofDays(9).toMillis()).append(Control.HEARTBEAT);
        owner.settle();
        pass(owner, HOUR);
        assertEquals(lastEntry(), start(), "all but the last one");
    }

    // --- what fails

    @ParameterizedTest
    @EnumSource(
            value = Op.class,
            names = {"TOPIC_ID", "ENDS", "COMMITTED_OFFSET", "DELETE_BEFORE"})
    void whatFailsIsTriedAgainAndTheShardGoesOn(Op op) {
        policy(TruncationPolicy.DEFAULT.withHolds(List.of("group")));
        rig.open(set("a", "1"));
        long marker = mark();
        rig.log.commitOffset("group", WAL, 100);
        Owner owner = rig.settled();
        pass(owner, MIN_AGE.minusSeconds(1));
        for (int i = 0; i < 3; i++) {
            rig.log.failNext(op, Kind.TIMED_OUT);
        }
        owner.idle(1, Duration.ofSeconds(2));
        assertTrue(status(owner).trouble().startsWith("not truncated: scripted: " + op), status(owner)::trouble);
        rig.append(set("b", "1"));
        owner.idle(3, Duration.ofMillis(10));
        assertEquals(0, start());
        assertEquals(ShardState.RUNNING, owner.board.state());
        assertEquals(rig.wal.sequence(), owner.progress().sequence());
        owner.idle(20, Duration.ofSeconds(1));
        StateChecker.check(rig);
        assertEquals(marker, start());
        assertEquals("", status(owner).trouble());
        assertEquals(3, status(owner).failures());
    }

    @Test
    void aDeletionThatIsNotAllowedIsSaidAndSeldomTriedAgain() {
        policy(TruncationPolicy.DEFAULT);
        rig.open(set("a", "1"));
        mark();
        Owner owner = rig.settled();
        for (int i = 0; i < 100; i++) {
            rig.log.failNext(Op.DELETE_BEFORE, Kind.REFUSED);
        }
        pass(owner, MIN_AGE.plusSeconds(1));
        assertTrue(status(owner).trouble().contains("REFUSED"), status(owner)::trouble);
        owner.idle(60, Duration.ofSeconds(10));
        assertTrue(rig.log.calls(Op.DELETE_BEFORE) <= 3, () -> "tried " + rig.log.calls(Op.DELETE_BEFORE) + " times");
        assertTrue(status(owner).trouble().contains("REFUSED"), status(owner)::trouble);
        assertEquals(ShardState.RUNNING, owner.board.state());
        assertEquals(Outcome.REFUSED, owner.truncate(false).outcome());
    }

    @ParameterizedTest
    @CsvSource({"db.wal", "db.snapshot"})
    void aTopicThatWasCreatedAnewIsNotTruncated(String topic) {
        rig.open(set("a", "1"), set("b", "1"));
        Owner owner = rig.settled();
        owner.idle(1, HOUR);
        rig.log.createTopic(topic, 2);
        Truncated refused = owner.truncate(false);
        assertEquals(Outcome.REFUSED, refused.outcome());
        assertTrue(refused.text().contains("topic " + topic + " was created anew"), refused::text);
        assertEquals(0, rig.log.calls(Op.DELETE_BEFORE));
    }

    @Test
    void aCompactedPartitionThatHasLostTheCheckpointKeepsTheLog() {
        rig.open(set("a", "1"), set("b", "1"));
        Owner owner = rig.settled();
        owner.idle(1, HOUR);
        rig.log.truncateBack(SNAPSHOT, 1);
        Truncated refused = owner.truncate(false);
        assertEquals(Outcome.REFUSED, refused.outcome());
        assertTrue(refused.text().contains("it has lost commits"), refused::text);
        assertEquals(0, rig.log.calls(Op.DELETE_BEFORE));
    }

    // --- crashes

    /** Dead before, within or behind each step: whoever comes next ends where the first one would have. */
    @ParameterizedTest
    @EnumSource(Step.class)
    void whoeverComesNextGoesOnWithTheMarker(Step dead) {
        policy(TruncationPolicy.DEFAULT);
        rig.open(set("a", "1"), push("list", "x"));
        long marker = mark();
        Owner first = rig.settled();
        rig.steps = step -> {
            if (step == dead) {
                throw new Dead();
            }
        };
        boolean died = false;
        for (int i = 0; i < 200 && !died; i++) {
            try {
                if (i == 100) {
                    rig.append(push("list", "y"));
                }
                first.idle(1, Duration.ofSeconds(1));
            } catch (Dead e) {
                died = true;
            }
        }
        assertTrue(died, () -> "nobody came to " + dead);
        rig.steps = step -> {};
        first.crash(1);

        Owner second = rig.settled();
        pass(second, MIN_AGE.plusSeconds(1));
        rig.append(push("list", "z"));
        second.settle();
        assertEquals(marker, start());
        assertEquals(marker, rig.checkpoints().getLast().truncatedTo());
        StateChecker.check(rig);
        second.finish();
        rig.store.lose();
        rig.settled();
        StateChecker.check(rig);
    }

    private static final class Dead extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void aLogThatComesBackAfterALossOfPowerIsTruncatedAgainAndChangesNothing() {
        policy(TruncationPolicy.DEFAULT);
        rig.open(set("a", "1"), push("list", "x"));
        long marker = mark();
        Owner owner = rig.settled();
        pass(owner, MIN_AGE.plusSeconds(1));
        assertEquals(marker, start());
        rig.log.forgetDeletions(WAL, 0);
        rig.append(push("list", "y"));
        owner.settle();
        StateChecker.check(rig);
        pass(owner, Duration.ofSeconds(31));
        assertEquals(marker, start());

        rig.log.forgetDeletions(WAL, 0);
        owner.crash(3);
        Owner next = rig.settled();
        StateChecker.check(rig);
        pass(next, MIN_AGE.plusSeconds(31));
        assertEquals(marker, start());
    }

    @Test
    void whatSomebodyElseDeletedIsRecordedToo() {
        policy(TruncationPolicy.DEFAULT);
        rig.open(set("a", "1"), set("b", "1"));
        rig.settled().finish();
        rig.log.deleteBefore(WAL, 2);
        rig.append(set("c", "1"));
        rig.settled();
        assertEquals(2L, rig.checkpoints().getLast().truncatedTo());
    }
}
