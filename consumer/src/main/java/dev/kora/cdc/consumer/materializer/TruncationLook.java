package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.TruncationReport;
import dev.kora.cdc.consumer.truncation.Bound;
import dev.kora.cdc.consumer.truncation.Estimate;
import dev.kora.cdc.consumer.truncation.Floor;
import dev.kora.cdc.consumer.truncation.RipeCheckpoints;
import dev.kora.cdc.consumer.truncation.TruncationPolicy;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogSize;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at how far a shard's WAL may be deleted, and the deletion where something is wanted. All that it takes of its owner is
 * as of a commit, and holds for ever: the floor only rises. So it may be done at leisure, on another thread, and even by an owner
 * that is none any more.
 */
final class TruncationLook {
    private final ShardSetup setup;
    private final TruncationPolicy policy;
    private final Log log;
    private final Known known;
    private final Wanted wanted;

    /**
     * What the owner knows.
     *
     * @param checkpoint that was committed last
     * @param old the newest one that is old enough
     * @param snapshotTopicId of the topic that both stand in
     */
    record Known(SnapshotRow.Checkpoint checkpoint, Optional<RipeCheckpoints.Committed> old, String snapshotTopicId) {}

    /**
     * What the look is for.
     *
     * @param everything whether an operator wants everything deleted that may go; else what the policy says
     * @param dryRun whether nothing is to be deleted
     * @param sizeTold whether the size of the partition says how much its records take: not while it has not freed what was deleted
     */
    record Wanted(boolean everything, boolean dryRun, boolean sizeTold) {}

    TruncationLook(ShardSetup setup, Known known, Wanted wanted) {
        this.setup = setup;
        this.policy = setup.config().truncation();
        this.log = setup.log();
        this.known = known;
        this.wanted = wanted;
    }

    /** What is found out of a partition's size. */
    private record Sized(@Nullable LogSize size, String note) {}

    /**
     * Looks, and deletes.
     *
     * @throws LogException the log did not answer, or does not allow it; a deletion may have taken effect all the same
     * @throws CdcException the log is not as it must be for a deletion
     */
    TruncationReport run() {
        setup.at(Step.LOOK);
        checkTopics();
        LogEnds ends = log.ends(setup.wal());
        List<TruncationReport.Hold> holds =
                policy.holds().stream().map(this::hold).toList();
        Sized sized = size();
        Optional<Bound> wish = wish(ends, sized.size);
        Floor floor =
                Floor.under(Stream.concat(wish.stream(), safety(holds).stream()).toList());
        boolean deletes = wish.isPresent() && !wanted.dryRun && floor.offset() > ends.start();
        Long start = deletes ? Long.valueOf(delete(floor)) : null;
        return report(ends, floor, start, sized, holds);
    }

    /** A topic that was created anew holds other entries at the same offsets, or lacks the rows that the floor rests on. */
    private void checkTopics() {
        checkTopic(setup.config().walTopic(), known.checkpoint.walTopicId());
        checkTopic(setup.config().snapshotTopic(), known.snapshotTopicId);
        if (known.old.isPresent()) {
            long behind = known.old.get().snapshotOffset();
            long end = log.ends(setup.snapshot()).highWatermark();
            if (end < behind) {
                throw new CdcException.Corrupt(
                        "%s ends at offset %d, before the checkpoint that stood just before offset %d: it has lost commits"
                                .formatted(setup.snapshot(), end, behind));
            }
        }
    }

    private void checkTopic(String topic, String expected) {
        String actual = log.topicId(topic);
        if (!actual.equals(expected)) {
            throw new CdcException.Corrupt(
                    "topic %s was created anew: its id is %s, expected %s".formatted(topic, actual, expected));
        }
    }

    private TruncationReport.Hold hold(String group) {
        OptionalLong committed = log.committedOffset(group, setup.wal());
        return new TruncationReport.Hold(group, committed.isPresent() ? committed.getAsLong() : null);
    }

    /** Nobody needs it for markers; so where it may not be known, that is no more than a note. */
    private Sized size() {
        if (policy.maxBytes() == null && !wanted.everything) {
            return new Sized(null, "");
        }
        try {
            return new Sized(log.size(setup.wal()), "");
        } catch (LogException e) {
            return new Sized(null, "the size of %s is not known: %s".formatted(setup.wal(), e.getMessage()));
        }
    }

    /** The furthest of what is wanted. */
    private Optional<Bound> wish(LogEnds ends, @Nullable LogSize size) {
        if (wanted.everything) {
            return Optional.of(new Bound.Request());
        }
        List<Bound> wishes = new ArrayList<>();
        Long marker = known.checkpoint.marker();
        if (policy.markers() && marker != null) {
            wishes.add(new Bound.Marker(marker));
        }
        Long maxBytes = policy.maxBytes();
        if (maxBytes != null && size != null && wanted.sizeTold && size.bytes() > maxBytes) {
            wishes.add(new Bound.Size(Estimate.startFor(maxBytes, size, ends), maxBytes));
        }
        Duration maxAge = policy.maxAge();
        if (maxAge != null) {
            long since = known.checkpoint.updatedAtMs() - maxAge.toMillis();
            wishes.add(new Bound.Age(log.offsetAt(setup.wal(), since).orElse(Long.MAX_VALUE), maxAge));
        }
        return wishes.stream().max(Comparator.comparingLong(Bound::offset));
    }

    /** What must stay, whoever wants what. */
    private List<Bound> safety(List<TruncationReport.Hold> holds) {
        List<Bound> bounds = new ArrayList<>();
        bounds.add(known.old
                .<Bound>map(old -> new Bound.OldCheckpoint(old.position(), policy.minAge()))
                .orElseGet(() -> new Bound.NoOldCheckpoint(policy.minAge())));
        holds.forEach(hold -> bounds.add(
                hold.offset() == null
                        ? new Bound.UnknownHold(hold.group())
                        : new Bound.Hold(hold.group(), hold.offset())));
        // What a checkpoint ends with is an entry, unless that was skipped.
        bounds.add(
                known.checkpoint.openSkips() == null
                        ? new Bound.LastEntry(known.checkpoint.position() - 1)
                        : new Bound.UnknownLastEntry());
        return bounds;
    }

    private long delete(Floor floor) {
        setup.at(Step.DELETE);
        long start = log.deleteBefore(setup.wal(), floor.offset());
        setup.at(Step.VERIFY);
        if (start < floor.offset()) {
            throw new CdcException.Unavailable(
                    "%s begins at offset %d, though everything before %d was deleted"
                            .formatted(setup.wal(), start, floor.offset()),
                    null);
        }
        return start;
    }

    private static TruncationReport report(
            LogEnds ends, Floor floor, @Nullable Long start, Sized sized, List<TruncationReport.Hold> holds) {
        LogSize size = sized.size;
        Estimate estimate = size == null ? null : Estimate.of(size, ends, floor.offset());
        return new TruncationReport(
                ends.start(),
                ends.lastStable(),
                floor.offset(),
                floor.by().limit().text(),
                floor.words(),
                start,
                size == null || estimate == null
                        ? null
                        : new TruncationReport.Freed(
                                size.bytes(), estimate.bytes(), estimate.segments(), size.segmentBytes()),
                holds,
                sized.note);
    }
}
