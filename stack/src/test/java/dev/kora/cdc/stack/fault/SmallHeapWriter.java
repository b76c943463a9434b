package dev.kora.cdc.stack.fault;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.SourceWriter;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.stack.NumberedWal;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * A publisher in a process of its own, with many threads that append and are refused while Kafka is away. Each thread pushes 0, 1,
 * 2, … to a list of its own; a number that was refused is appended again, so the log must hold each list's numbers without a gap.
 *
 * <p>It prints, once a second, {@code stats name=value …}, and every ten seconds {@code memory name=value …}, measured after a
 * collection. When its input ends it stops, waits until everything is committed, and prints {@code list KEY COUNT} for each list,
 * {@code refusal TEXT} with the last refusal, and {@code total name=value …}. Arguments: servers, database.
 */
public final class SmallHeapWriter {
    static final String STATS = "stats ";
    static final String MEMORY = "memory ";
    static final String LIST = "list ";
    static final String REFUSAL = "refusal ";
    static final String TOTAL = "total ";
    /** Times the 10 ms that each append waits for room: about 4,000 attempts a second where the ring is full. */
    static final int THREADS = 48;

    static final Duration APPEND_TIMEOUT = Duration.ofMillis(10);
    static final Duration SYNC_TIMEOUT = Duration.ofSeconds(60);

    private static final int VALUE_BYTES = 4_000;
    private static final long REST_AFTER_TAKEN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int SECONDS_BETWEEN_COLLECTIONS = 10;

    private final KafkaPublisher publisher;
    private final List<Appender> appenders = new ArrayList<>();
    private volatile boolean stopping;

    private SmallHeapWriter(KafkaPublisher publisher) {
        this.publisher = publisher;
        for (int i = 0; i < THREADS; i++) {
            appenders.add(new Appender(i, publisher.writer(i % NumberedWal.SHARDS)));
        }
    }

    public static void main(String... args) throws InterruptedException, JMException {
        // The defaults, among them the ring of 64 MiB, but for the waits.
        PublisherConfig config = PublisherConfig.of(args[1], NumberedWal.SHARDS)
                .withTimeouts(APPEND_TIMEOUT, SYNC_TIMEOUT, Duration.ofMinutes(1), Duration.ofMinutes(1));
        CountDownLatch inputEnds = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("input").start(() -> awaitEndOfInput(inputEnds));
        try (KafkaLog log = KafkaLog.open(KafkaSettings.of(args[0]));
                KafkaPublisher publisher = NumberedWal.open(log, config)) {
            new SmallHeapWriter(publisher).run(inputEnds);
        }
    }

    private static void awaitEndOfInput(CountDownLatch ends) {
        try {
            System.in.readAllBytes();
        } catch (IOException e) {
            // The parent has gone.
        } finally {
            ends.countDown();
        }
    }

    private void run(CountDownLatch inputEnds) throws InterruptedException, JMException {
        appenders.forEach(Appender::start);
        for (int second = 1; !inputEnds.await(1, TimeUnit.SECONDS); second++) {
            print(STATS);
            if (second % SECONDS_BETWEEN_COLLECTIONS == 0) {
                printMemory();
            }
        }
        stopping = true;
        for (Appender each : appenders) {
            each.join();
            each.writer.sync();
            System.out.println(LIST + each.key + " " + each.taken);
        }
        System.out.println(REFUSAL + lastRefusal());
        print(TOTAL);
    }

    private String lastRefusal() {
        return appenders.stream()
                .map(each -> each.refusal)
                .filter(text -> !text.isEmpty())
                .findAny()
                .orElse("none");
    }

    private void print(String kind) {
        PublisherStatus status = publisher.status();
        long taken = sum(each -> each.taken);
        long refused = sum(each -> each.refused);
        System.out.println(kind
                + "taken=%d refused=%d attempted=%d state=%s retrying=%d ringUsed=%d refusedFull=%d refusedInvalid=%d appended=%d heartbeats=%d aborted=%d reopened=%d"
                        .formatted(
                                taken,
                                refused,
                                sum(each -> each.attempted),
                                status.state(),
                                status.retryingSince().isPresent() ? 1 : 0,
                                status.ringUsedBytes(),
                                publisher.metrics().refusedFull(),
                                publisher.metrics().refusedInvalid(),
                                status.appended(),
                                publisher.metrics().heartbeats(),
                                status.aborted(),
                                status.reopened()));
    }

    private long sum(ToLongFunction<Appender> count) {
        return appenders.stream().mapToLong(count).sum();
    }

    private static void printMemory() throws JMException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        Set<ObjectName> producers = beans.queryNames(new ObjectName("kafka.producer:type=producer-metrics,*"), null);
        long buffered = 0;
        for (ObjectName producer : producers) {
            buffered += ((Number) beans.getAttribute(producer, "buffer-total-bytes")).longValue()
                    - ((Number) beans.getAttribute(producer, "buffer-available-bytes")).longValue();
        }
        System.out.println(MEMORY
                + "heap=%d direct=%d threads=%d producers=%d buffered=%d"
                        .formatted(
                                heap,
                                direct,
                                ManagementFactory.getThreadMXBean().getThreadCount(),
                                producers.size(),
                                buffered));
    }

    /** Only its own thread writes what the others read. */
    private final class Appender extends Thread {
        private final String key;
        private final SourceWriter writer;
        private final byte[] noise = new byte[VALUE_BYTES];
        private volatile long attempted;
        private volatile long taken;
        private volatile long refused;
        private volatile String refusal = "";

        Appender(int number, SourceWriter writer) {
            super("appender-" + number);
            this.key = "list-" + number;
            this.writer = writer;
            new Random(number).nextBytes(noise); // else compression makes nothing of it
        }

        @Override
        public void run() {
            while (!stopping) {
                WalRecord next = push();
                boolean done = append(next);
                while (!done && !stopping) {
                    done = append(next);
                }
                LockSupport.parkNanos(REST_AFTER_TAKEN_NANOS);
            }
        }

        private WalRecord push() {
            byte[] value = noise.clone();
            ByteBuffer.wrap(value).putLong(taken);
            return new WalRecord.RPush(Bytes.utf8(key), List.of(Bytes.of(value)));
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread alone
        private boolean append(WalRecord record) {
            attempted++;
            try {
                writer.append(record);
                taken++;
                return true;
            } catch (CdcException.Unavailable full) {
                refused++;
                refusal = String.valueOf(full.getMessage());
                return false;
            } catch (Throwable other) {
                System.err.println("an append failed in another way than it may: " + other);
                Runtime.getRuntime().halt(3);
                return false;
            }
        }
    }
}
