package dev.kora.cdc.stack.cli;

import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.reader.PoisonException;
import dev.kora.cdc.reader.WalExtent;
import dev.kora.cdc.reader.WalReader;
import dev.kora.cdc.reader.WalStart;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One shard's part in a {@link Tail}: its reader, and what was read and not printed yet. */
final class TailLane implements AutoCloseable {
    private final int shard;
    private final WalReader reader;
    private final WalExtent extent;
    private final boolean follow;
    private final boolean passing;
    private final ArrayDeque<LoggedEntry> entries = new ArrayDeque<>();
    private boolean stalled;

    private TailLane(int shard, WalReader reader, WalExtent extent, Tail.Selection selection) {
        this.shard = shard;
        this.reader = reader;
        this.extent = extent;
        this.follow = selection.follow();
        this.passing = selection.passing();
    }

    static TailLane open(Cluster cluster, int shard, Tail.Selection selection, LongSupplier nanos) {
        WalExtent extent = WalExtent.read(cluster.log(), cluster.wal(shard));
        WalStart start = selection.from() == Tail.From.END ? extent.fromEnd() : extent.fromStart();
        WalReader reader = WalReader.open(
                cluster.log(), cluster.wal(shard), cluster.codecs().wal(), start, nanos);
        return new TailLane(shard, reader, extent, selection);
    }

    int shard() {
        return shard;
    }

    /** What the shard's log held when the tail began. */
    WalExtent extent() {
        return extent;
    }

    /** The oldest entry that is not printed yet, or null. */
    @Nullable
    LoggedEntry first() {
        return entries.peek();
    }

    /** The oldest entry, which the caller prints. */
    LoggedEntry take() {
        return entries.remove();
    }

    /** Whether everything that is to be printed has been taken; never where the shard is followed. */
    boolean done() {
        return !follow && entries.isEmpty() && beyondFirstEnd();
    }

    /** Whether entries that were there when the tail began have to be read before those of other shards are printed. */
    boolean behind() {
        return entries.isEmpty() && !stalled && !beyondFirstEnd();
    }

    private long firstEnd() {
        return extent.ends().lastStable();
    }

    private boolean beyondFirstEnd() {
        return reader.position().offset() >= firstEnd();
    }

    /**
     * Reads on, for at most {@code timeout}. A shard of which nothing comes is not waited for again until something does.
     *
     * @param notices is told once what keeps a shard that is followed from being read, and of each entry passed over
     * @return whether it has come any further
     * @throws CdcException.Unavailable the shard cannot be read, and is not followed
     */
    boolean read(Duration timeout, Consumer<String> notices) {
        long before = reader.position().offset();
        boolean wasStalled = stalled;
        try {
            for (LoggedEntry entry : reader.poll(timeout)) {
                if (follow || entry.offset() < firstEnd()) {
                    entries.add(entry);
                }
            }
        } catch (PoisonException e) {
            if (!passing || !e.skippable()) {
                throw e;
            }
            reader.pass(e);
            notices.accept("passed over: " + e.getMessage());
        } catch (CdcException.Unavailable e) {
            if (!follow) {
                throw e;
            }
            if (!wasStalled) {
                notices.accept(e.getMessage() + "; trying again");
            }
        }
        boolean moved = reader.position().offset() > before;
        stalled = !moved;
        return moved;
    }

    /** Where the reading stands, for people. */
    @Override
    public String toString() {
        return "shard %d at offset %d of %d".formatted(shard, reader.position().offset(), firstEnd());
    }

    @Override
    public void close() {
        reader.close();
    }
}
