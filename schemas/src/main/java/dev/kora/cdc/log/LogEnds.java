package dev.kora.cdc.log;

/**
 * The ends of a partition at one moment.
 *
 * @param start offset of the first record that is still there
 * @param lastStable everything before it is decided: committed, aborted or a control record
 * @param highWatermark offset behind the last replicated record; above {@code lastStable} while a transaction is open
 */
public record LogEnds(long start, long lastStable, long highWatermark) {}
