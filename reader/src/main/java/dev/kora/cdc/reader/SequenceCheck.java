package dev.kora.cdc.reader;

import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;

/**
 * Holds the entries of one shard against what the log promises: sequences are contiguous, and the epoch rises only in a
 * {@link Control#WRITER_OPENED}, by one, continuing the sequence.
 *
 * <p>An entry of the current epoch that has been seen before is a duplicate. Anything else is a break, and leaves the check
 * where it was. Pure; not thread-safe.
 */
final class SequenceCheck {

    /** What an entry is to its shard. */
    sealed interface Verdict {}

    /** The entry continues the log; the check has moved on to it. */
    record Next() implements Verdict {}

    /** The entry has been seen before, in this epoch. */
    record Duplicate() implements Verdict {}

    /** The entry breaks the log. Both texts name sequence and epoch. */
    record Broken(String expected, String actual) implements Verdict {}

    private static final Verdict NEXT = new Next();
    private static final Verdict DUPLICATE = new Duplicate();

    private boolean trusting;
    private long epoch;
    private long sequence;

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

    /** Judges the next entry of the log, and moves on to it where it continues the log. */
    Verdict check(WalEntry entry) {
        if (trusting || continues(entry)) {
            trusting = false;
            epoch = entry.epoch();
            sequence = entry.sequence();
            return NEXT;
        }
        if (epoch > 0 && entry.epoch() == epoch && entry.sequence() <= sequence) {
            return DUPLICATE;
        }
        return new Broken(expected(), describe(entry));
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
        long nextEpoch = entry.content() == Control.WRITER_OPENED ? epoch + 1 : epoch;
        // Epoch 0 is before the first writer: nothing but its opening may come.
        return nextEpoch > 0 && entry.epoch() == nextEpoch && entry.sequence() == sequence + 1;
    }

    private String expected() {
        String opening = "WRITER_OPENED of epoch %d".formatted(epoch + 1);
        return epoch == 0
                ? "sequence 1 in %s: the beginning of the log".formatted(opening)
                : "sequence %d in epoch %d or in %s".formatted(sequence + 1, epoch, opening);
    }

    private static String describe(WalEntry entry) {
        String opening = entry.content() == Control.WRITER_OPENED ? "WRITER_OPENED of epoch" : "epoch";
        return "sequence %d in %s %d".formatted(entry.sequence(), opening, entry.epoch());
    }
}
