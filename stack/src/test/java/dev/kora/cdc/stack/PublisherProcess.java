package dev.kora.cdc.stack;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.WalWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A publisher in a process of its own, which appends numbers to both shards until it is killed, and prints how many of them
 * were acknowledged. Arguments: servers, database, transaction time-out in milliseconds.
 */
final class PublisherProcess {
    static final String ACKNOWLEDGED = "acknowledged ";

    private static final int BURST = 20;
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private PublisherProcess() {}

    public static void main(String... args) {
        NumberedWal wal = NumberedWal.create(args[0], args[1]);
        Duration transactionTimeout = Duration.ofMillis(Long.parseLong(args[2]));
        try (KafkaLog log = KafkaLog.open(KafkaSettings.of(args[0]));
                KafkaPublisher publisher =
                        NumberedWal.open(log, wal.config().withTransactionTimeout(transactionTimeout));
                WalWriter first = publisher.writer(0);
                WalWriter second = publisher.writer(1)) {
            for (long n = 0; true; n += BURST) {
                for (long each = n; each < n + BURST; each++) {
                    NumberedWal.append(first, each, each + 1);
                    NumberedWal.append(second, each, each + 1);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                first.sync();
                second.sync();
                System.out.println(ACKNOWLEDGED + (n + BURST));
            }
        }
    }
}
