package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.reader.SequenceCheck.Broken;
import dev.kora.cdc.reader.SequenceCheck.Duplicate;
import dev.kora.cdc.reader.SequenceCheck.Next;
import dev.kora.cdc.reader.SequenceCheck.Verdict;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What continues a log, and what breaks it. Invariant I4 of docs/architecture.md. */
final class SequenceCheckTest {

    private final SequenceCheck check = SequenceCheck.after(0, 0);

    @Test
    void theFirstEntryOfALogOpensEpochOne() {
        assertNext(opened(1, 1));
        assertEquals(1, check.epoch());
        assertEquals(1, check.sequence());
    }

    @Test
    void aLogThatDoesNotBeginAtItsBeginningIsBroken() {
        Broken broken = assertBroken(entry(1, 7));
        assertEquals("sequence 1 in WRITER_OPENED of epoch 1: the beginning of the log", broken.expected());
        assertEquals("sequence 7 in epoch 1", broken.actual());
        assertBroken(entry(1, 1));
        assertBroken(entry(0, 1));
        assertBroken(entry(0, 0));
        assertBroken(opened(1, 2));
        assertBroken(opened(2, 1));
    }

    @Test
    void sequencesGoOnOneByOneAcrossEpochs() {
        assertNext(opened(1, 1));
        assertNext(entry(1, 2));
        assertNext(opened(2, 3));
        assertNext(entry(2, 4));
        assertNext(opened(3, 5));
    }

    @Test
    void aGapIsBrokenAndLeavesTheCheckWhereItWas() {
        assertNext(opened(1, 1));
        Broken broken = assertBroken(entry(1, 3));
        assertEquals("sequence 2 in epoch 1 or in WRITER_OPENED of epoch 2", broken.expected());
        assertEquals("sequence 3 in epoch 1", broken.actual());
        assertNext(entry(1, 2));
    }

    @Test
    void anEntryOfThisEpochThatWasSeenIsADuplicate() {
        assertNext(opened(1, 1));
        assertNext(entry(1, 2));
        assertNext(opened(2, 3));
        assertNext(entry(2, 4));
        assertInstanceOf(Duplicate.class, check.check(entry(2, 4)));
        assertInstanceOf(Duplicate.class, check.check(opened(2, 3)));
        assertNext(entry(2, 5));
    }

    @Test
    void anEntryOfAFormerEpochIsBrokenThoughItsSequenceWasSeen() {
        assertNext(opened(1, 1));
        assertNext(entry(1, 2));
        assertNext(opened(2, 3));
        assertBroken(entry(1, 2));
        assertBroken(entry(1, 4));
    }

    @Test
    void theEpochRisesOnlyInAnOpeningAndByOne() {
        assertNext(opened(1, 1));
        Broken broken = assertBroken(entry(2, 2));
        assertEquals("sequence 2 in epoch 2", broken.actual());
        assertBroken(opened(3, 2));
        assertBroken(opened(1, 2));
        assertBroken(opened(2, 3));
        assertNext(opened(2, 2));
    }

    @Test
    void aCheckGoesOnFromACheckpoint() {
        SequenceCheck resumed = SequenceCheck.after(4, 100);
        assertInstanceOf(Duplicate.class, resumed.check(entry(4, 100)));
        assertInstanceOf(Next.class, resumed.check(entry(4, 101)));
        assertInstanceOf(Next.class, SequenceCheck.after(4, 100).check(opened(5, 101)));
        assertInstanceOf(Next.class, SequenceCheck.after(0, 0).check(opened(1, 1)));
    }

    @Test
    void aReaderFromAnywhereTakesTheFirstEntryAsItComesAndNoOther() {
        SequenceCheck anywhere = SequenceCheck.fromAnywhere();
        assertInstanceOf(Next.class, anywhere.check(entry(4, 100)));
        assertInstanceOf(Broken.class, anywhere.check(entry(4, 102)));
        assertInstanceOf(Next.class, anywhere.check(entry(4, 101)));
    }

    // --- behind what was passed over

    @Test
    void behindARecordThatSaysNothingTheLogGoesOnAsIfItWereNotThereOrHadBeenOneEntry() {
        for (long sequence : new long[] {101, 102}) {
            check(4, 100, (WalEntry) null).next(entry(4, sequence));
            check(4, 100, (WalEntry) null).next(opened(5, sequence));
        }
        check(4, 100, (WalEntry) null).next(entry(5, 102)); // the record was the opening of epoch 5
        check(4, 100, (WalEntry) null).broken(entry(4, 103));
        check(4, 100, (WalEntry) null).broken(opened(7, 102));
        check(4, 100, (WalEntry) null).broken(entry(6, 102));
        check(4, 100, null, null).next(entry(4, 103));
        check(4, 100, null, null).broken(entry(4, 104));
    }

