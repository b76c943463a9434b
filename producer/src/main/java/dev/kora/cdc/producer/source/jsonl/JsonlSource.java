package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.Source;
import dev.kora.cdc.producer.SourceReport;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds a database from JSON Lines, in the order of the lines.
 *
 * <p><b>Recovery.</b> Each record of a file carries the position behind its line, which is committed with it. One thread
 * appends, the publisher commits what it took in that order, and a transaction spans all shards; so what is committed is always a run
 * of lines from the first one on, and its last line is the furthest that any shard's last position names. Reading goes on
 * behind it: no line is lost or doubled, wherever the process ended. A position counts loads, since a shard that no line of a
 * newer load has reached yet still names a line of an older one, maybe of another file.
 *
 * <p><b>Identity.</b> A position holds checksums of the file's beginning and of the line before it. A file that is shorter, or
 * other there, is refused unless its reading from the first line is asked for: whether its lines are in the log, nobody can tell.
 *
 * <p><b>Rejected</b> are lines that cannot be appended as they are. Each is told of, with its number, and left out; the rest goes on.
 *
 * <p>{@link #run()} reads on the thread that calls it, {@link #start()} on one of its own, {@code jsonl-source}. What it tells of
 * itself, and {@link #close()}, are for any thread.
 */
public final class JsonlSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(JsonlSource.class);
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    /** A thread that waits for the next line of a stream cannot be woken. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final JsonlInput input;
    private final @Nullable LineFile file;
    private final LineReader reader;
    private final int load;
    private final Publisher publisher;
    private final LineRecords records;
    private final JsonlCounts counts;
    private final JsonlListener listener;
    private final JsonlProgress progress;
    private final NextStart nextStart;
    private final Thread thread =
            Thread.ofPlatform().name("jsonl-source").daemon().unstarted(this::runToTheEnd);
    private volatile boolean closed;
    private volatile @Nullable String failure;

    private JsonlSource(
            JsonlInput input,
            @Nullable LineFile file,
            LineReader reader,
            Beginning beginning,
            Publisher publisher,
            Context context) {
        this.input = input;
        this.file = file;
        this.reader = reader;
        this.load = beginning.load();
        this.publisher = publisher;
        this.records = new LineRecords(publisher.shards(), context.clock);
        this.counts = new JsonlCounts(beginning.behind().map(LinePosition::line).orElse(0L));
        this.listener = context.listener;
        this.nextStart = new NextStart(input, beginning.anew());
        this.progress = new JsonlProgress(input.name(), counts, this::percent, this::reason, context);
    }

    /**
     * What a source stands on besides.
     *
     * @param clock the wall clock
     * @param nanos a clock that only goes forward, in nanoseconds
     * @param listener is told what people want to know
     */
    public record Context(InstantSource clock, LongSupplier nanos, JsonlListener listener) {}

    /**
     * Opens an input and finds its place in it.
     *
     * @param fromBeginning whether a file is read from its first line, whatever of it was read before
     * @param publisher stays open when the source closes
     * @throws CdcException.Invalid it cannot be read, or the file is not the one that the database was fed from last
     */
    public static JsonlSource open(JsonlInput input, boolean fromBeginning, Publisher publisher, Context context) {
        return switch (input) {
            case JsonlInput.OfFile it -> openFile(it, fromBeginning, publisher, context);
            case JsonlInput.OfStream it -> {
                Beginning beginning = new Beginning(0, Optional.empty());
                yield new JsonlSource(it, null, new LineReader(it.in()), beginning, publisher, context);
            }
        };
    }

    private static JsonlSource openFile(
            JsonlInput.OfFile input, boolean fromBeginning, Publisher publisher, Context context) {
        LineFile file = null;
        try {
            file = LineFile.open(input.path());
            Beginning beginning = Beginning.of(input.name(), file, fromBeginning, publisher);
            Optional<LinePosition> behind = beginning.behind();
            LineReader reader = behind.isPresent() ? file.readerBehind(behind.get()) : file.reader();
            behind.ifPresent(it -> context.listener.notice(
                    "%s: lines up to %d are in the log, goes on behind them".formatted(input.name(), it.line())));
            return new JsonlSource(input, file, reader, beginning, publisher, context);
        } catch (IOException e) {
            closeQuietly(file);
            throw unreadable(input, e);
        } catch (RuntimeException e) {
            closeQuietly(file);
            throw e;
        }
    }

    /** Reads to the end of the input on a thread of its own; {@link #report()} tells how that went. */
    public JsonlSource start() {
        thread.start();
        return this;
    }

    private void runToTheEnd() {
        try {
            run();
        } catch (CdcException e) {
            failure = String.valueOf(e.getMessage());
        } catch (Throwable bug) {
            LOG.atError().setCause(bug).log("A bug has ended the reading of lines");
            failure = "reading has ended by a bug, report it: " + bug;
        }
        listener.notice(input.name() + ": " + status().text());
    }

    /**
     * Reads to the end of the input and waits until all of it is committed, or until it is closed.
     *
     * @throws CdcException.Invalid the input cannot be read any further
     * @throws CdcException.Fenced the publisher has stopped; the message says up to where the input is committed
     */
    public JsonlStatus run() {
        boolean whole = readAll();
        while (!closed && counts.uncommitted()) {
            pause();
        }
        if (whole && !counts.uncommitted()) {
            counts.complete();
        }
        return status();
    }

    /** Whether the input's end was reached. */
    private boolean readAll() {
        try {
            for (Line line = next(); line != null; line = next()) {
                if (!take(line)) {
                    return false;
                }
                tell();
            }
            return !closed;
        } catch (IOException e) {
            if (closed) {
                return false;
            }
            throw unreadable(input, e);
        }
    }

    private @Nullable Line next() throws IOException {
        return closed ? null : reader.read();
    }

    /** Takes a line, whatever it is; false where the source was closed before it was taken. */
    private boolean take(Line line) {
        try {
            List<ShardRecord> command = line.blank() ? List.of() : records.of(line, position(line));
            if (command.isEmpty()) {
                counts.skipped();
            } else if (!append(line, command)) {
                return false;
            }
        } catch (CdcException.Invalid e) {
            counts.rejected();
            listener.rejected(line.number(), String.valueOf(e.getMessage()));
        }
        counts.read();
        return true;
    }

    private @Nullable Bytes position(Line line) {
        return file == null ? null : line.position(load).encode();
    }

    /** Appends as soon as there is room. */
    private boolean append(Line line, List<ShardRecord> command) {
        while (!tryAppend(line, command)) {
            if (closed) {
                return false;
            }
            pause();
        }
        counts.taken();
        return true;
    }

    private boolean tryAppend(Line line, List<ShardRecord> command) {
        try {
            return publisher.tryAppend(command, counts.commitOf(line));
        } catch (CdcException.Fenced e) {
            throw stopped(e);
        }
    }

    private void pause() {
        PublisherStatus status = publisher.status();
        if (status.ended() && counts.uncommitted()) {
            throw stopped(new CdcException.Fenced(
                    "the publisher has stopped: "
                            + status.lastError().orElse(status.state().name()),
                    null));
        }
        tell();
        LockSupport.parkNanos(this, PAUSE_NANOS);
    }

    private void tell() {
        nextStart.news(counts.committedLine()).ifPresent(listener::notice);
        progress.report();
    }

    private CdcException.Fenced stopped(CdcException.Fenced cause) {
        long line = counts.committedLine();
        return new CdcException.Fenced(
                "%s is committed up to line %d, then %s; %s"
                        .formatted(input.name(), line, cause.getMessage(), nextStart.words(line)),
                cause);
    }

    private String percent() {
        try {
            return file == null || file.size() == 0
                    ? ""
                    : String.format(Locale.ROOT, ", %.1f %%", 100.0 * reader.offset() / file.size());
        } catch (IOException e) {
            return "";
        }
    }

    /** Why nothing moves. */
    private String reason() {
        return publisher.status().lastError().map(error -> ": " + error).orElse("");
    }

    /** How far it has come. */
    public JsonlStatus status() {
        return counts.status();
    }

    @Override
    public SourceReport report() {
        JsonlStatus status = status();
        String failed = failure;
        SourceReport.State state = SourceReport.State.RUNNING;
        String reason = status.rejected() == 0 ? "" : rejected(status);
        if (failed != null) {
            state = SourceReport.State.FAILED;
            reason = failed;
        } else if (status.complete()) {
            state = SourceReport.State.FINISHED;
        }
        return new SourceReport(input.name(), state, reason, status.appended(), List.of());
    }

    private String rejected(JsonlStatus status) {
        return "%d lines of %s were rejected: mend them and give them to standard input"
                .formatted(status.rejected(), input.name());
    }

    private static CdcException.Invalid unreadable(JsonlInput input, IOException e) {
        return new CdcException.Invalid("%s cannot be read: %s".formatted(input.name(), e), e);
    }

    private static void closeQuietly(@Nullable LineFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // it was read alone
        }
    }

    @Override
    public void close() {
        closed = true;
        if (!Thread.currentThread().equals(thread)) {
            join();
        }
        closeQuietly(file);
    }

    private void join() {
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
