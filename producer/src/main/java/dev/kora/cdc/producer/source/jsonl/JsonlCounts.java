package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.schema.CdcException;

/** Counts lines, on the reading thread, and their commits, on the publisher's. What it tells may be asked for by any thread. */
final class JsonlCounts {
    private volatile long read;
    private volatile long skipped;
    private volatile long rejected;
    private volatile long committed;
    private volatile long committedLine;
    private volatile boolean complete;

    /** Handed to the publisher. Only the reading thread counts and asks. */
    private long taken;

    JsonlCounts(long committedLine) {
        this.committedLine = committedLine;
    }

    // Each number has one thread that writes it, so that nothing is lost between reading and writing.

    void read() {
        long before = read;
        read = before + 1;
    }

    void skipped() {
        long before = skipped;
        skipped = before + 1;
    }

    void rejected() {
        long before = rejected;
        rejected = before + 1;
    }

    void taken() {
        taken++;
    }

    void complete() {
        complete = true;
    }

    /** Whether something was handed over and is not committed. */
    boolean uncommitted() {
        return committed < taken;
    }

    long lines() {
        return read;
    }

    /** Number of the last line that is committed, also by a source before; 0 where none is. */
    long committedLine() {
        return committedLine;
    }

    /** Counts a line once it is committed. */
    CommitListener commitOf(Line line) {
        long number = line.number();
        return new CommitListener() {
            @Override
            public void committed() {
                long before = committed;
                committedLine = number;
                committed = before + 1;
            }

            @Override
            public void failed(CdcException cause) {} // the publisher's state says so, too
        };
    }

    JsonlStatus status() {
        return new JsonlStatus(read, committed, skipped, rejected, committedLine, complete);
    }
}
