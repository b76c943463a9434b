package dev.kora.cdc.producer;

import dev.kora.cdc.schema.CdcException;

/**
 * Learns what became of one command. Exactly one of {@link #committed} and {@link #failed} is called, once, on the publisher's thread (or, where the publisher
 * has just stopped, on the appending one); none may block or throw.
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

    /**
     * The command has not been committed within the sync time-out. It stays taken and is still tried, so {@link #committed} or {@link #failed}
     * follows. Called once at the most, some seconds late.
     *
     * @param cause what is in the way
     */
    default void late(CdcException.Unavailable cause) {}
}
