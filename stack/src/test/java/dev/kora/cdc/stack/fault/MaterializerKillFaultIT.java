package dev.kora.cdc.stack.fault;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The materialiser is killed under load, again and again, and now and then its store is lost with it. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class MaterializerKillFaultIT {
    private static final int CYCLES = 20;
    private static final int STORE_LOST_EVERY = 4;

    @TempDir
    Path directory;

    @Test
    void theStateIsThatOfTheLog() throws InterruptedException {
        try (KillRig rig = KillRig.open("materialiser killed", directory)) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                long unacknowledged = rig.loadUntilTheKill();
                rig.killStore();
                boolean storeLost = cycle % STORE_LOST_EVERY == STORE_LOST_EVERY - 1;
                if (storeLost) {
                    rig.deleteStores();
                }
                rig.finishLoads();
                rig.startStore();
                rig.endCycle(storeLost ? "materialiser, and its store" : "materialiser", unacknowledged);
            }
            rig.finish();
        }
    }
}
