package dev.kora.cdc.stack.cli;

import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints the entries of some shards, verified, until the ends that the shards had when it began, or for ever.
 *
 * <p>Entries of one shard keep their order. Shards are merged by the time of their entries, as far as they stood in the log
 * when it began: of each shard's oldest entry that is not printed yet, the oldest is next. A shard of which nothing comes for
 * a second (a partition without a leader, say) is not waited for. Later entries are printed as they come. Each shard is read
 * in batches of bounded size, so no shard holds up the others for long, and memory is bounded.
 *
 * <p>Belongs to one thread.
 */
final class Tail implements AutoCloseable {
    private static final Duration READ = Duration.ofSeconds(1);
    /** How long nothing may come before the ends are reached. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** For all shards together: what is new is printed within this time. */
    private static final Duration IDLE = Duration.ofMillis(100);

    private final List<TailLane> lanes;
    private final boolean follow;
    private final Predicate<WalEntry.Content> wanted;
    private final Consumer<String> notices;
    private final LongSupplier nanos;
    private long movedAtNanos;

    private Tail(List<TailLane> lanes, Selection selection, Consumer<String> notices, LongSupplier nanos) {
        this.lanes = lanes;
        this.follow = selection.follow();
        this.wanted = selection.wanted();
        this.notices = notices;
        this.nanos = nanos;
        this.movedAtNanos = nanos.getAsLong();
    }

    /** Where a tail begins. */
    enum From {
        BEGINNING,
        END
    }

    /**
     * What to print.
     *
     * @param shards numbers of the shards
     * @param follow whether to go on behind the ends of the moment
     * @param passing whether to go on behind entries that break the log, each of them told of
     */
    record Selection(
            List<Integer> shards, From from, boolean follow, boolean passing, Predicate<WalEntry.Content> wanted) {
        Selection {
            shards = List.copyOf(shards);
        }

        /** A selection that ends at an entry that breaks the log. */
        Selection(List<Integer> shards, From from, boolean follow, Predicate<WalEntry.Content> wanted) {
            this(shards, from, follow, false, wanted);
        }
    }

    /**
     * Begins a tail.
     *
     * @param notices is told, in sentences, what a person should know beside the entries
     * @param nanos a clock that only goes forward, in nanoseconds
     */
    static Tail open(Cluster cluster, Selection selection, Consumer<String> notices, LongSupplier nanos) {
        List<TailLane> lanes = selection.shards().stream()
                .map(shard -> TailLane.open(cluster, shard, selection, nanos))
                .toList();
        if (selection.from() == From.BEGINNING) {
            noticeTruncation(cluster, lanes, notices);
        }
        return new Tail(lanes, selection, notices, nanos);
    }

    private static void noticeTruncation(Cluster cluster, List<TailLane> lanes, Consumer<String> notices) {
        String starts = lanes.stream()
                .filter(lane -> lane.extent().truncated())
                .map(lane -> "shard %d at offset %d"
                        .formatted(lane.shard(), lane.extent().ends().start()))
                .collect(Collectors.joining(", "));
        if (!starts.isEmpty()) {
            notices.accept("the log was truncated and begins with %s; what earlier entries led to stands in %s"
                    .formatted(starts, cluster.snapshot(0).topic()));
        }
    }

    /** Prints until everything is printed. */
    void run(EntrySink sink) throws IOException {
        while (step(sink)) {}
    }

    /**
     * Reads and prints what is there, and waits for a moment where nothing is.
     *
     * @return false where everything is printed
     * @throws CdcException.Unavailable entries that should be there cannot be read
     * @throws CdcException.Corrupt the log is broken; the message says where
     */
    boolean step(EntrySink sink) throws IOException {
        boolean nothingHeld = lanes.stream().allMatch(lane -> lane.first() == null);
        if (nothingHeld) {
            sink.flush();
        }
        boolean moved = read(nothingHeld ? IDLE.dividedBy(lanes.size()) : Duration.ZERO);
        print(sink);
        if (lanes.stream().allMatch(TailLane::done)) {
            sink.flush();
            return false;
        }
        checkPatience(moved);
        return true;
    }

    private boolean read(Duration idle) {
        boolean moved = false;
        for (TailLane lane : lanes) {
            if (lane.first() == null && !lane.done()) {
                moved |= lane.read(lane.behind() ? READ : idle, notices);
            }
        }
        return moved;
    }

    private void print(EntrySink sink) throws IOException {
        for (TailLane lane = oldest(); lane != null; lane = oldest()) {
            LoggedEntry entry = lane.take();
            if (wanted.test(entry.entry().content())) {
                sink.print(lane.shard(), entry);
            }
        }
    }

    /** The shard whose next entry is next of all, or null where more has to be read first. */
    private @Nullable TailLane oldest() {
        TailLane oldest = null;
        long oldestMs = Long.MAX_VALUE;
        for (TailLane lane : lanes) {
            LoggedEntry first = lane.first();
            if (first == null) {
                if (lane.behind()) {
                    return null;
                }
            } else if (oldest == null || first.entry().timeMs() < oldestMs) {
                oldest = lane;
                oldestMs = first.entry().timeMs();
            }
        }
        return oldest;
    }

    /** Shards that are followed may be quiet for as long as they like. */
    private void checkPatience(boolean moved) {
        long now = nanos.getAsLong();
        if (moved || follow) {
            movedAtNanos = now;
        } else if (now - movedAtNanos > PATIENCE.toNanos()) {
            throw new CdcException.Unavailable(
                    "nothing could be read for %d s: %s".formatted(PATIENCE.toSeconds(), lanes), null);
        }
    }

    @Override
    public void close() {
        lanes.forEach(TailLane::close);
    }
}
