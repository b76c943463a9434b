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
