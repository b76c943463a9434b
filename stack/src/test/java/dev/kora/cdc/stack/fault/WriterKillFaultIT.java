package dev.kora.cdc.stack.fault;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The writer is killed under load, again and again. Its successor ends what it had begun, and goes on behind it. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class WriterKillFaultIT {
    private static final int CYCLES = 20;

    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLostOrDoubled() throws InterruptedException {
        try (KillRig rig = KillRig.open("writer killed", directory)) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                long unacknowledged = rig.loadUntilTheKill();
                rig.killGateway();
                rig.endLoads();
                rig.startGateway();
                rig.endCycle("writer", unacknowledged);
            }
            rig.finish();
        }
    }
}
