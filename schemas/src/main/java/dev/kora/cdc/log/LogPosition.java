package dev.kora.cdc.log;

/**
 * Where to read on: an offset, guarded by the leader epoch of what stands before it.
 *
 * @param offset of the next record to read; it need not exist
 * @param leaderEpoch that the record, control record or aborted record just before the offset was written in, or {@link
 *     #NO_EPOCH}. A log that went back since then is noticed by it
 */
public record LogPosition(long offset, int leaderEpoch) {
    public static final int NO_EPOCH = -1;

    public static LogPosition of(long offset) {
        return new LogPosition(offset, NO_EPOCH);
    }
}