    @Test
    void behindAnEntryThatDidNotContinueTheLogItGoesOnFromEitherSide() {
        check(4, 100, entry(4, 110)).next(entry(4, 101));
        check(4, 100, entry(4, 110)).next(entry(4, 111));
        check(4, 100, entry(4, 110)).broken(entry(4, 105));
        check(4, 100, entry(4, 110)).broken(entry(4, 112));
        check(4, 100, opened(7, 101)).next(entry(7, 102));
        check(4, 100, opened(7, 101)).next(opened(5, 101));
        check(4, 100, entry(4, 110), null).next(entry(4, 112));
    }

    @Test
    void itNeverGoesBack() {
        check(4, 100, entry(3, 101)).broken(entry(3, 102));
        check(4, 100, entry(5, 90)).broken(entry(5, 91));
        check(4, 100, (WalEntry) null).broken(entry(3, 101));
    }

    /** Where entries are missing, one that comes late must not be dropped as seen. */
    @Test
    void whatStandsBeforeTheFirstEntryBehindItIsNoDuplicate() {
        check(4, 100, (WalEntry) null).broken(entry(4, 100));
        SequenceCheck behind = check(4, 100, entry(4, 110)).check;
        assertInstanceOf(SequenceCheck.NextBehind.class, behind.check(entry(4, 111)));
        assertInstanceOf(Next.class, behind.check(entry(4, 112)));
        assertInstanceOf(Duplicate.class, behind.check(entry(4, 111)));
        assertInstanceOf(Broken.class, behind.check(entry(4, 101)));
        assertInstanceOf(Broken.class, behind.check(entry(4, 110)));
        SequenceCheck resumed = SequenceCheck.after(4, 112).resumed(null, 111);
        assertInstanceOf(Duplicate.class, resumed.check(entry(4, 111)));
        assertInstanceOf(Broken.class, resumed.check(entry(4, 110)));
    }

    @Test
    void withTheFirstEntryBehindItTheCheckIsStrictAgainAndSaysWhatIsMissing() {
        SequenceCheck behind = check(4, 100, entry(4, 110)).check;
        assertEquals(new SequenceCheck.NextBehind(101, 110), behind.check(entry(4, 111)));
        assertInstanceOf(Broken.class, behind.check(entry(4, 113)));
        assertInstanceOf(Next.class, behind.check(entry(4, 112)));
        SequenceCheck asIfNothing = check(4, 100, entry(4, 110)).check;
        assertInstanceOf(Next.class, asIfNothing.check(entry(4, 101)));
        assertInstanceOf(Broken.class, asIfNothing.check(entry(4, 111)));
    }

    @Test
    void whatIsOpenCanBeTakenUpAgain() {
        Passed open = SequenceCheck.after(4, 100).pass(entry(4, 110));
        assertEquals(new Passed(4, 110, 0), open);
        assertInstanceOf(Broken.class, SequenceCheck.after(4, 100).check(entry(4, 111)));
        assertInstanceOf(
                SequenceCheck.NextBehind.class,
                SequenceCheck.after(4, 100).resumed(open, 101).check(entry(4, 111)));
        assertEquals(
                new Passed(4, 110, 1),
                SequenceCheck.after(4, 100).resumed(open, 101).pass(null));
    }

    private record Behind(SequenceCheck check) {
        void next(WalEntry entry) {
            Verdict verdict = check.check(entry);
            assertTrue(verdict instanceof Next || verdict instanceof SequenceCheck.NextBehind, verdict::toString);
        }

        void broken(WalEntry entry) {
            assertInstanceOf(Broken.class, check.check(entry));
        }
    }

    private static Behind check(long epoch, long sequence, @Nullable WalEntry... passed) {
        SequenceCheck check = SequenceCheck.after(epoch, sequence);
        for (WalEntry each : passed) {
            check.pass(each);
        }
        return new Behind(check);
    }

    private void assertNext(WalEntry entry) {
        assertInstanceOf(Next.class, check.check(entry));
    }

    private Broken assertBroken(WalEntry entry) {
        Verdict verdict = check.check(entry);
        assertTrue(verdict instanceof Broken, verdict::toString);
        return (Broken) verdict;
    }

    private static WalEntry opened(long epoch, long sequence) {
        return new WalEntry(epoch, sequence, 0, Control.WRITER_OPENED);
    }

    private static WalEntry entry(long epoch, long sequence) {
        return new WalEntry(epoch, sequence, 0, Control.HEARTBEAT);
    }
}
