package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.CdcException;

/**
 * A shard's store with its readers. The owner's thread uses the store and gives it up; any thread opens views, and gets none
 * once it is given up, or while it stands between two checkpoints. Views that are open then stay good.
 */
final class ServedStore implements ShardAccess.Views, AutoCloseable {
    private final int shard;
    private final Store store;
    private boolean givenUp;

    ServedStore(int shard, Store store) {
        this.shard = shard;
        this.store = store;
    }

    /** For the owner's thread. */
    Store store() {
        return store;
    }

    @Override
    public StoreView open() {
        StoreView view = openView();
        if (view.position().checkpoint() == null) {
            view.close();
            throw new CdcException.Unavailable("shard " + shard + " is being caught up, try again", null);
        }
        return view;
    }

    private synchronized StoreView openView() {
        if (givenUp) {
            throw new CdcException.Unavailable("shard " + shard + " was given up a moment ago", null);
        }
        return store.view();
    }

    private synchronized boolean giveUp() {
        boolean first = !givenUp;
        givenUp = true;
        return first;
    }

    /** Closes the store; readers do not wait for that. Idempotent. */
    @Override
    public void close() {
        if (giveUp()) {
            store.close();
        }
    }
}
