package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.SourceWriter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A {@link Publisher} over the log port: the core with its thread, {@code kora-publisher-<database>}. Thread-safe.
 *
 * <p>A committed entry is acknowledged by all in-sync replicas; on a single broker that is the operating system's page cache, not the disk.
 */
public final class KafkaPublisher implements Publisher {
    private static final Duration LAST_GRACE = Duration.ofSeconds(5);

    private final PublisherCore core;
    private final Thread thread;
    private final AtomicBoolean closed = new AtomicBoolean();

    private KafkaPublisher(PublisherCore core) {
        this.core = core;
        this.thread = new Thread(
                this::drain, "kora-publisher-" + core.setup().config().database());
        this.thread.setDaemon(true);
    }

    /**
     * Takes over the database's WAL from whoever wrote it before, and returns when every shard's new epoch is committed.
     *
     * @param log reaches the WAL topic, which must exist; it stays the caller's to close, after the publisher
     * @param clock gives entries their time
     * @throws CdcException.Unavailable the log was not reached in time: try again
     * @throws CdcException.Fenced another writer took over meanwhile
     * @throws CdcException.Invalid there is no such topic, or it may not be written
     * @throws CdcException.Corrupt the log does not say where it ends
     */
    public static KafkaPublisher open(PublisherConfig config, Log log, WalEntryCodec codec, InstantSource clock) {
        KafkaPublisher publisher =
                new KafkaPublisher(new PublisherCore(new PublisherSetup(config, codec, clock, System::nanoTime), log));
        publisher.thread.start();
        boolean opened = false;
        try {
            publisher.awaitRunning();
            opened = true;
        } finally {
            if (!opened) {
                publisher.giveUp();
            }
        }
        return publisher;
    }

    private void awaitRunning() {
        Duration timeout = core.setup().config().openTimeout();
        try {
            if (!core.backlog().signal().await(timeout, this::running)) {
                throw new CdcException.Unavailable(
                        "%s could not be opened for writing within %s: %s"
                                .formatted(
                                        core.setup().topic(),
                                        timeout,
                                        core.loop().condition().lastError()),
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CdcException.Unavailable(
                    "interrupted while opening " + core.setup().topic(), e);
        }
    }

    private boolean running() {
        Halt.Ending ending = core.halt().ending();
        if (ending != null) {
            throw ending.cause();
        }
        return core.loop().condition().running();
    }

    private void drain() {
        try {
            while (!core.loop().ended()) {
                Rest rest = core.loop().step();
                if (rest.nanos() > 0) {
                    core.doorbell().rest(rest, core.loop().reader());
                }
            }
        } catch (Throwable bug) {
            core.loop().fail(bug);
        }
    }

    @Override
    public int shards() {
        return core.setup().config().shards();
    }

    @Override
    public SourceWriter writer(int shard) {
        checkShard(shard);
        return new KafkaWalWriter(core, shard);
    }

    @Override
    public boolean tryAppend(List<ShardRecord> command, CommitListener listener) {
        boolean taken = !core.backlog().room().awaited() && core.intake().takeCommand(command, listener);
        if (!taken) {
            core.metrics().refusedFull.increment();
        } else {
            tellIfEnded();
        }
        return taken;
    }

    /** Whoever came just after the end was announced would wait for ever. */
    private void tellIfEnded() {
        Halt.Ending ending = core.halt().ending();
        if (ending != null) {
            core.backlog().end(ending.cause());
        }
    }

    @Override
    public Optional<Bytes> sourcePosition(int shard) {
        checkShard(shard);
        return Optional.ofNullable(core.backlog().progress()[shard].committedPosition());
    }

    private void checkShard(int shard) {
        if (shard < 0 || shard >= shards()) {
            throw new CdcException.Invalid("shard %d does not exist: there are %d, from 0".formatted(shard, shards()));
        }
    }

    @Override
    public PublisherStatus status() {
        return core.status();
    }

    /** What this publisher counts. */
    public PublisherMetrics metrics() {
        return core.metrics();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        core.close();
        boolean interrupted = !join(core.setup().config().closeTimeout());
        if (thread.isAlive()) {
            giveUp();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        throwIfUncommitted();
    }

    private void giveUp() {
        core.halt().close();
        core.abandon();
        thread.interrupt();
        if (!join(LAST_GRACE)) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the thread's end; returns false where it was interrupted. */
    private boolean join(Duration timeout) {
        try {
            thread.join(timeout);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void throwIfUncommitted() {
        long left = core.backlog().pendingEntries();
        if (left == 0) {
            return;
        }
        Halt.Ending ending = core.halt().ending();
        String message = "%s was closed with %d entries uncommitted: they may or may not be in the log"
                .formatted(core.setup().topic(), left);
        if (ending != null && ending.cause() instanceof CdcException.Fenced) {
            throw new CdcException.Fenced(message, ending.cause());
        }
        throw new CdcException.Unavailable(message, ending == null ? null : ending.cause());
    }
}
