package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.stack.NumberedWal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker stands still (SIGSTOP) under load, as with a long collection or a disk that hangs, and goes on: connections are kept and
 * nothing is answered, so nobody knows what became of the commit under way. Once for less than the transaction time-out and once for more:
 * nothing is lost or doubled, and writer and consumer go on by themselves.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
final class PausedBrokerFaultIT {
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final String DATABASE = "paused";

    @TempDir
    Path directory;

    @Test
    void aBrokerThatStandsStillAndGoesOnLosesAndDoublesNothing() {
        try (BrokerProcess broker = BrokerProcess.start(directory.resolve("kafka"), Map.of());
                KafkaLog log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()))) {
            NumberedWal.create(broker.bootstrapServers(), DATABASE);
            try (Consumer consumer = Consumer.open(log, DATABASE, NumberedWal.SHARDS, directory.resolve("store"));
                    WriterChild writer = WriterChild.start(broker.bootstrapServers(), DATABASE)) {
                writer.awaitTaken(1_000);
                pause(broker, writer, SHORT);
                long refused = writer.refused();
                pause(broker, writer, LONG);
                assertTrue(writer.refused() > refused, "the ring was never full");
                writer.finish();
                writer.check(log, DATABASE);
                consumer.check();
                System.out.printf(
                        "broker paused for %d s and for %d s: %s%n",
                        SHORT.toSeconds(), LONG.toSeconds(), writer.summary());
                writer.checkMemory();
            }
        }
    }

    private static void pause(BrokerProcess broker, WriterChild writer, Duration time) {
        broker.pause();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < time.toNanos()) {
            writer.nextStats();
        }
        broker.resume();
        writer.awaitWorking();
        writer.awaitTaken(writer.taken() + 500);
    }
}
