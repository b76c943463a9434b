package dev.kora.cdc.reader;

/**
 * What skipped entries leave open: where the first entry behind them may go on from, beside the last entry before them.
 *
 * @param epoch of the newest entry passed over that stands ahead of the last one before them; else that one's
 * @param sequence likewise
 * @param unread how many of those passed over could not be decoded: each may have taken one sequence more, and one epoch
 */
public record Passed(long epoch, long sequence, long unread) {}
