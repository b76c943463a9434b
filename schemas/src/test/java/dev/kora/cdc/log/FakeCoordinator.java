package dev.kora.cdc.log;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the fake broker knows of one transactional id. Guarded by {@link FakeLog}'s lock. */
final class FakeCoordinator {
    private @Nullable FakeWriter holder;
    private int epoch;
    private @Nullable FakeTransaction open;
    /** Taken to be ended last, while the coordinator knows how. */
    private @Nullable FakeTransaction decided;

    private final Set<FakeTransaction> former = new HashSet<>();

    /** Hands the id to {@code writer} and returns its epoch; an open transaction must have been aborted before. */
    int handTo(FakeWriter writer) {
        holder = writer;
        decided = null;
        return ++epoch;
    }

    boolean isHeldBy(FakeWriter writer) {
        return holder == writer;
    }

    int epoch() {
        return epoch;
    }

    /** A transaction that its holder left open too long is aborted by the broker, which raises the epoch. */
    void raiseEpoch() {
        epoch++;
    }

    /** The open transaction, begun now if there is none. */
    FakeTransaction transaction() {
        if (open == null) {
            open = new FakeTransaction(this);
        }
        return open;
    }

    /** Takes the open transaction away to be ended. */
    @Nullable
    FakeTransaction takeOpen() {
        FakeTransaction taken = open;
        open = null;
        if (taken != null) {
            decided = taken;
            former.add(taken);
        }
        return taken;
    }

    boolean hasOpen() {
        return open != null;
    }

    /** The transaction that ended last; null where one is open, or after an initialisation, which forgets it. */
    @Nullable
    FakeTransaction decided() {
        return open == null ? decided : null;
    }

    /** Whether the transaction was one of this id's, and is over. */
    boolean isFormer(FakeTransaction transaction) {
        return former.contains(transaction);
    }
}
