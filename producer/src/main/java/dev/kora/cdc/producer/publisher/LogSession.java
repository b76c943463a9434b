package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the log's writer, and brings the backlog in line with the log whenever one was opened.
 *
 * <p>At the first opening the log's tails say where the shards go on, and an entry in each opens this writer's epoch. Later they say what of
 * the backlog the log has already: a prefix of the ring, since commits take its entries in order. Anything else means that the log is not
 * the one that this publisher wrote, and is final. For the draining thread.
 *
 * <p>An opening that is not known to be committed is begun anew, in the epoch behind what the log holds then: what looks like it may be
 * another writer's, which opened in the same instant. Likewise one that was fenced, unless the log shows by then that it was a newer writer
 * that did so, and not the former one in an attempt to go on.
 */
final class LogSession {
    private static final Logger LOG = LoggerFactory.getLogger(LogSession.class);
    private static final long[] FIRST = {};

    private final PublisherSetup setup;
    private final Log log;
    private final Backlog backlog;
    private final RingReader reader;
    private final Intake intake;
    private final PublisherMetrics metrics;

    private boolean started;
    /** Since the openings were sent: so they are not committed. */
    private boolean fenced;

    private @Nullable String topicId;
    private @Nullable Opening opening;
    private @Nullable LogWriter writer;

    LogSession(
            PublisherSetup setup,
            Log log,
            Backlog backlog,
            RingReader reader,
            Intake intake,
            PublisherMetrics metrics) {
        this.setup = setup;
        this.log = log;
        this.backlog = backlog;
        this.reader = reader;
        this.intake = intake;
        this.metrics = metrics;
    }

    /** Whether the openings of this publisher's epoch are known to be committed. */
    boolean opened() {
        boolean all = started;
        for (int shard = 0; shard < backlog.progress().length; shard++) {
            all &= backlog.progress()[shard].committedEpoch() == backlog.sequencers()[shard].epoch();
        }
        return all;
    }

    /** The initialised writer. */
    LogWriter writer() {
        LogWriter open = writer;
        if (open == null) {
            throw new IllegalStateException("the log is not open");
        }
        return open;
    }

    /**
     * Tries to open the log.
     *
     * @return what it waits for; empty once it is open
     * @throws LogException this try failed: {@link #drop} and try again
     * @throws CdcException.Fenced a newer writer has taken over
     * @throws CdcException.Corrupt the log is not the one that this publisher wrote
     */
    Optional<String> open() {
        checkTopicId();
        Opening current = opening;
        if (current == null) {
            current = new Opening(setup, log, knownEpochs(), null);
            opening = current;
        }
        Optional<List<LogTail>> tails = current.step();
        if (tails.isEmpty()) {
            return Optional.of(current.waitingFor());
        }
        writer = current.takeWriter();
        opening = null;
        goOn(tails.get());
        return Optional.empty();
    }

    private void checkTopicId() {
        String id = log.topicId(setup.topic());
        if (topicId == null) {
            topicId = id;
        } else if (!topicId.equals(id)) {
            throw new CdcException.Corrupt(
                    "topic %s was created anew: its id is %s and was %s; stop, and open a new publisher if that is meant"
                            .formatted(setup.topic(), id, topicId));
        }
    }

    /** The log's epochs as far as this publisher knows of them; none where it takes over from whoever there is. */
    private long[] knownEpochs() {
        int uncommitted = opened() ? 0 : 1;
        return opened() || fenced
                ? Arrays.stream(backlog.sequencers())
                        .mapToLong(sequencer -> sequencer.epoch() - uncommitted)
                        .toArray()
                : FIRST;
    }

    private void goOn(List<LogTail> tails) {
        if (opened()) {
            dropHeld(tails);
        } else {
            forget();
            start(tails);
            started = true;
            fenced = false;
        }
    }

    /** Empties the ring of openings that may not be committed: nothing else is in it before they are. */
    private void forget() {
        backlog.rewind(reader);
        while (reader.next()) {}
        backlog.ring().release(reader.drained());
    }

    private void start(List<LogTail> tails) {
        for (int shard = 0; shard < tails.size(); shard++) {
            LogTail tail = tails.get(shard);
            backlog.sequencers()[shard].open(tail);
            backlog.progress()[shard].open(tail, setup.nanoClock().getAsLong());
            if (!intake.tryTake(shard, Control.WRITER_OPENED)) {
                throw new IllegalStateException(
                        "the ring is too small for the openings of " + tails.size() + " shards");
            }
            LOG.atInfo()
                    .addKeyValue("shard", shard)
                    .addKeyValue("epoch", tail.epoch() + 1)
                    .addKeyValue("afterSequence", tail.sequence())
                    .log("shard opened");
        }
    }

    /** Drops from the ring what the log holds. */
    private void dropHeld(List<LogTail> tails) {
        backlog.rewind(reader);
        long held = reader.drained();
        while (reader.next() && reader.sequence() <= tails.get(reader.shard()).sequence()) {
            backlog.progress()[reader.shard()].drain(reader, setup.nanoClock().getAsLong());
            metrics.committedEntries.increment();
            metrics.committedBytes.add(reader.frameBytes());
            held = reader.drained();
        }
        reader.rewind(held);
        for (int shard = 0; shard < tails.size(); shard++) {
            checkTail(shard, tails.get(shard));
        }
        backlog.commit(reader);
    }

    /** Compares a tail with what the ring has drained up to it. */
    private void checkTail(int shard, LogTail tail) {
        ShardProgress progress = backlog.progress()[shard];
        boolean unmoved = progress.drainedSequence() == progress.committedSequence();
        long epoch = unmoved ? progress.committedEpoch() : backlog.sequencers()[shard].epoch();
        if (tail.sequence() != progress.drainedSequence() || tail.epoch() != epoch) {
            throw new CdcException.Corrupt(
                    "%s ends with epoch %d, sequence %d, where this writer expects epoch %d, sequence %d (committed %d, taken %d): the log lost entries, or somebody else writes to it; stop, and look at its end"
                            .formatted(
                                    setup.partition(shard),
                                    tail.epoch(),
                                    tail.sequence(),
                                    epoch,
                                    progress.drainedSequence(),
                                    progress.committedSequence(),
                                    backlog.sequencers()[shard].sequence()));
        }
    }

    /** Will be open no sooner than the log's tails have been compared with the backlog again, with the writer that there is. */
    void lookAgain() {
        opening = new Opening(setup, log, knownEpochs(), writer());
        writer = null;
    }

    /** Lets go of the writer, which was fenced before the openings were committed: they will be begun anew unless a newer writer shows. */
    void fenced() {
        fenced = started;
        drop();
    }

    /** Lets go of the writer, or of the try to open one. Idempotent. */
    void drop() {
        if (opening != null) {
            opening.close();
            opening = null;
        }
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
