package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.schema.CdcException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One try to become the only writer of the WAL and to learn where it ends; or, with a writer that is initialised already, only the latter.
 *
 * <p><b>Look before you leap.</b> Initialising a writer fences whoever holds the transactional id, also a live successor. So a
 * publisher that opens again reads the ends first, and stops where they show an epoch above its own. It is the other way round only at
 * its first opening, which is meant to take over.
 *
 * <p><b>What Kafka forgot.</b> A broker that was killed may have forgotten to end a transaction in some partition, also one whose
 * entries were acknowledged (docs/decisions/0010). Only before the writer is initialised does its coordinator know how it was
 * to end, so that is asked first, and done.
 *
 * <p><b>Then settle.</b> Once the writer is initialised no other writer can commit under this id. A foreign transaction may still be
 * open, though, and hold the last stable offset back: until it equals the high watermark, committed entries may be hidden behind it.
 * Only then is what the log holds known for good, and read (again).
 */
final class Opening {
    private final PublisherSetup setup;
    private final Log log;
    private final LogTailReader tails;
    private final long[] knownEpochs;

    private @Nullable LogWriter writer;
    /** The shards before this one hold nothing that a broker forgot. */
    private int looked;

    private String waitingFor = "the log";

    /**
     * @param knownEpochs by shard, above which an epoch belongs to a newer writer; empty at the first opening
     * @param writer an initialised one, to be gone on with; null where one is to be opened
     */
    Opening(PublisherSetup setup, Log log, long[] knownEpochs, @Nullable LogWriter writer) {
        this.setup = setup;
        this.log = log;
        this.tails = new LogTailReader(log, setup.codec());
        this.knownEpochs = knownEpochs;
        this.writer = writer;
    }

    /**
     * Goes as far as it can without waiting.
     *
     * @return the tail of each shard; empty where a transaction is still open or being ended: call again after a rest
     * @throws LogException this try has failed: close it
     * @throws CdcException.Fenced a newer writer has taken over
     * @throws CdcException.Corrupt the log does not say where it ends
     */
    Optional<List<LogTail>> step() {
        if (!isNothingForgotten()) {
            return Optional.empty();
        }
        if (writer == null) {
            writer = initialize();
        }
        return settled() ? Optional.of(readTails()) : Optional.empty();
    }

    /**
     * Has ended what a killed broker forgot. A shard whose transaction is just being ended is looked at again by the next step, and
     * those before it are not: a busy writer, which may be a newer one, is nearly always ending one somewhere.
     */
    private boolean isNothingForgotten() {
        for (; looked < setup.config().shards(); looked++) {
            try {
                log.endForgotten(setup.transactionalId(), setup.partition(looked));
            } catch (LogException e) {
                if (e.kind() != LogException.Kind.TIMED_OUT) {
                    throw e;
                }
                checkEpochs();
                waitingFor = String.valueOf(e.getMessage());
                return false;
            }
        }
        return true;
    }

    private void checkEpochs() {
        if (knownEpochs.length > 0) {
            readTails();
        }
    }

    private LogWriter initialize() {
        checkEpochs();
        LogWriter opened =
                log.openWriter(setup.transactionalId(), setup.config().transactionTimeout());
        try {
            opened.initialize();
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    private boolean settled() {
        for (int shard = 0; shard < setup.config().shards(); shard++) {
            LogPartition partition = setup.partition(shard);
            LogEnds ends = log.ends(partition);
            if (ends.lastStable() < ends.highWatermark()) {
                waitingFor =
                        "an open transaction in %s: last stable offset %d, end %d. If it stays, a broker has forgotten it and nobody knows whether it was committed: kafka-transactions.sh abort --topic %s --partition %d --start-offset %d ends it, and loses its entries even if they were acknowledged (docs/decisions/0010)"
                                .formatted(
                                        partition,
                                        ends.lastStable(),
                                        ends.highWatermark(),
                                        partition.topic(),
                                        partition.partition(),
                                        ends.lastStable());
                return false;
            }
        }
        return true;
    }

    private List<LogTail> readTails() {
        return IntStream.range(0, setup.config().shards())
                .mapToObj(this::readTail)
                .toList();
    }

    private LogTail readTail(int shard) {
        LogTail tail = tails.read(setup.partition(shard));
        if (knownEpochs.length > 0 && tail.epoch() > knownEpochs[shard]) {
            throw new CdcException.Fenced(
                    "%s: a newer writer has taken over in epoch %d: stop this one"
                            .formatted(setup.partition(shard), tail.epoch()),
                    null);
        }
        return tail;
    }

    /** What the last step that returned nothing waits for. */
    String waitingFor() {
        return waitingFor;
    }

    /** The initialised writer, which the caller closes from now on. */
    LogWriter takeWriter() {
        LogWriter taken = writer;
        if (taken == null) {
            throw new IllegalStateException("no writer is open yet");
        }
        writer = null;
        return taken;
    }

    /** Lets go of the writer unless it was taken. Idempotent. */
    void close() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }
}
