package dev.kora.cdc.log;

/**
 * What a partition takes on a disk.
 *
 * @param bytes of all its segments on its leader's disk, what was deleted and is not freed yet included
 * @param segmentBytes size of a whole segment, as the topic is set now: the log frees its space in such steps, and later than
 *     records are deleted
 */
public record LogSize(long bytes, long segmentBytes) {}
