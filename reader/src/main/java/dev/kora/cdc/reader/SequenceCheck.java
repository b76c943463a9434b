package dev.kora.cdc.reader;

import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import org.jspecify.annotations.Nullable;

/**
 * Holds the entries of one shard against what the log promises: sequences are contiguous, and the epoch rises only in a
 * {@link Control#WRITER_OPENED}, by one, continuing the sequence.
 *
 * <p>An entry of the current epoch that has been seen before is a duplicate. Anything else is a break, and leaves the check
 * where it was. Pure; not thread-safe.
 *
 * <p><b>Behind entries that were passed over</b> nobody knows for sure which comes next: an alien record took no sequence, a
 * damaged entry took one, and an entry behind a gap stands ahead of it. So the next may go on from the last entry before them
 * or from the newest of them, and from as much further as there were some that could not be read. It never goes back, and with
 * it the check is as strict as before. Stricter even: of the entries before it nobody knows any more which have been seen, so none is
 * taken for a duplicate.
 */
final class SequenceCheck {

    /** What an entry is to its shard. */
    sealed interface Verdict {}

    /** The entry continues the log; the check has moved on to it. */
    record Next() implements Verdict {}

    /** The entry goes on behind entries that were passed over; those with these sequences, both included, are missing. */
    record NextBehind(long missingFrom, long missingTo) implements Verdict {}

    /** The entry has been seen before, in this epoch. */
    record Duplicate() implements Verdict {}

    /** The entry breaks the log. Both texts name sequence and epoch. */
    record Broken(String expected, String actual) implements Verdict {}

    private static final Verdict NEXT = new Next();
    private static final Verdict DUPLICATE = new Duplicate();

    private boolean trusting;
    private long epoch;
    private long sequence;
    private @Nullable Passed passed;
    /** All entries of this epoch from this sequence on have been seen; of those before it that is not known. */
    private long seenFrom;

    private SequenceCheck(boolean trusting, long epoch, long sequence) {
        this.trusting = trusting;
        this.epoch = epoch;
        this.sequence = sequence;
    }

    /** A check that expects what follows the entry with this epoch and sequence; (0, 0) is the beginning. */
    static SequenceCheck after(long epoch, long sequence) {
        return new SequenceCheck(false, epoch, sequence);
    }

    /** A check that takes the first entry as it comes: for readers that start in the middle of a log. */
    static SequenceCheck fromAnywhere() {
        return new SequenceCheck(true, 0, 0);
    }

    /**
     * Takes up what was known of the log when it was left.
     *
     * @param over what entries leave open that were passed over behind the last one; null where none were
     * @param from all entries from this sequence on have been seen
     */
    SequenceCheck resumed(@Nullable Passed over, long from) {
        passed = over;
        seenFrom = from;
        return this;
    }

    /** Judges the next entry of the log, and moves on to it where it continues the log. */
    Verdict check(WalEntry entry) {
        if (trusting || continues(entry)) {
            return moveTo(entry);
        }
        if (epoch > 0 && entry.epoch() == epoch && entry.sequence() <= sequence && entry.sequence() >= seenFrom) {
            return DUPLICATE;
        }
        return new Broken(expected(), describe(entry));
    }

    private Verdict moveTo(WalEntry entry) {
        long missingFrom = sequence + 1;
        boolean contiguous = trusting || entry.sequence() == missingFrom;
        trusting = false;
        seenFrom = passed == null ? seenFrom : entry.sequence();
        passed = null;
        epoch = entry.epoch();
        sequence = entry.sequence();
        return contiguous ? NEXT : new NextBehind(missingFrom, sequence - 1);
    }

    /**
     * Passes over the next record of the log, whatever it is.
     *
     * @param entry what it says; null where it cannot be decoded
     * @return what it, and others passed over just before it, leave open
     */
    Passed pass(@Nullable WalEntry entry) {
        Passed open = passed == null ? new Passed(epoch, sequence, 0) : passed;
        if (entry == null) {
            open = new Passed(open.epoch(), open.sequence(), open.unread() + 1);
        } else if (entry.epoch() >= epoch && entry.sequence() > sequence) {
            open = new Passed(entry.epoch(), entry.sequence(), open.unread());
        }
        passed = open;
        seenFrom = sequence + 1;
        return open;
    }

    /** Epoch of the last entry that continued the log; 0 before the first. */
    long epoch() {
        return epoch;
    }

    /** Sequence of the last entry that continued the log; 0 before the first. */
    long sequence() {
        return sequence;
    }

    private boolean continues(WalEntry entry) {
        Passed open = passed;
        return open == null
                ? continues(entry, epoch, sequence, 0)
                : continues(entry, epoch, sequence, open.unread())
                        || continues(entry, open.epoch(), open.sequence(), open.unread());
    }

    /** Whether an entry comes next behind the given one, or up to so many further. */
    private static boolean continues(WalEntry entry, long epoch, long sequence, long further) {
        boolean opening = entry.content() == Control.WRITER_OPENED;
        long epochBefore = entry.epoch() - (opening ? 1 : 0);
        // Epoch 0 is before the first writer: nothing but its opening may come.
        return entry.epoch() > 0
                && within(epochBefore, epoch, further)
                && within(entry.sequence() - 1, sequence, further);
    }

    private static boolean within(long number, long from, long further) {
        return number >= from && number - from <= further;
    }

    private String expected() {
        String opening = "WRITER_OPENED of epoch %d".formatted(epoch + 1);
        return epoch == 0 && sequence == 0
                ? "sequence 1 in %s: the beginning of the log".formatted(opening)
                : "sequence %d in epoch %d or in %s".formatted(sequence + 1, epoch, opening);
    }

    /** Whether nothing stands before the next entry: then the log has to begin with it. */
    boolean isAtBeginning() {
        return !trusting && epoch == 0;
    }

    private static String describe(WalEntry entry) {
        String opening = entry.content() == Control.WRITER_OPENED ? "WRITER_OPENED of epoch" : "epoch";
        return "sequence %d in %s %d".formatted(entry.sequence(), opening, entry.epoch());
    }
}
