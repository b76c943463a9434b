package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.producer.PublisherStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The parts of a publisher, put together, without any thread: entries come in by {@link #intake()}, and whoever drives the {@link
 * #loop()} brings them into the log.
 */
final class PublisherCore {
    private final PublisherSetup setup;
    private final Backlog backlog;
    private final Halt halt = new Halt();
    private final Doorbell doorbell = new Doorbell();
    private final PublisherMetrics metrics = new PublisherMetrics();
    private final Intake intake;
    private final CommitLoop loop;

    PublisherCore(PublisherSetup setup, Log log) {
        this.setup = setup;
        this.backlog = new Backlog(setup.config().shards(), setup.config().bufferBytes(), setup.nanoClock());
        this.intake = new Intake(setup, backlog, halt, doorbell, metrics);
        this.loop = new CommitLoop(setup, log, backlog, intake, halt, metrics);
    }

    PublisherSetup setup() {
        return setup;
    }

    Backlog backlog() {
        return backlog;
    }

    Halt halt() {
        return halt;
    }

    Doorbell doorbell() {
        return doorbell;
    }

    PublisherMetrics metrics() {
        return metrics;
    }

    Intake intake() {
        return intake;
    }

    CommitLoop loop() {
        return loop;
    }

    /** Takes no more entries; the loop ends once those it has are committed. */
    void close() {
        halt.close();
        intake.passAll();
        halt.settle();
        doorbell.call();
    }

    /** The loop ends with its next step. */
    void abandon() {
        loop.abandon();
        doorbell.call();
    }

    PublisherStatus status() {
        List<PublisherStatus.Shard> shards = IntStream.range(0, setup.config().shards())
                .mapToObj(this::status)
                .toList();
        long appended = 0;
        for (ShardSequencer each : backlog.sequencers()) {
            appended += each.takenEntries();
        }
        return new PublisherStatus(
                loop.condition().state(),
                shards,
                backlog.ring().capacity(),
                backlog.ring().used(),
                appended,
                metrics.refusedFull() + metrics.refusedInvalid(),
                metrics.commits(),
                metrics.aborted(),
                metrics.reopened(),
                Optional.ofNullable(loop.condition().retryingSince()),
                Optional.ofNullable(loop.condition().lastError()));
    }

    private PublisherStatus.Shard status(int shard) {
        ShardProgress progress = backlog.progress()[shard];
        ShardSequencer sequencer = backlog.sequencers()[shard];
        long committedSequence = progress.committedSequence();
        long committedBytes = progress.committedBytes();
        return new PublisherStatus.Shard(
                shard,
                sequencer.epoch(),
                committedSequence,
                sequencer.sequence() - committedSequence,
                sequencer.takenBytes() - committedBytes);
    }
}
