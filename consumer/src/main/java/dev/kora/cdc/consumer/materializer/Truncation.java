package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardOperations.Outcome;
import dev.kora.cdc.consumer.shard.ShardOperations.Truncated;
import dev.kora.cdc.consumer.shard.TruncationReport;
import dev.kora.cdc.consumer.shard.TruncationStatus;
import dev.kora.cdc.consumer.truncation.RipeCheckpoints;
import dev.kora.cdc.consumer.truncation.TruncationPolicy;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes of a shard's WAL what its owner is sure of. For the shard's thread, but for {@link #ask} and {@link #refuse}.
 *
 * <p><b>Steps.</b> It has no thread. In each of its steps it only looks whether it is time for a {@link TruncationLook}, which
 * the setup's executor does, and takes what came of the last one. So however long the log takes over it, or refuses it, the shard
 * is materialised all the while; and a simulation whose executor is the calling thread sees each step by itself.
 *
 * <p><b>When.</b> As soon as a marker can be satisfied by what this owner has committed itself; else at the policy's interval,
 * for the holds move on without telling anybody; at once when an operator asks. A failure is followed by ever longer rests.
 *
 * <p><b>Recovery.</b> The marker stands in the checkpoint, so whoever owns the shard next goes on with it. What was deleted is told by the
 * log itself: a start behind {@code truncated_to} of the checkpoint found at the takeover is recorded with the next commit. A log whose
 * broker has lost its power may begin earlier than it did: what comes back is covered, nobody reads it again, and it is
 * deleted again with the next look.
 */
final class Truncation {
    private static final Logger LOG = LoggerFactory.getLogger(Truncation.class);
    private static final long REST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_REST_NANOS = Duration.ofMinutes(5).toNanos();
    /** Kafka looks every five minutes for segments to delete, and deletes their files a minute later. */
    private static final long FREEING_NANOS = Duration.ofMinutes(10).toNanos();

    private final ShardSetup setup;
    private final ShardBoard board;
    private final TruncationPolicy policy;
    private final RipeCheckpoints checkpoints;
    private final AtomicReference<@Nullable Request> given = new AtomicReference<>();
    private final Backoff backoff = new Backoff(REST_NANOS, LONGEST_REST_NANOS);
    private final Set<String> warnedOf = new HashSet<>();

    private SnapshotRow.@Nullable Checkpoint checkpoint;
    private String snapshotTopicId = "";
    private @Nullable Long truncatedTo;
    private @Nullable Long truncatedAtNanos;
    private @Nullable Work work;
    private long lookedAtNanos;
    private long notBeforeNanos;
    /** The newest marker that was looked for when nothing of ours stood in its way. */
    private @Nullable Long lookedForMarker;

    private @Nullable TruncationReport last;
    private long truncations;
    private long failures;
    private String trouble = "";

    private record Request(boolean dryRun, CompletableFuture<Truncated> answer) {}

    /** A look that is under way. */
    private record Work(@Nullable Request request, CompletableFuture<TruncationReport> outcome) {}

    Truncation(ShardSetup setup, ShardBoard board) {
        this.setup = setup;
        this.board = board;
        this.policy = setup.config().truncation();
        this.checkpoints = new RipeCheckpoints(policy.minAge());
    }

    // --- for the shard's thread

    /** Goes on from a takeover. What stood in the checkpoint before is as old as the takeover. */
    void begin(Takeover.Taken taken, long snapshotOffset) {
        long now = setup.nowNanos();
        checkpoint = taken.checkpoint();
        snapshotTopicId = taken.snapshotTopicId();
        checkpoints.clear();
        lookedAtNanos = now;
        notBeforeNanos = now;
        lookedForMarker = null;
        truncatedTo = null;
        if (checkpoint != null) {
            checkpoints.add(checkpoint.position(), snapshotOffset, now);
            long recorded = checkpoint.truncatedTo() == null ? 0 : checkpoint.truncatedTo();
            long start = Math.max(recorded, taken.walEnds().start());
            truncatedTo = start == 0 ? null : Long.valueOf(start);
        }
        truncatedAtNanos = truncatedTo == null ? null : Long.valueOf(now);
        publish();
    }

    /** A commit is in the log and in the store. */
    void committed(SnapshotRow.Checkpoint newest, long snapshotOffset) {
        SnapshotRow.Checkpoint former = checkpoint;
        checkpoint = newest;
        checkpoints.add(newest.position(), snapshotOffset, setup.nowNanos());
        if (former == null
                || !Objects.equals(former.marker(), newest.marker())
                || !Objects.equals(former.truncatedTo(), newest.truncatedTo())) {
            publish();
        }
    }

    /** First offset of the WAL after its last truncation, for the next checkpoint; null where there was none. */
    @Nullable
    Long truncatedTo() {
        return truncatedTo;
    }

    /** Begins what it is time for, and ends what has come to its end. Never waits, and throws nothing that fails in the log. */
    void step() {
        if (work == null) {
            begin();
        }
        if (work != null && work.outcome.isDone()) {
            end(work);
        }
    }

    private void begin() {
        SnapshotRow.Checkpoint known = checkpoint;
        Request request = given.get();
        if (known == null) {
            refuse(Outcome.REFUSED, "nothing of the shard is materialised yet");
        } else if (request != null || isDue(known)) {
            long now = setup.nowNanos();
            lookedAtNanos = now;
            notBeforeNanos = now + REST_NANOS;
            lookedForMarker = covers(known.marker(), now) ? known.marker() : lookedForMarker;
            TruncationLook look = new TruncationLook(
                    setup,
                    new TruncationLook.Known(known, checkpoints.newest(now), snapshotTopicId),
                    new TruncationLook.Wanted(request != null, request != null && request.dryRun, isSizeTold(now)));
            work = new Work(
                    request,
                    CompletableFuture.supplyAsync(look::run, setup.all().truncations()));
        }
    }

    private boolean isDue(SnapshotRow.Checkpoint known) {
        long now = setup.nowNanos();
        if (!policy.automatic() || now < notBeforeNanos) {
            return false;
        }
        boolean marked =
                policy.markers() && covers(known.marker(), now) && !Objects.equals(lookedForMarker, known.marker());
        return marked || now - lookedAtNanos >= policy.interval().toNanos();
    }

    /** Whether a checkpoint that is old enough covers everything before a marker. */
    private boolean covers(@Nullable Long marker, long now) {
        return marker != null
                && checkpoints
                        .newest(now)
                        .filter(old -> old.position() >= marker)
                        .isPresent();
    }

    private boolean isSizeTold(long now) {
        return truncatedAtNanos == null || now - truncatedAtNanos >= FREEING_NANOS;
    }

    private void end(Work done) {
        work = null;
        try {
            succeeded(done.outcome.join(), done.request);
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error bug) {
                throw bug;
            }
            failed(e.getCause() instanceof RuntimeException known ? known : e, done.request);
        }
        publish();
    }

    private void succeeded(TruncationReport report, @Nullable Request request) {
        last = report;
        backoff.reset();
        if (!trouble.isEmpty()) {
            LOG.atInfo().addKeyValue("partition", setup.wal()).log("the WAL can be truncated again");
        }
        trouble = "";
        warnOfHolds(report);
        if (report.truncatedTo() != null) {
            truncated(report, report.truncatedTo());
        }
        if (request != null) {
            answer(request, new Truncated(Outcome.DONE, said(report, request.dryRun), report));
        }
    }

    private void truncated(TruncationReport report, long start) {
        truncations++;
        truncatedTo = truncatedTo == null ? start : Math.max(start, truncatedTo);
        truncatedAtNanos = setup.nowNanos();
        LOG.atInfo()
                .addKeyValue("partition", setup.wal())
                .addKeyValue("from", report.logStart())
                .addKeyValue("to", start)
                .addKeyValue("limit", report.words())
                .log("WAL truncated");
    }

    private void warnOfHolds(TruncationReport report) {
        for (TruncationReport.Hold hold : report.holds()) {
            if (hold.offset() != null) {
                warnedOf.remove(hold.group());
            } else if (warnedOf.add(hold.group())) {
                LOG.atWarn()
                        .addKeyValue("partition", setup.wal())
                        .addKeyValue("group", hold.group())
                        .log("a group that holds the WAL has never committed an offset: nothing is truncated");
            }
        }
    }

    private static String said(TruncationReport report, boolean dryRun) {
        if (report.offsets() == 0) {
            return "nothing may be deleted, for the log begins at offset %d; %s"
                    .formatted(report.logStart(), report.words());
        }
        return "%s before offset %d %s, %s"
                .formatted(
                        report.offsets() == 1 ? "1 offset" : "%,d offsets".formatted(report.offsets()),
                        report.floor(),
                        dryRun ? "would be deleted" : "are deleted",
                        report.words());
    }

    /** Nothing of it halts the shard: what is not deleted only takes room. */
    private void failed(RuntimeException e, @Nullable Request request) {
        failures++;
        boolean refused = e instanceof LogException failure && failure.kind() == LogException.Kind.REFUSED;
        notBeforeNanos = setup.nowNanos() + (refused ? LONGEST_REST_NANOS : backoff.next());
        lookedForMarker = null;
        boolean known = e instanceof LogException || e instanceof CdcException;
        String reason = known ? String.valueOf(e.getMessage()) : "a bug, report it: " + e;
        if (trouble.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("partition", setup.wal())
                    .addKeyValue("error", reason)
                    .setCause(known ? null : e)
                    .log("the WAL cannot be truncated; it takes more room until it can");
        }
        trouble = "not truncated: " + reason;
        if (request != null) {
            answer(request, new Truncated(Outcome.REFUSED, trouble, null));
        }
    }

    /** The shard is let go of, or taken over anew: what is under way is of no more interest, and harms nobody. */
    void drop() {
        work = null;
        checkpoint = null;
        publish();
        refuse(Outcome.REFUSED, "the shard is just being let go of or taken over anew: look at its status");
    }

    private void publish() {
        SnapshotRow.Checkpoint known = checkpoint;
        board.truncation(
                known == null
                        ? null
                        : new TruncationStatus(
                                known.marker(), known.truncatedTo(), last, truncations, failures, trouble));
    }

    private void answer(Request request, Truncated answer) {
        given.compareAndSet(request, null);
        request.answer.complete(answer);
    }

    // --- for any thread

    /** Asks for everything to be deleted that may go, or, in a dry run, what that is; one at a time. */
    CompletableFuture<Truncated> ask(boolean dryRun) {
        Request request = new Request(dryRun, new CompletableFuture<>());
        return given.compareAndSet(null, request)
                ? request.answer
                : CompletableFuture.completedFuture(new Truncated(
                        Outcome.REFUSED, "the shard is just being truncated: ask again in a moment", null));
    }

    /** Answers what was asked for and will not be done. */
    void refuse(Outcome outcome, String why) {
        Request request = given.getAndSet(null);
        if (request != null) {
            request.answer.complete(new Truncated(outcome, why, null));
        }
    }
}
