package dev.kora.cdc.producer;

import dev.kora.cdc.schema.CdcException;

/**
 * Learns what became of one command. Exactly one of the two is called, once, on the publisher's thread (or, where the publisher
 * has just stopped, on the appending one); neither may block or throw.
 */
public interface CommitListener {

    /** For who does not wait, since what was lost is read again from where it came from. */
    CommitListener NONE = new CommitListener() {
        @Override
        public void committed() {}

        @Override
        public void failed(CdcException cause) {}
    };

    /** All records of the command are committed in the log. */
    void committed();

    /**
     * The publisher stopped before it knew the command to be committed. It may or may not be in the log.
     *
     * @param cause what stopped it
     */
    void failed(CdcException cause);
}
