package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kora.cdc.stack.Progress;
import dev.kora.cdc.stack.Stack;
import dev.kora.cdc.stack.StackConfig;
import dev.kora.cdc.stack.judge.Judge;
import dev.kora.cdc.stack.judge.RedisProcess;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five long runs before a real Redis, one after the other on one database; with {@code -Dkora.seed} one of them again. */
@Timeout(value = 25, unit = TimeUnit.MINUTES)
final class RedisJudgeFaultIT {
    private static final int SEEDS = 5;
    private static final int COMMANDS = 100_000;
    private static final int COMPARISONS = 10;

    @TempDir
    Path directory;

    @BeforeAll
    static void needsRedis() {
        assumeTrue(RedisProcess.isInstalled(), RedisProcess.ABSENT);
    }

    @Test
    void bothReachTheSameState() {
        Long seed = Long.getLong("kora.seed");
        long[] seeds = seed != null
                ? new long[] {seed}
                : new SplittableRandom().longs(SEEDS).toArray();
        try (RedisProcess redis = RedisProcess.start(directory);
                Stack stack = Stack.start(StackConfig.of(directory.resolve("kora")), Progress.silent())) {
            for (long each : seeds) {
                System.out.println(Judge.run(stack, redis, each, COMMANDS, COMPARISONS));
            }
        }
    }
}
