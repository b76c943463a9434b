package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.Source;
import dev.kora.cdc.producer.SourceReport;
import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds a database from a Kora data directory: shard <i>i</i> of the database is {@code shard-i} of the directory.
 *
 * <p>Where each shard's source stood is committed with its entries, so a restart neither repeats nor skips a record. The
 * time of a record is when it was first seen: Kora's log has none. {@link #status()} is thread-safe; the rest belongs to the
 * thread that opens and closes the source.
 */
public final class KoraSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(KoraSource.class);
    private static final long POLL_NANOS = Duration.ofMillis(10).toNanos();
    private static final long CLOSE_MS = 10_000;
    private static final int STEP_RECORDS = 1024;

    private final Path directory;
    private final List<ShardFollower> followers;
    private final Publisher publisher;
    private final Thread thread;
    private volatile boolean closed;
    /** Why no shard is read any more, whatever its files hold. */
    private volatile @Nullable String failure;

    private KoraSource(Path directory, List<ShardFollower> followers, Publisher publisher) {
        this.directory = directory;
        this.followers = followers;
        this.publisher = publisher;
        this.thread = Thread.ofPlatform().name("kora-source").daemon().unstarted(this::run);
    }

    /**
     * Starts to follow a directory.
     *
     * @param publisher of a database with as many shards as the directory; stays open when the source closes
     * @throws CdcException.Invalid the directory is none of Kora's, or its shards are not the database's
     */
    public static KoraSource open(Path directory, FollowerOptions options, Publisher publisher, InstantSource clock) {
        int shards = KoraDirectory.shards(directory);
        if (shards != publisher.shards()) {
            throw new CdcException.Invalid(
                    directory + " has " + shards + " shards, the database has " + publisher.shards()
                            + ": a shard of Kora is a shard of the database, so use a database of its own for this directory");
        }
        List<ShardFollower> followers = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            followers.add(new ShardFollower(i, KoraDirectory.shard(directory, i), options, sink(publisher, i), clock));
        }
        for (int i = 0; i < shards; i++) {
            followers.get(i).attach(publisher.sourcePosition(i));
        }
        KoraSource source = new KoraSource(directory, List.copyOf(followers), publisher);
        source.thread.start();
        return source;
    }

    /** Whether a Kora engine has fed the database, so that its keys are in the engine's shards. */
    public static boolean hasFed(Publisher publisher) {
        return IntStream.range(0, publisher.shards())
                .anyMatch(shard -> publisher
                        .sourcePosition(shard)
                        .filter(SourcePosition::isOne)
                        .isPresent());
    }

    private static RecordSink sink(Publisher publisher, int shard) {
        return (record, position) ->
                publisher.tryAppend(List.of(new ShardRecord(shard, record, position.encode())), CommitListener.NONE);
    }

    /** Where each shard's source stands, by shard. */
    public List<FollowerStatus> status() {
        return followers.stream().map(ShardFollower::status).toList();
    }

    @Override
    public SourceReport report() {
        List<FollowerStatus> status = status();
        List<FollowerStatus> halted =
                status.stream().filter(FollowerStatus::halted).toList();
        String failed = failure;
        return new SourceReport(
                "kora " + directory,
                failed != null
                        ? SourceReport.State.FAILED
                        : halted.isEmpty() ? SourceReport.State.RUNNING : SourceReport.State.HALTED,
                failed != null ? failed : reason(halted),
                status.stream().mapToLong(FollowerStatus::records).sum(),
                status.stream().map(FollowerStatus::report).toList());
    }

    private static String reason(List<FollowerStatus> halted) {
        return halted.stream()
                .map(each -> "shard %d: %s".formatted(each.shard(), each.haltReason()))
                .collect(Collectors.joining("; "));
    }

    private void run() {
        try {
            while (!closed) {
                boolean progress = false;
                for (ShardFollower follower : followers) {
                    progress |= follower.step(STEP_RECORDS);
                }
                if (!progress) {
                    checkPublisher();
                    LockSupport.parkNanos(this, POLL_NANOS);
                }
            }
        } catch (CdcException.Fenced e) {
            haltAll(String.valueOf(e.getMessage()));
        } catch (Throwable bug) {
            LOG.atError().setCause(bug).log("A bug has ended the Kora source");
            haltAll("the source has ended by a bug, report it: " + bug);
        }
    }

    /** What was handed over may be uncommitted when the publisher stops, and no later record may come to find that out. */
    private void checkPublisher() {
        PublisherStatus status = publisher.status();
        if (status.ended()) {
            throw new CdcException.Fenced(
                    "the publisher has stopped: "
                            + status.lastError().orElse(status.state().name()),
                    null);
        }
    }

    private void haltAll(String reason) {
        failure = reason;
        followers.stream().filter(each -> !each.status().halted()).forEach(each -> each.halt(reason));
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (ShardFollower follower : followers) {
            closeQuietly(follower);
        }
    }

    private static void closeQuietly(ShardFollower follower) {
        try {
            follower.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("A file of Kora's could not be closed");
        }
    }
}
