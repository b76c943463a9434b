package dev.kora.cdc.reader;

import dev.kora.cdc.schema.WalEntry;

/**
 * A verified entry with its place in the WAL partition.
 *
 * @param offset of the entry
 * @param leaderEpoch that it was written in; -1 where unknown
 */
public record LoggedEntry(long offset, int leaderEpoch, WalEntry entry) {}
