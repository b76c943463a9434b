package dev.kora.cdc.consumer.read;

/**
 * What one client can make a process of reads hold in memory.
 *
 * @param replyBytes the most that the items of one reply may take, each counted with its length and 48 bytes
 * @param cursors places of scans that are remembered for all connections
 * @param cursorBytes the row keys of these places together
 */
public record ReadLimits(long replyBytes, int cursors, long cursorBytes) {
    /** Replies of 32 MiB (some 500,000 short items), 65,536 places of scans in 16 MiB. */
    public static final ReadLimits DEFAULT = new ReadLimits(32L << 20, 65_536, 16L << 20);
}
