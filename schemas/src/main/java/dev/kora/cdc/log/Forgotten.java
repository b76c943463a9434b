package dev.kora.cdc.log;

/** What was done about a transaction that its coordinator takes for ended, but that is still open in a partition. */
public enum Forgotten {
    /** There was none, or what the coordinator had decided about it is no longer known: nothing was done. */
    NONE,
    /** It had been committed, and is so now in this partition as well. */
    COMMITTED,
    /** It had been aborted, and is so now in this partition as well. */
    ABORTED
}
