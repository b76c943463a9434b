package dev.kora.cdc.consumer.fold;

import dev.kora.cdc.consumer.store.State;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;

/**
 * Applies entries to the state of a shard.
 *
 * <p><b>Time</b> is the entry's. To an entry, every key whose time to live ended at its time or before is dead, and is
 * treated as missing. With each entry, words about the log included, up to {@value #SWEEP_LIMIT} dead keys are removed
 * before anything else, in the order (expiry, row key); those beyond go with later entries, or when an entry touches them.
 * So the state at a position depends on neither clocks nor commits, and no entry is without bound.
 *
 * <p><b>Rejected effects</b> change nothing but what the {@link Outcome} says. The log was written by an engine that wrote
 * before it looked, so they are ordinary.
 */
public final class Fold {
    /** How many dead keys an entry removes at most. */
    public static final int SWEEP_LIMIT = 10_000;

    private Fold() {}

    /**
     * Applies an entry.
     *
     * @param state of the entry's shard just before the entry
     * @return what became of the entry
     */
    public static Outcome apply(WalEntry entry, State state) {
        KeySpace keys = new KeySpace(state, entry);
        sweep(entry, state, keys);
        return switch (entry.content()) {
            case WalRecord.Set r -> keys.set(r);
            case WalRecord.Del r -> keys.delete(r.key());
            case WalRecord.Expire r -> keys.expire(r);
            case WalRecord.LPush r -> keys.pushToHead(r.key(), r.values());
            case WalRecord.RPush r -> keys.pushToTail(r.key(), r.values());
            case WalRecord.HSet r -> keys.setFields(r.key(), r.fields());
            case WalRecord.SAdd r -> keys.addMembers(r.key(), r.members());
            case WalRecord.FlushDb r -> keys.flush();
            case WalRecord.DocSet r -> new Documents(state, entry).set(r);
            case WalRecord.DocDel r -> new Documents(state, entry).delete(r);
            case WalRecord.VecSet r -> new Vectors(state, entry).add(r);
            case WalRecord.VecDel r -> new Vectors(state, entry).dropIndex(r.key());
            case Control r -> Outcome.APPLIED;
        };
    }

    private static void sweep(WalEntry entry, State state, KeySpace keys) {
        for (int removed = 0; removed < SWEEP_LIMIT; removed++) {
            SnapshotRow.Key dead = state.firstExpired(entry.timeMs());
            if (dead == null) {
                return;
            }
            keys.removeDead(dead);
        }
    }
}
