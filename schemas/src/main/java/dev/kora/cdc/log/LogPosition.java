package dev.kora.cdc.log;

/**
 * Where to read on: an offset, guarded by the leader epoch of the record before it.
 *
 * @param offset of the next record to read; it need not exist
 * @param leaderEpoch of the record that was read last, or {@link #NO_EPOCH}. A log that went back since then is noticed by it
 */
public record LogPosition(long offset, int leaderEpoch) {
    public static final int NO_EPOCH = -1;

    public static LogPosition of(long offset) {
        return new LogPosition(offset, NO_EPOCH);
    }
}
