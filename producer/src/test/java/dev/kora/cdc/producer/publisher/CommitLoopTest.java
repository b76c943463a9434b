package dev.kora.cdc.producer.publisher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.publisher.PublisherRig.Told;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Headers;
import dev.kora.cdc.schema.SchemaFingerprint;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Group commit, and each row of what may go wrong with it. Invariants I1 to I3 of docs/architecture.md. */
class CommitLoopTest {
    private final PublisherRig rig = new PublisherRig(2);

    @Test
    void anEmptyShardBeginsWithTheOpeningOfEpochOne() {
        rig.opened();
        WalEntry first = rig.entries(1).getFirst();
        assertEquals(List.of("WRITER_OPENED"), rig.texts(1));
        assertEquals(1, first.epoch());
        assertEquals(1, first.sequence());
        assertEquals(
                Map.of(Headers.SCHEMA_FINGERPRINT, SchemaFingerprint.of(Schemas.WAL_ENTRY)),
                rig.committed(1).getFirst().headers());
    }

    @Test
    void anEntryAloneIsCommittedInOneStep() {
        PublisherCore core = rig.opened();
        rig.clock.advanceNanos(Duration.ofMillis(5).toNanos());
        Told told = rig.append(core, 0, "a");
        rig.step(core);
        assertTrue(told.isCommitted());
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(0));
    }

    @Test
    void aBurstOverShardsSharesOneCommit() {
        PublisherCore core = rig.opened();
        long before = core.metrics().commits();
        for (int i = 0; i < 100; i++) {
            rig.append(core, i % 2, "v" + i);
        }
        rig.settle(core);
        assertEquals(before + 1, core.metrics().commits());
        assertEquals(51, rig.entries(0).size());
        assertEquals(51, rig.entries(1).size());
    }

    @Test
    void aTransactionBeginsNoSoonerThanTwoMillisecondsAfterACommit() {
        PublisherCore core = rig.opened();
        rig.append(core, 0, "a");
        assertEquals(Rest.of(2_000_000), rig.step(core));
        rig.clock.advanceNanos(1_500_000);
        assertEquals(Rest.of(500_000), rig.step(core));
        rig.clock.advanceNanos(500_000);
        rig.step(core);
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(0));
    }

    @Test
    void aCommandIsNeverSplitOverCommits() {
        rig.config = rig.config.withBatch(Duration.ofMillis(20), 3, 1 << 14);
        PublisherCore core = rig.opened();
        rig.command(core, PublisherRig.record(0, "a"), PublisherRig.record(1, "b"));
        rig.command(core, PublisherRig.record(0, "c"), PublisherRig.record(1, "d"), PublisherRig.record(0, "e"));
        rig.append(core, 0, "f");
        rig.settle(core);
        // Transactions: the two openings, (a b)(c d e) since the first command left room for one more, then f.
        List<LogRecord> shard = rig.committed(0);
        assertEquals(List.of("WRITER_OPENED", "a", "c", "e", "f"), rig.texts(0));
        assertEquals(shard.get(1).offset() + 1, shard.get(2).offset());
        assertEquals(shard.get(2).offset() + 1, shard.get(3).offset());
        assertEquals(shard.get(3).offset() + 2, shard.get(4).offset());
    }

    @Test
    void aTransactionEndsAtItsBoundAndTheRestFollows() {
        rig.config = rig.config.withBatch(Duration.ofMillis(20), 10, 1 << 14);
        PublisherCore core = rig.opened();
        long before = core.metrics().commits();
        for (int i = 0; i < 25; i++) {
            rig.append(core, 0, "v" + i);
        }
        rig.settle(core);
        assertEquals(before + 3, core.metrics().commits());
        assertEquals(26, rig.entries(0).size());
    }

    // --- the rows of DESIGN section 4.3

    @Test
    void afterACleanAbortTheSameEntriesGoAgainWithTheSameSequences() {
        for (Op failing : List.of(Op.SEND, Op.COMMIT)) {
            PublisherRig each = new PublisherRig(2);
            PublisherCore core = each.opened();
            each.log.failNext(failing, Kind.ABORTABLE);
            Told first = each.append(core, 0, "a");
            Told second = each.append(core, 1, "b");
            each.settle(core);
            assertTrue(first.isCommitted() && second.isCommitted(), failing.name());
            assertEquals(List.of("WRITER_OPENED", "a"), each.texts(0));
            assertEquals(List.of("WRITER_OPENED", "b"), each.texts(1));
            assertEquals(1, core.metrics().aborted());
            assertEquals(0, core.metrics().reopened());
            assertEquals(State.RUNNING, core.status().state());
        }
    }

    @Test
    void anAbortThatTimesOutIsCalledAgain() {
        PublisherCore core = rig.opened();
        rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
        rig.log.failNext(Op.ABORT, Kind.TIMED_OUT, true);
        rig.append(core, 0, "a");
        rig.settle(core);
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(0));
        assertEquals(1, rig.log.calls(Op.INITIALIZE));
    }

    @Test
    void aCommitWithUnknownOutcomeIsCalledAgainWhereItWasCommitted() {
        commitTimesOut(true);
    }

    @Test
    void aCommitWithUnknownOutcomeIsCalledAgainWhereItWasNotCommitted() {
        commitTimesOut(false);
    }

    private void commitTimesOut(boolean applied) {
        PublisherCore core = rig.opened();
        rig.log.failNext(Op.COMMIT, Kind.TIMED_OUT, applied);
        rig.log.failNext(Op.COMMIT, Kind.TIMED_OUT, false);
        Told told = rig.append(core, 0, "a");
        rig.clock.advanceNanos(Duration.ofMillis(5).toNanos());
        rig.step(core);
        assertEquals(List.of(), told.calls());
        // What comes meanwhile waits for the answer.
        rig.append(core, 0, "b");
        rig.settle(core);
        assertTrue(told.isCommitted());
        assertEquals(List.of("WRITER_OPENED", "a", "b"), rig.texts(0));
        assertEquals(1, rig.log.calls(Op.INITIALIZE));
        assertEquals(0, core.metrics().aborted());
    }

    @Test
    void reopeningDropsFromTheRingWhatTheLogHolds() {
        PublisherCore core = rig.opened();
        rig.log.failNext(Op.COMMIT, Kind.REOPEN, true);
        Told held = rig.append(core, 0, "a");
        Told other = rig.append(core, 1, "b");
        rig.settle(core);
        assertTrue(held.isCommitted() && other.isCommitted());
        rig.append(core, 0, "c");
        rig.settle(core);
        assertEquals(List.of("WRITER_OPENED", "a", "c"), rig.texts(0));
        assertEquals(1, core.metrics().reopened());
    }

    @Test
    void reopeningSendsAgainWhatTheLogDoesNotHoldAndKeepsTheEpoch() {
        PublisherCore core = rig.opened();
        rig.log.failNext(Op.COMMIT, Kind.REOPEN, false);
        Told told = rig.append(core, 0, "a");
        rig.append(core, 1, "b");
        rig.settle(core);
        assertTrue(told.isCommitted());
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(0));
        assertEquals(1, rig.entries(0).getLast().epoch());
    }

    /** Whether it was committed nobody can tell: what stands there may be another writer's. */
    @Test
    void anOpeningThatMayBeCommittedIsBegunAnew() {
        for (boolean applied : List.of(true, false)) {
            PublisherRig each = new PublisherRig(2);
            each.opened();
            each.log.failNext(Op.COMMIT, Kind.REOPEN, applied);
            PublisherCore second = each.opened();
            each.append(second, 0, "a");
            each.settle(second);
            List<String> texts = each.texts(0);
            assertEquals(applied ? 4 : 3, texts.size(), texts::toString);
            assertEquals("a", texts.getLast());
            assertEquals(applied ? 3 : 2, each.entries(0).getLast().epoch());
            assertEquals(0, second.status().shards().getFirst().pendingBytes());
        }
    }

    /** Both are behind the same entry, so the other's opening looks like this one's own. */
    @Test
    void ofTwoThatOpenAtOnceTheLastToTakeOverGoesOn() {
        PublisherCore[] other = new PublisherCore[1];
        rig.log.beforeNext(Op.COMMIT, () -> {
            other[0] = rig.opened();
            rig.append(other[0], 0, "acknowledged");
            rig.settle(other[0]);
            rig.log.failNext(Op.COMMIT, Kind.REOPEN);
        });
        PublisherCore core = rig.opened();
        rig.append(core, 0, "goes on");
        rig.settle(core);
        assertEquals(State.RUNNING, core.status().state());
        assertEquals(List.of("WRITER_OPENED", "acknowledged", "WRITER_OPENED", "goes on"), rig.texts(0));
        rig.append(other[0], 0, "never");
        rig.settle(other[0]);
        assertEquals(State.FENCED, other[0].status().state());
    }

    @Test
    void anOwnTransactionThatTimedOutIsFoundOutByTheCommitAndGoesAgain() {
        PublisherCore core = rig.opened();
        rig.log.beforeNext(Op.COMMIT, () -> rig.log.timeOutTransaction(PublisherRig.TRANSACTIONAL_ID));
        Told told = rig.append(core, 0, "a");
        rig.settle(core);
        assertTrue(told.isCommitted());
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(0));
        assertEquals(1, core.metrics().reopened());
        assertEquals(State.RUNNING, core.status().state());
    }

    @Test
    void anOwnTransactionThatTimedOutIsFoundOutByASendAndGoesAgain() {
        PublisherCore core = rig.opened();
        rig.append(core, 0, "a");
        rig.append(core, 1, "b");
        // The second send of the transaction comes after its time-out.
        rig.log.beforeNext(
                Op.SEND,
                () -> rig.log.beforeNext(Op.SEND, () -> rig.log.timeOutTransaction(PublisherRig.TRANSACTIONAL_ID)));
        rig.settle(core);
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(0));
        assertEquals(List.of("WRITER_OPENED", "b"), rig.texts(1));
        assertEquals(1, core.metrics().aborted());
        assertEquals(0, core.metrics().reopened());
    }

    @Test
    void aLogThatIsAwayWithAnOpenTransactionGetsItWhenItIsBack() {
        PublisherCore core = rig.opened();
        rig.log.beforeNext(Op.COMMIT, () -> rig.log.setAvailable(false));
        Told told = rig.append(core, 0, "a");
        rig.pass(core, Duration.ofMinutes(5));
        assertEquals(List.of("late"), told.calls());
        assertEquals(State.RETRYING, core.status().state());
        rig.append(core, 1, "b");
        rig.log.setAvailable(true);
        rig.settle(core);
        assertEquals(List.of("late", "committed"), told.calls());
        assertEquals(List.of("WRITER_OPENED", "a", "HEARTBEAT"), rig.texts(0));
        assertEquals(List.of("WRITER_OPENED", "b"), rig.texts(1));
        assertEquals(State.RUNNING, core.status().state());
    }

    /** What lasts is said: since when, and to each who waits, once. */
    @Test
    void whoWaitsLongerThanTheSyncTimeoutIsToldThatItTakesLong() {
        Duration timeout = Duration.ofSeconds(60);
        rig.config = rig.config.withTimeouts(timeout, timeout, timeout, timeout);
        PublisherCore core = rig.opened();
        assertEquals(Optional.empty(), core.status().retryingSince());
        rig.log.beforeNext(Op.COMMIT, () -> rig.log.setAvailable(false));
        Instant away = rig.clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Told first = rig.append(core, 0, "a");
        rig.pass(core, Duration.ofSeconds(30));
        Told second = rig.append(core, 1, "b");
        rig.pass(core, Duration.ofSeconds(29));
        assertEquals(List.of(), first.calls());
        rig.pass(core, Duration.ofSeconds(3));
        assertEquals(List.of("late"), first.calls());
        assertEquals(List.of(), second.calls());
        rig.pass(core, Duration.ofMinutes(5));
        assertEquals(List.of("late"), second.calls());
        assertEquals(Optional.of(away), core.status().retryingSince());
        rig.log.setAvailable(true);
        rig.settle(core);
        assertEquals(List.of("late", "committed"), first.calls());
        assertEquals(List.of("late", "committed"), second.calls());
        assertEquals(Optional.empty(), core.status().retryingSince());
    }

    @Test
    void aCommandThatOutlastsItsTransactionAloneIsTriedAgainAndNamed() {
        PublisherCore core = rig.opened();
        for (int times = 1; times <= 3; times++) {
            rig.log.beforeNext(Op.COMMIT, () -> outlast(core));
            if (times == 1) {
                rig.append(core, 1, "slow");
            }
            awaitReopened(core, times);
            String error = core.status().lastError().orElseThrow();
            assertEquals(times > 1, error.contains("shard 1, sequence 2"), error);
            assertEquals(times > 1, error.contains(times + " times in a row"), error);
        }
        Told behind = rig.append(core, 1, "next");
        rig.settle(core);
        assertTrue(behind.isCommitted());
        assertEquals(List.of("WRITER_OPENED", "slow", "next"), rig.texts(1).subList(0, 3));
        assertEquals(State.RUNNING, core.status().state());
    }

    private void outlast(PublisherCore core) {
        rig.clock.advanceNanos(core.setup().config().transactionTimeout().toNanos());
        rig.log.timeOutTransaction(PublisherRig.TRANSACTIONAL_ID);
    }

    private void awaitReopened(PublisherCore core, int times) {
        while (core.metrics().reopened() < times) {
            rig.clock.advanceNanos(rig.step(core).nanos());
        }
    }

    @Test
    void aLogThatIsAwayIsTriedAtMostASecondApart() {
        PublisherCore core = rig.opened();
        rig.log.beforeNext(Op.COMMIT, () -> rig.log.setAvailable(false));
        rig.append(core, 0, "a");
        rig.pass(core, Duration.ofMinutes(1));
        long calls = rig.log.calls(Op.COMMIT);
        rig.pass(core, Duration.ofSeconds(10));
        assertEquals(calls + 10, rig.log.calls(Op.COMMIT));
    }

    @Test
    void aNewerWriterIsFinal() {
        for (Op met : List.of(Op.SEND, Op.COMMIT)) {
            PublisherRig each = new PublisherRig(2);
            PublisherCore old = each.opened();
            each.log.beforeNext(met, () -> takeOver(each));
            Told told = each.append(old, 0, "never");
            each.settle(old);
            assertEquals(List.of("failed: Fenced"), told.calls(), met.name());
            assertEquals(State.FENCED, old.status().state());
            CdcException.Fenced refused =
                    assertThrows(CdcException.Fenced.class, () -> each.append(old, 0, "never either"));
            assertTrue(refused.toString().contains("newer writer"), refused.toString());
            PublisherCore successor = each.opened();
            each.append(successor, 0, "lives");
            each.settle(successor);
            assertEquals(List.of("WRITER_OPENED", "WRITER_OPENED", "lives"), each.texts(0));
        }
    }

    private static void takeOver(PublisherRig rig) {
        rig.log.openWriter(PublisherRig.TRANSACTIONAL_ID, Duration.ofMinutes(1)).initialize();
    }

    /** Of one that has taken over, but whose openings are still on their way. */
    @Test
    void aSuccessorThatIsOpeningIsGivenWayTo() {
        PublisherCore old = rig.opened();
        PublisherCore successor = rig.core();
        Told told = rig.append(old, 0, "never");
        rig.clock.advanceNanos(Duration.ofMillis(5).toNanos());
        rig.log.beforeNext(Op.COMMIT, () -> {
            rig.step(successor); // initialises
            rig.log.failNext(Op.COMMIT, Kind.REOPEN);
        });
        assertEquals(Rest.of(Duration.ofSeconds(1).toNanos()), rig.step(old));
        rig.settle(successor);
        assertEquals(State.RUNNING, successor.status().state());
        rig.settle(old);
        assertEquals(State.FENCED, old.status().state());
        assertEquals(List.of("failed: Fenced"), told.calls());
        rig.append(successor, 0, "lives");
        rig.settle(successor);
        assertEquals(List.of("WRITER_OPENED", "WRITER_OPENED", "lives"), rig.texts(0));
    }

    /** It was slow, and the former writer did not know that it had been taken over from. */
    @Test
    void anOpeningThatTheFormerWriterFencedIsBegunAnew() {
        rig.opened();
        PublisherCore successor = rig.core();
        rig.log.beforeNext(Op.COMMIT, () -> takeOver(rig));
        rig.settle(successor);
        assertEquals(State.RUNNING, successor.status().state());
        rig.append(successor, 0, "lives");
        rig.settle(successor);
        assertEquals(List.of("WRITER_OPENED", "WRITER_OPENED", "lives"), rig.texts(0));
    }

    @Test
    void anOpeningThatANewerWriterFencedIsFinalAndTheNewerOneIsNotFenced() {
        rig.opened();
        PublisherCore[] newer = new PublisherCore[1];
        rig.log.beforeNext(Op.COMMIT, () -> newer[0] = rig.opened());
        PublisherCore core = rig.core();
        rig.settle(core);
        assertEquals(State.FENCED, core.status().state());
        assertEquals(3, rig.log.calls(Op.INITIALIZE));
        rig.append(newer[0], 0, "lives");
        rig.settle(newer[0]);
        assertEquals(List.of("WRITER_OPENED", "WRITER_OPENED", "lives"), rig.texts(0));
    }

    @Test
    void aNewerEpochFoundOnReopeningIsFinalAndTheSuccessorIsNotFenced() {
        PublisherCore old = rig.opened();
        PublisherCore[] successor = new PublisherCore[1];
        rig.log.failNext(Op.COMMIT, Kind.REOPEN);
        Told told = rig.append(old, 0, "never");
        rig.step(old);
        rig.clock.advanceNanos(Duration.ofMillis(5).toNanos());
        rig.step(old);
        assertEquals(1, old.metrics().reopened());
        successor[0] = rig.opened();
        long initialized = rig.log.calls(Op.INITIALIZE);
        rig.settle(old);
        assertEquals(initialized, rig.log.calls(Op.INITIALIZE));
        assertEquals(List.of("failed: Fenced"), told.calls());
        assertEquals(State.FENCED, old.status().state());
        rig.append(successor[0], 0, "lives");
        rig.settle(successor[0]);
        assertEquals(List.of("WRITER_OPENED", "WRITER_OPENED", "lives"), rig.texts(0));
        assertEquals(State.RUNNING, successor[0].status().state());
    }

    @Test
    void aRefusedEntryIsFoundAmongItsNeighboursAndNamed() {
        RefusingLog refusing = new RefusingLog(rig.log, Set.of("bad"));
        PublisherCore core = rig.core(refusing);
        rig.settle(core);
        for (int i = 0; i < 37; i++) {
            rig.append(core, i % 2, i == 20 ? "bad" : "v" + i);
        }
        rig.settle(core);
        assertEquals(State.STOPPED, core.status().state());
        String error = core.status().lastError().orElseThrow();
        assertTrue(error.contains("shard 0, sequence 12"), error);
        assertTrue(error.contains("bytes"), error);
        // Everything before it is committed, nothing behind it.
        assertEquals(11, rig.entries(0).size());
        assertEquals(11, rig.entries(1).size());
        assertEquals("v19", rig.texts(1).getLast());
        CdcException.Fenced refused = assertThrows(CdcException.Fenced.class, () -> rig.append(core, 0, "more"));
        assertTrue(refused.toString().contains("shard 0, sequence 12"), refused.toString());
    }

    @Test
    void anEntryThatIsRefusedOnceOnlyStopsNothing() {
        PublisherCore core = rig.opened();
        rig.log.failNext(Op.COMMIT, Kind.REFUSED);
        for (int i = 0; i < 10; i++) {
            rig.append(core, 0, "v" + i);
        }
        rig.settle(core);
        assertEquals(State.RUNNING, core.status().state());
        assertEquals(11, rig.entries(0).size());
        long commits = core.metrics().commits();
        rig.append(core, 0, "x");
        rig.append(core, 0, "y");
        rig.append(core, 0, "z");
        rig.settle(core);
        assertEquals(commits + 1, core.metrics().commits());
    }

    @Test
    void aLogThatLostCommittedEntriesIsFinal() {
        PublisherCore core = rig.opened();
        rig.append(core, 0, "a");
        rig.settle(core);
        rig.append(core, 0, "b");
        rig.settle(core);
        LogRecord last = rig.committed(0).getLast();
        rig.log.truncateBack(PublisherRig.partition(0), last.offset());
        rig.log.failNext(Op.COMMIT, Kind.REOPEN);
        Told told = rig.append(core, 0, "c");
        rig.settle(core);
        assertEquals(State.STOPPED, core.status().state());
        assertEquals(List.of("failed: Corrupt"), told.calls());
        assertTrue(core.status()
                .lastError()
                .orElseThrow()
                .contains("sequence 2, where this writer expects epoch 1, sequence 3"));
    }

    @Test
    void aTopicThatWasCreatedAnewIsFinal() {
        PublisherCore core = rig.opened();
        rig.log.createTopic(PublisherRig.TOPIC, 2);
        rig.log.failNext(Op.COMMIT, Kind.REOPEN);
        rig.append(core, 0, "a");
        rig.settle(core);
        assertEquals(State.STOPPED, core.status().state());
        assertTrue(core.status().lastError().orElseThrow().contains("created anew"));
    }

    @Test
    void aTopicThatWasCreatedAnewBehindTheWriterIsNoticedByTheNextCommit() {
        PublisherCore core = rig.opened();
        rig.log.createTopic(PublisherRig.TOPIC, 2);
        Told told = rig.append(core, 0, "into a log that nobody reads");
        rig.settle(core);
        assertEquals(State.STOPPED, core.status().state());
        assertEquals(List.of("failed: Corrupt"), told.calls());
        String error = core.status().lastError().orElseThrow();
        assertTrue(error.contains("db.wal") && error.contains("created anew"), error);
    }

    @Test
    void aTransactionThatIsTooMuchForItsTimeOutGoesAgainInHalves() {
        PublisherCore core = rig.opened();
        timeOutFrom(10, rig.log.calls(Op.SEND));
        for (int i = 0; i < 100; i++) {
            rig.append(core, 0, "v" + i);
        }
        rig.settle(core);
        assertEquals(State.RUNNING, core.status().state());
        assertEquals("v99", rig.texts(0).getLast());
        assertTrue(core.metrics().reopened() >= 3, "reopened " + core.metrics().reopened());
    }

    /** From now on, a transaction that sends so many records has timed out when it is committed. */
    private void timeOutFrom(int records, long sentBefore) {
        rig.log.beforeNext(Op.COMMIT, () -> {
            long sent = rig.log.calls(Op.SEND);
            timeOutFrom(records, sent);
            if (sent - sentBefore >= records) {
                rig.log.timeOutTransaction(PublisherRig.TRANSACTIONAL_ID);
            }
        });
    }

    @Test
    void aRefusalAmidACommandIsNotLaidToItWhileAnotherIsInTheTransaction() {
        PublisherCore core = rig.opened();
        rig.log.failNext(Op.SEND, Kind.REFUSED);
        Told first = rig.append(core, 0, "a");
        Told second = rig.command(
                core, PublisherRig.record(0, "b"), PublisherRig.record(0, "c"), PublisherRig.record(0, "d"));
        rig.settle(core);
        assertEquals(State.RUNNING, core.status().state());
        assertTrue(first.isCommitted() && second.isCommitted());
    }

    @Test
    void aPublisherRunsAgainOnceTheLogIsFoundToHoldAllThatItHad() {
        PublisherCore core = rig.opened();
        rig.log.failNext(Op.COMMIT, Kind.REOPEN, true);
        rig.append(core, 0, "a");
        rig.settle(core);
        assertEquals(State.RUNNING, core.status().state());
        assertEquals(3, core.metrics().committedEntries());
    }

    @Test
    void aNanoClockMayBeBelowZero() {
        rig.clock.advanceNanos(Long.MIN_VALUE);
        PublisherCore core = rig.core();
        assertEquals(Rest.NONE, rig.step(core)); // opens
        rig.step(core); // commits
        assertEquals(List.of("WRITER_OPENED"), rig.texts(0));
    }

    @Test
    void aBugInTheLogStopsThePublisherLoudly() {
        PublisherCore core = rig.opened();
        rig.log.beforeNext(Op.BEGIN, () -> {
            throw new IllegalStateException("made up");
        });
        Told told = rig.append(core, 0, "a");
        rig.settle(core);
        assertEquals(List.of("failed: Corrupt"), told.calls());
        assertTrue(core.status().lastError().orElseThrow().contains("made up"));
    }

    // --- opening

    @Test
    void aSecondWriterGoesOnBehindTheFirst() {
        PublisherCore first = rig.opened();
        rig.append(first, 0, "a");
        rig.settle(first);
        PublisherCore second = rig.opened();
        rig.append(second, 0, "b");
        rig.settle(second);
        assertEquals(List.of("WRITER_OPENED", "a", "WRITER_OPENED", "b"), rig.texts(0));
        assertEquals(
                List.of(1L, 1L, 2L, 2L),
                rig.entries(0).stream().map(WalEntry::epoch).toList());
    }

    @Test
    void theLastEntryIsFoundBehindAnyNumberOfAbortedOnes() {
        for (int aborted : List.of(1, 254, 255, 256, 257, 5_000)) {
            PublisherRig each = new PublisherRig(1);
            PublisherCore first = each.opened();
            each.append(first, 0, "a");
            each.settle(first);
            abort(each, aborted);
            PublisherCore second = each.opened();
            each.append(second, 0, "b");
            each.settle(second);
            assertEquals(List.of("WRITER_OPENED", "a", "WRITER_OPENED", "b"), each.texts(0), aborted + " aborted");
        }
    }

    @Test
    void aShardThatHoldsAbortedEntriesOnlyBeginsAtOne() {
        abort(rig, 300);
        rig.opened();
        assertEquals(1, rig.entries(0).getFirst().sequence());
    }

    private static void abort(PublisherRig rig, int entries) {
        try (LogWriter writer = rig.log.openWriter(PublisherRig.TRANSACTIONAL_ID, Duration.ofMinutes(1))) {
            writer.initialize();
            writer.begin();
            for (int i = 0; i < entries; i++) {
                writer.send(PublisherRig.partition(0), LogRecord.of(1, null, Bytes.utf8("aborted"), Map.of()));
            }
            writer.abort();
        }
    }

    @Test
    void aLogWhoseLastEntryWasDeletedIsRefused() {
        PublisherCore first = rig.opened();
        rig.append(first, 0, "a");
        rig.settle(first);
        rig.log.deleteBefore(
                PublisherRig.partition(0),
                rig.log.ends(PublisherRig.partition(0)).lastStable());
        PublisherCore second = rig.opened();
        assertEquals(State.STOPPED, second.status().state());
        assertTrue(second.status().lastError().orElseThrow().contains("no entry is left"));
    }

    @Test
    void openingWaitsForAForeignTransactionThatHidesTheEnd() {
        PublisherCore first = rig.opened();
        LogWriter foreign = rig.log.openWriter("somebody-else", Duration.ofMinutes(1));
        foreign.initialize();
        foreign.begin();
        foreign.send(PublisherRig.partition(1), LogRecord.of(1, null, Bytes.utf8("foreign"), Map.of()));
        rig.append(first, 1, "hidden");
        rig.settle(first);
        PublisherCore second = rig.core();
        rig.pass(second, Duration.ofSeconds(30));
        assertFalse(second.loop().condition().running());
        assertTrue(second.status().lastError().orElseThrow().contains("open transaction in db.wal-1"));
        foreign.abort();
        rig.settle(second);
        assertEquals(List.of("WRITER_OPENED", "hidden", "WRITER_OPENED"), rig.texts(1));
    }

    @Test
    void acknowledgedEntriesWhoseCommitTheBrokerForgotAreThere() {
        PublisherCore first = rig.opened();
        rig.append(first, 0, "before");
        rig.settle(first);
        PublisherRig.Told told = rig.append(first, 1, "acknowledged");
        rig.settle(first);
        assertEquals(List.of("committed"), told.calls());
        rig.log.forgetEnd(PublisherRig.partition(1));
        PublisherCore second = rig.opened();
        rig.append(second, 1, "after");
        rig.settle(second);
        assertEquals(List.of("WRITER_OPENED", "acknowledged", "WRITER_OPENED", "after"), rig.texts(1));
        assertEquals(List.of("WRITER_OPENED", "before", "WRITER_OPENED"), rig.texts(0));
    }

    @Test
    void aPublisherThatOpensAgainFindsWhatTheBrokerForgotOfItsOwn() {
        PublisherCore core = rig.opened();
        rig.append(core, 0, "acknowledged");
        rig.settle(core);
        rig.log.forgetEnd(PublisherRig.partition(0));
        rig.append(core, 0, "next");
        rig.log.failNext(Op.BEGIN, Kind.REOPEN);
        rig.settle(core);
        assertEquals(List.of("WRITER_OPENED", "acknowledged", "next"), rig.texts(0));
    }

    @Test
    void aForgottenCommitEndsWithTheNextCommit() {
        PublisherCore core = rig.opened();
        rig.append(core, 0, "acknowledged");
        rig.settle(core);
        rig.log.forgetEnd(PublisherRig.partition(0));
        rig.append(core, 0, "next");
        rig.settle(core);
        assertEquals(List.of("WRITER_OPENED", "acknowledged", "next"), rig.texts(0));
    }

    @Test
    void aForgottenCommitThatAnAbortEndsStopsThePublisher() {
        PublisherCore core = rig.opened();
        rig.append(core, 0, "acknowledged");
        rig.settle(core);
        rig.log.forgetEnd(PublisherRig.partition(0));
        Told next = rig.append(core, 0, "next");
        rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
        rig.settle(core);
        assertEquals(State.STOPPED, core.status().state());
        String error = core.status().lastError().orElseThrow();
        assertTrue(error.startsWith("db.wal-0 ends with epoch 1, sequence 1, where this writer expects"), error);
        assertTrue(error.contains("the log lost entries"), error);
        assertEquals(List.of("failed: Corrupt"), next.calls());
        assertEquals(List.of("WRITER_OPENED"), rig.texts(0));
    }

    @Test
    void anAbortThatIsForgottenIsEndedAsOneBeforeTheEntriesGoAgain() {
        PublisherCore core = rig.opened();
        rig.append(core, 0, "a");
        rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
        rig.log.beforeNext(Op.END_FORGOTTEN, () -> rig.log.forgetEnd(PublisherRig.partition(0)));
        rig.settle(core);
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(0));
        assertEquals(1, rig.log.calls(Op.INITIALIZE));
    }

    @Test
    void aTopicThatIsCreatedAnewBetweenTwoCommitsStopsThePublisher() {
        PublisherCore core = rig.opened();
        rig.append(core, 0, "a");
        rig.settle(core);
        rig.log.createTopic(PublisherRig.TOPIC, 2);
        rig.append(core, 0, "b");
        rig.settle(core);
        assertEquals(State.STOPPED, core.status().state());
        String error = core.status().lastError().orElseThrow();
        assertTrue(error.startsWith("db.wal lost what this writer had committed, or was created anew"), error);
        assertEquals(1, rig.log.calls(Op.INITIALIZE));
    }

    /** Whoever sees it run appends, and an opening that is begun anew empties the ring. */
    @Test
    void aPublisherRunsOnlyOnceAllShardsAreOpened() {
        rig.log.failNext(Op.SEND, Kind.ABORTABLE);
        PublisherCore core = rig.core();
        while (rig.texts(0).size() + rig.texts(1).size() < 2) {
            assertFalse(core.loop().condition().running());
            rig.clock.advanceNanos(rig.step(core).nanos());
        }
        assertEquals(2, core.metrics().commits(), "halved by the failure, the openings went one by one");
        assertTrue(core.loop().condition().running());
        rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
        rig.log.failNext(Op.ABORT, Kind.REOPEN);
        Told told = rig.append(core, 1, "a");
        rig.settle(core);
        assertTrue(told.isCommitted());
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(1));
    }

    /** Or a newer writer that is busy, ending a transaction now here and now there, would keep this one from opening. */
    @Test
    void shardsThatHoldNothingForgottenAreNotLookedAtAgain() {
        rig.log.beforeNext(Op.END_FORGOTTEN, () -> {});
        rig.log.beforeNext(Op.END_FORGOTTEN, () -> rig.log.failNext(Op.END_FORGOTTEN, Kind.TIMED_OUT));
        rig.opened();
        assertEquals(3, rig.log.calls(Op.END_FORGOTTEN), "shard 0, then shard 1 twice");
    }

    @Test
    void whatTheBrokerForgotOfAnAbortStaysAborted() {
        rig.opened();
        abort(rig, 3);
        rig.log.forgetEnd(PublisherRig.partition(0));
        rig.opened();
        assertEquals(List.of("WRITER_OPENED", "WRITER_OPENED"), rig.texts(0));
    }

    @Test
    void whereNobodyKnowsWhatWasForgottenAPersonIsAsked() {
        PublisherCore first = rig.opened();
        rig.append(first, 1, "acknowledged");
        rig.settle(first);
        rig.log.forgetEnd(PublisherRig.partition(1));
        rig.log.openWriter(PublisherRig.TRANSACTIONAL_ID, Duration.ofMinutes(1)).initialize();
        long from = rig.log.ends(PublisherRig.partition(1)).lastStable();
        PublisherCore second = rig.core();
        rig.pass(second, Duration.ofSeconds(30));
        assertFalse(second.loop().condition().running());
        String error = second.status().lastError().orElseThrow();
        assertTrue(
                error.contains("kafka-transactions.sh abort --topic db.wal --partition 1 --start-offset " + from),
                error);
        assertEquals(0, rig.log.calls(Op.ABORT_FORGOTTEN), "it might have been acknowledged");
    }

    @Test
    void aMissingTopicIsRefusedAtTheFirstOpening() {
        rig.log.deleteTopic(PublisherRig.TOPIC);
        PublisherCore core = rig.opened();
        Halt.Ending ending = core.halt().ending();
        assertNotNull(ending);
        assertTrue(
                ending.cause() instanceof CdcException.Invalid, ending.cause().toString());
    }

    @Test
    void timeNeverGoesBackWithinAShardAlsoOverARestart() {
        PublisherCore first = rig.opened();
        rig.append(first, 0, "a");
        rig.settle(first);
        long before = rig.entries(0).getLast().timeMs();
        rig.clock.jumpMillis(-60_000);
        rig.append(first, 0, "b");
        rig.settle(first);
        PublisherCore second = rig.opened();
        rig.append(second, 0, "c");
        rig.settle(second);
        assertEquals(before, rig.entries(0).getLast().timeMs());
        rig.clock.jumpMillis(120_000);
        rig.append(second, 0, "d");
        rig.settle(second);
        assertTrue(rig.entries(0).getLast().timeMs() > before);
    }

    // --- heartbeats

    @Test
    void aShardThatMayHoldExpiringKeysBeatsEverySecond() {
        PublisherCore core = openedAfterAnother();
        rig.pass(core, Duration.ofMillis(10_500));
        assertEquals(10, heartbeats(0));
        assertEquals(20, core.metrics().heartbeats());
    }

    @Test
    void aNewDatabaseHoldsNoExpiringKeysAndBeatsEveryThirtySeconds() {
        PublisherCore core = rig.opened();
        rig.pass(core, Duration.ofSeconds(65));
        assertEquals(2, heartbeats(0));
        assertEquals(4, core.metrics().heartbeats());
    }

    @Test
    void keysOfAnEarlierWriterMayOutliveThoseOfThisOne() {
        PublisherCore core = openedAfterAnother();
        core.intake().take(0, new WalRecord.Set(Bytes.utf8("k"), Bytes.EMPTY, 1_000L), null);
        rig.settle(core);
        rig.pass(core, Duration.ofMillis(10_500));
        assertEquals(10, heartbeats(0));
    }

    /** A publisher that does not know what the shards hold. */
    private PublisherCore openedAfterAnother() {
        rig.opened();
        return rig.opened();
    }

    @Test
    void aShardWhoseKeysAllEndedBeatsEveryThirtySeconds() {
        PublisherCore core = rig.opened();
        core.intake().take(0, new WalRecord.Set(Bytes.utf8("k"), Bytes.EMPTY, 3_000L), null);
        rig.settle(core);
        long expiresAt = rig.entries(0).getLast().timeMs() + 3_000;
        rig.pass(core, Duration.ofSeconds(10));
        // The last of them is the first one not before the key's end, so that the key is removed then.
        long beats = heartbeats(0);
        assertTrue(beats == 3 || beats == 4, "beats " + beats);
        assertTrue(rig.entries(0).getLast().timeMs() >= expiresAt);
        rig.pass(core, Duration.ofSeconds(60));
        assertEquals(beats + 2, heartbeats(0));
    }

    @Test
    void aBusyShardDoesNotBeat() {
        PublisherCore core = openedAfterAnother();
        for (int i = 0; i < 20; i++) {
            rig.append(core, 0, "v" + i);
            rig.pass(core, Duration.ofMillis(500));
        }
        assertEquals(0, heartbeats(0));
        assertTrue(heartbeats(1) >= 9);
    }

    @Test
    void nothingBeatsWhileTheLogIsAway() {
        PublisherCore core = openedAfterAnother();
        rig.log.beforeNext(Op.COMMIT, () -> rig.log.setAvailable(false));
        rig.append(core, 0, "a");
        rig.pass(core, Duration.ofMinutes(2));
        assertEquals(1, core.backlog().pendingEntries());
        rig.log.setAvailable(true);
        rig.settle(core);
        // The one that is due when the log is back.
        assertEquals(1, heartbeats(0));
        assertEquals(1, heartbeats(1));
    }

    @Test
    void theBeatOfAnOldWriterFindsOutThatItIsFenced() {
        PublisherCore old = openedAfterAnother();
        rig.opened();
        rig.pass(old, Duration.ofSeconds(2));
        assertEquals(State.FENCED, old.status().state());
    }

    private long heartbeats(int shard) {
        return rig.texts(shard).stream().filter("HEARTBEAT"::equals).count();
    }

    // --- source positions

    @Test
    void theLastEntryOfEachShardInATransactionCarriesTheSourcePositionAndTheSchema() {
        PublisherCore core = rig.opened();
        core.intake().take(0, PublisherRig.set("a"), Bytes.utf8("p1"));
        core.intake().take(0, PublisherRig.set("b"), Bytes.utf8("p2"));
        core.intake().take(0, PublisherRig.set("c"), null);
        core.intake().take(1, PublisherRig.set("d"), null);
        rig.settle(core);
        assertEquals(
                List.of(
                        Map.of(),
                        Map.of(),
                        Map.of(
                                Headers.SOURCE_POSITION,
                                Bytes.utf8("p2"),
                                Headers.SCHEMA_FINGERPRINT,
                                SchemaFingerprint.of(Schemas.WAL_ENTRY))),
                rig.committed(0).stream().skip(1).map(LogRecord::headers).toList());
        assertEquals(
                SchemaFingerprint.header(Schemas.WAL_ENTRY),
                rig.committed(1).getLast().headers());
        assertEquals(Bytes.utf8("p2"), core.backlog().progress()[0].committedPosition());
    }

    @Test
    void aCommandCarriesTheSourcePositionsOfItsShards() {
        PublisherCore core = rig.opened();
        Told told = rig.command(
                core,
                new ShardRecord(0, PublisherRig.set("a"), Bytes.utf8("p1")),
                new ShardRecord(1, PublisherRig.set("b"), Bytes.utf8("q1")),
                new ShardRecord(0, PublisherRig.set("c"), Bytes.utf8("p2")),
                new ShardRecord(1, PublisherRig.set("d")));
        rig.settle(core);
        assertTrue(told.isCommitted());
        assertEquals(Bytes.utf8("p2"), core.backlog().progress()[0].committedPosition());
        assertEquals(Bytes.utf8("q1"), core.backlog().progress()[1].committedPosition());
        PublisherCore second = rig.opened();
        assertEquals(Bytes.utf8("p2"), second.backlog().progress()[0].committedPosition());
        assertEquals(Bytes.utf8("q1"), second.backlog().progress()[1].committedPosition());
    }

    @Test
    void aSourcePositionOutlivesHeartbeatsAbortsAndRestarts() {
        PublisherCore first = rig.opened();
        core(first, "a", "p1");
        rig.settle(first);
        rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
        core(first, "b", "p2");
        rig.settle(first);
        rig.pass(first, Duration.ofSeconds(35));
        PublisherCore second = rig.opened();
        assertEquals(Bytes.utf8("p2"), second.backlog().progress()[0].committedPosition());
        PublisherCore third = rig.opened();
        assertEquals(Bytes.utf8("p2"), third.backlog().progress()[0].committedPosition());
        assertEquals(2, rig.committed(0).getLast().headers().size());
    }

    private static void core(PublisherCore core, String text, String position) {
        core.intake().take(0, PublisherRig.set(text), Bytes.utf8(position));
    }

    @Test
    void anUncommittedSourcePositionIsNotTold() {
        PublisherCore core = rig.opened();
        rig.log.failNext(Op.COMMIT, Kind.TIMED_OUT);
        core(core, "a", "p1");
        rig.clock.advanceNanos(Duration.ofMillis(5).toNanos());
        rig.step(core);
        assertEquals(null, core.backlog().progress()[0].committedPosition());
    }

    // --- closing

    @Test
    void closingCommitsWhatWasTakenAndTakesNoMore() {
        PublisherCore core = rig.opened();
        Told told = rig.append(core, 0, "a");
        core.close();
        assertThrows(CdcException.Fenced.class, () -> rig.append(core, 0, "b"));
        rig.settle(core);
        assertTrue(told.isCommitted());
        assertTrue(core.loop().ended());
        assertEquals(State.CLOSED, core.status().state());
        assertEquals(List.of("WRITER_OPENED", "a"), rig.texts(0));
    }

    @Test
    void closingWaitsForWhoeverIsTakingAnEntry() throws InterruptedException {
        PublisherCore core = rig.opened();
        ShardSequencer taking = core.backlog().sequencers()[1];
        Thread closer = new Thread(core::close);
        taking.lock().lock();
        try {
            closer.start();
            await().until(() -> taking.lock().hasQueuedThread(closer));
            rig.settle(core);
            assertFalse(core.loop().ended());
        } finally {
            taking.lock().unlock();
        }
        closer.join();
        rig.settle(core);
        assertTrue(core.loop().ended());
    }

    @Test
    void paddingAloneKeepsNeitherHeartbeatsNorTheEndWaiting() {
        PublisherCore core = openedAfterAnother();
        discard(core);
        rig.pass(core, Duration.ofSeconds(3));
        assertTrue(heartbeats(0) >= 2);
        discard(core);
        core.close();
        rig.settle(core);
        assertTrue(core.loop().ended());
    }

    /** A claim that nothing comes of, as where encoding fails. */
    private static void discard(PublisherCore core) {
        core.backlog().ring().discard(core.backlog().ring().tryClaim(512), 512);
    }

    @Test
    void anAbandonedPublisherTellsWhoWaits() {
        PublisherCore core = rig.opened();
        rig.log.setAvailable(false);
        Told told = rig.append(core, 0, "a");
        core.close();
        rig.pass(core, Duration.ofSeconds(10));
        assertEquals(List.of(), told.calls());
        core.abandon();
        rig.settle(core);
        assertEquals(List.of("failed: Unavailable"), told.calls());
    }
}
