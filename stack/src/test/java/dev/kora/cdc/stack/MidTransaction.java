package dev.kora.cdc.stack;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Pauses a process within one of its transactions. */
public final class MidTransaction {
    /** What is not decided for so long stands still. */
    private static final Duration STANDS_STILL = Duration.ofMillis(300);

    private MidTransaction() {}

    /**
     * Pauses it again and again, until a transaction stays open.
     *
     * @param partitions that it writes to, and nobody else
     * @param goOn returns when the process, which runs then, has got on: called between two tries
     */
    public static void pause(ChildJvm process, Log log, List<LogPartition> partitions, Runnable goOn) {
        while (true) {
            process.pause();
            try {
                awaitDecided(log, partitions, STANDS_STILL);
            } catch (ConditionTimeoutException stillOpen) {
                return;
            }
            process.resume();
            goOn.run();
        }
    }

    /** Waits until no transaction is open in any of the partitions. */
    public static void awaitDecided(Log log, List<LogPartition> partitions, Duration atMost) {
        Awaitility.await()
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> partitions.stream().map(log::ends).allMatch(MidTransaction::isDecided));
    }

    private static boolean isDecided(LogEnds ends) {
        return ends.lastStable() == ends.highWatermark();
    }
}
