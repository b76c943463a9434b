package dev.kora.cdc.stack.judge;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kora.cdc.stack.Progress;
import dev.kora.cdc.stack.Stack;
import dev.kora.cdc.stack.StackConfig;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One short run before a real Redis; {@code RedisJudgeFaultIT} is the long one. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class RedisJudgeIT {
    private static final int COMMANDS = 10_000;
    private static final int COMPARISONS = 4;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());

    @TempDir
    Path directory;

    @BeforeAll
    static void needsRedis() {
        assumeTrue(RedisProcess.isInstalled(), RedisProcess.ABSENT);
    }

    @Test
    void bothReachTheSameState() {
        try (RedisProcess redis = RedisProcess.start(directory);
                Stack stack = Stack.start(StackConfig.of(directory.resolve("kora")), Progress.silent())) {
            System.out.println(Judge.run(stack, redis, seed, COMMANDS, COMPARISONS));
        }
    }
}
