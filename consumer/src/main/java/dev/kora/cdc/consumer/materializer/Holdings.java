package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the owner of a shard has open: the store as long as it owns the shard; a takeover, then a session with the log; within
 * a session now and then a batch. For the shard's thread.
 */
final class Holdings {
    private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

    private final ShardSetup setup;
    private final Truncation truncation;
    private @Nullable ServedStore store;
    private @Nullable Takeover takeover;
    private @Nullable Session session;
    private @Nullable Batch batch;

    Holdings(ShardSetup setup, Truncation truncation) {
        this.setup = setup;
        this.truncation = truncation;
    }

    /** The store, opened now if it is not open. */
    ServedStore openStore() {
        if (store == null) {
            store = new ServedStore(setup.shard(), setup.all().stores().open(setup.shard()));
        }
        return store;
    }

    /** Whether the store's rows are the state at a checkpoint. */
    boolean isAtCheckpoint() {
        return checkpoint() != null;
    }

    /** The checkpoint that the store stands at; null where it stands at none. */
    SnapshotRow.@Nullable Checkpoint checkpoint() {
        return openStore().store().position().checkpoint();
    }

    /** The takeover under way, or a new one. */
    Takeover takeover() {
        if (takeover == null) {
            takeover = new Takeover(setup, openStore().store());
        }
        return takeover;
    }

    /** Goes from a takeover into the session that it led to. */
    void beginSession(Takeover.Taken taken) {
        session = new Session(setup, taken);
        dropTakeover();
    }

    /** Opens a transaction and a batch for it. */
    void beginBatch() {
        Session writing = session();
        writing.writer().begin();
        batch = new Batch(setup, writing.writer(), openStore().store(), writing.walTopicId(), truncation.truncatedTo());
    }

    Session session() {
        if (session == null) {
            throw new IllegalStateException("no session");
        }
        return session;
    }

    Batch batch() {
        if (batch == null) {
            throw new IllegalStateException("no batch");
        }
        return batch;
    }

    /** Whether the shard has never been materialised: there is a session, and no checkpoint yet. */
    boolean isFirst() {
        return session != null && session.isFirst();
    }

    /** Ends an open transaction if that can be done at once: readers of the partition wait behind it. */
    void tryAbort() {
        if (session != null && batch != null) {
            try {
                session.writer().abort();
            } catch (RuntimeException e) {
                LOG.atDebug()
                        .addKeyValue("partition", setup.snapshot())
                        .addKeyValue("error", e.getMessage())
                        .log("the next owner will end the open transaction");
            }
        }
    }

    void dropBatch() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }

    /** Lets go of the log; the store stays. */
    void dropSession() {
        dropBatch();
        dropTakeover();
        truncation.drop();
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private void dropTakeover() {
        if (takeover != null) {
            takeover.close();
            takeover = null;
        }
    }

    /** Lets go of everything: of the store also where something of the log is not closed in order. */
    void dropAll() {
        try {
            dropSession();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("shard", setup.shard()).setCause(e).log("the log was not let go of in order");
        }
        ServedStore open = store;
        store = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException e) {
                LOG.atWarn()
                        .addKeyValue("shard", setup.shard())
                        .setCause(e)
                        .log("a store was not closed in order; the next start falls back to an earlier commit");
            }
        }
    }
}
