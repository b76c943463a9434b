package dev.kora.cdc.stack;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A publisher in a process of its own, which appends numbers to both shards of a {@link NumberedWal}, going on behind those that the log
 * holds, until it is killed or its publisher ends. What it says of itself is followed by a thread. Thread-safe.
 */
public final class PublisherProcess implements AutoCloseable {
    private static final String OPEN = "open";
    private static final String ACKNOWLEDGED = "acknowledged";
    private static final String REFUSED = "refused";
    private static final String ENDED = "ended";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ChildJvm child;
    private final Thread follower;
    private volatile @Nullable Progress opened;
    private volatile @Nullable Progress progress;
    private volatile @Nullable Refusal refusal;
    private volatile @Nullable Ending ending;
    private volatile String lastLine = "";

    /**
     * How it works.
     *
     * @param transactionTimeout at the broker
     * @param burst numbers for each shard between two syncs
     * @param bufferBytes of the ring
     * @param appendTimeout how long an append waits for room in it
     */
    public record Options(Duration transactionTimeout, int burst, int bufferBytes, Duration appendTimeout) {
        /** Transactions of 2 s, and a burst of 20 numbers. */
        public static final Options SMALL = new Options(Duration.ofSeconds(2), 20, 64 << 20, Duration.ofSeconds(20));

        /** Likewise, and so much between two syncs that hardly a moment finds less than some hundreds of numbers unacknowledged. */
        public static final Options BUSY = new Options(Duration.ofSeconds(2), 1_000, 64 << 20, Duration.ofSeconds(20));

        /** Another ring, which is full sooner. */
        public Options withRing(int bytes, Duration timeout) {
            return new Options(transactionTimeout, burst, bytes, timeout);
        }
    }

    /**
     * How far it has come.
     *
     * @param acknowledged for each shard, all numbers below this one are
     */
    public record Progress(List<Long> acknowledged, long aborted, long reopened) {
        public long acknowledged(int shard) {
            return acknowledged.get(shard);
        }
    }

    /** Appends that found no room in time, and what the last of them was told. */
    public record Refusal(long count, String message) {}

    /**
     * How its publisher ended.
     *
     * @param error simple name of the exception that said so
     * @param sent for each shard, all numbers below this one were appended
     * @param refused how many of {@link #TRIES_AFTER_THE_END} appends after it were refused with the same error
     */
    public record Ending(Progress progress, List<Long> sent, String error, long refused, String message) {
        /** Numbers that were appended and never acknowledged. */
        public long unacknowledged() {
            return IntStream.range(0, sent.size())
                    .mapToLong(shard -> sent.get(shard) - progress.acknowledged(shard))
                    .sum();
        }
    }

    /** Appends that are tried after the publisher has ended. */
    public static final int TRIES_AFTER_THE_END = 1_000;

    private PublisherProcess(ChildJvm child) {
        this.child = child;
        this.follower = new Thread(this::follow, "publisher-process-" + child.pid());
        follower.setDaemon(true);
        follower.start();
    }

    /** Starts one and returns at once. The database's topics must exist. */
    public static PublisherProcess launch(String servers, String database, Options options) {
        List<String> args = List.of(
                servers,
                database,
                Long.toString(options.transactionTimeout().toMillis()),
                Integer.toString(options.burst()),
                Integer.toString(options.bufferBytes()),
                Long.toString(options.appendTimeout().toMillis()));
        return new PublisherProcess(ChildJvm.start(PublisherProcess.class, List.of("-Xmx256m"), args));
    }

    /** Starts one and returns when its publisher is open. */
    public static PublisherProcess start(String servers, String database, Options options) {
        PublisherProcess launched = launch(servers, database, options);
        launched.awaitOpen();
        return launched;
    }

    private void follow() {
        for (Optional<String> line = child.nextLine(); line.isPresent(); line = child.nextLine()) {
            lastLine = line.get();
            String[] words = line.get().split(" ", 9);
            switch (words[0]) {
                case OPEN -> {
                    opened = new Progress(numbers(words, 1), 0, 0);
                    progress = opened;
                }
                case ACKNOWLEDGED -> progress = progress(words);
                case REFUSED -> refusal = new Refusal(Long.parseLong(words[1]), line.get());
                case ENDED ->
                    ending = new Ending(progress(words), numbers(words, 5), words[7], refusedIn(words[8]), words[8]);
                default -> {}
            }
        }
    }

    private static Progress progress(String[] words) {
        return new Progress(numbers(words, 1), Long.parseLong(words[3]), Long.parseLong(words[4]));
    }

    private static List<Long> numbers(String[] words, int from) {
        return Arrays.stream(words, from, from + NumberedWal.SHARDS)
                .map(Long::valueOf)
                .toList();
    }

    private static long refusedIn(String rest) {
        return Long.parseLong(rest.substring(0, rest.indexOf(' ')));
    }

    /** Waits until its publisher is open, and returns what the log held of earlier ones: as if it had acknowledged that. */
    public Progress awaitOpen() {
        await(() -> progress != null);
        return Optional.ofNullable(opened).orElseThrow();
    }

    /** How far it has come, as far as it was heard. */
    public Progress progress() {
        Progress now = progress;
        if (now == null) {
            throw new AssertionError("the publisher is not open yet");
        }
        return now;
    }

    /** Waits until so many more numbers of each shard are acknowledged, as of now. */
    public Progress awaitAcknowledged(long more) {
        Progress before = progress();
        await(() -> IntStream.range(0, NumberedWal.SHARDS)
                .allMatch(shard -> progress().acknowledged(shard) >= before.acknowledged(shard) + more));
        return progress();
    }

    /** Appends that found no room in time. */
    public Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Waits until its publisher has ended. */
    public Ending awaitEnding() {
        await(() -> ending != null);
        return Optional.ofNullable(ending).orElseThrow();
    }

    private void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
            boolean holds = condition.call();
            if (!holds && !follower.isAlive()) {
                throw new AssertionError("the publisher's process has gone, and said last: " + lastLine);
            }
            return holds;
        });
    }

    /** To pause it. */
    public ChildJvm jvm() {
        return child;
    }

    /** Ends it as {@code kill -9} does; all that it said is heard then. */
    public void kill() {
        child.kill();
        try {
            follower.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** Arguments: servers, database, and the options in their order, times in milliseconds. */
    public static void main(String... args) {
        NumberedWal wal = NumberedWal.of(args[1]);
        Duration appendTimeout = Duration.ofMillis(Long.parseLong(args[5]));
        PublisherConfig config = wal.config()
                .withTransactionTimeout(Duration.ofMillis(Long.parseLong(args[2])))
                .withBufferBytes(Integer.parseInt(args[4]))
                .withTimeouts(appendTimeout, appendTimeout, Duration.ofSeconds(60), Duration.ofSeconds(1));
        try (KafkaLog log = KafkaLog.open(KafkaSettings.of(args[0]));
                KafkaPublisher publisher = NumberedWal.open(log, config)) {
            new Load(publisher, wal, log, Integer.parseInt(args[3])).run();
        } catch (CdcException toldAlready) {
            System.out.println("closed: " + toldAlready.getMessage());
        }
    }

    /** What the process does. */
    private static final class Load {
        private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

        private final KafkaPublisher publisher;
        private final int burst;
        private final List<WalWriter> writers = new ArrayList<>();
        private final long[] sent;
        private long[] acknowledged;
        private long refused;

        Load(KafkaPublisher publisher, NumberedWal wal, Log log, int burst) {
            this.publisher = publisher;
            this.burst = burst;
            this.sent = IntStream.range(0, NumberedWal.SHARDS)
                    .mapToLong(shard -> wal.numbers(log, shard).size())
                    .toArray();
            this.acknowledged = sent.clone();
            for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
                writers.add(publisher.writer(shard));
            }
        }

        void run() {
            System.out.println(OPEN + " " + spaced(sent));
            try {
                while (true) {
                    append();
                    sync();
                }
            } catch (CdcException e) {
                tellEnd(e);
            }
        }

        private void append() {
            for (int i = 0; i < burst; i++) {
                for (int shard = 0; shard < sent.length; shard++) {
                    append(shard);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        private void append(int shard) {
            while (true) {
                try {
                    writers.get(shard).append(NumberedWal.number(sent[shard]));
                    sent[shard]++;
                    return;
                } catch (CdcException.Unavailable e) {
                    refused++;
                    System.out.println(REFUSED + " " + refused + " " + e.getMessage());
                }
            }
        }

        private void sync() {
            for (int shard = 0; shard < sent.length; shard++) {
                while (!synced(shard)) {}
            }
            acknowledged = sent.clone();
            System.out.println(ACKNOWLEDGED + " " + spaced(acknowledged) + counts());
        }

        private boolean synced(int shard) {
            try {
                writers.get(shard).sync();
                return true;
            } catch (CdcException.Unavailable e) {
                System.out.println("waiting " + e.getMessage());
                return false;
            }
        }

        private String counts() {
            PublisherStatus status = publisher.status();
            return " " + status.aborted() + " " + status.reopened();
        }

        private void tellEnd(CdcException e) {
            String error = e.getClass().getSimpleName();
            long refusedSince = LongStream.range(0, TRIES_AFTER_THE_END)
                    .filter(i -> isRefused((int) (i % sent.length), error))
                    .count();
            System.out.println(ENDED + " " + spaced(acknowledged) + counts() + " " + spaced(sent) + " " + error + " "
                    + refusedSince + " " + e.getMessage());
        }

        private boolean isRefused(int shard, String error) {
            try {
                writers.get(shard).append(NumberedWal.number(-1));
                return false;
            } catch (CdcException e) {
                return e.getClass().getSimpleName().equals(error);
            }
        }

        private static String spaced(long[] numbers) {
            return numbers[0] + " " + numbers[1];
        }
    }
}
