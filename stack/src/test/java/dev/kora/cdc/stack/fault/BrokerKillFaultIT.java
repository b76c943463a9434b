package dev.kora.cdc.stack.fault;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The broker is killed under load, again and again: alone, and together with those who then cannot end what they had begun. What a
 * broker forgets of its transactions (docs/decisions/0010) comes to light here.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class BrokerKillFaultIT {
    private static final int CYCLES = 20;

    /** Who dies with the broker. */
    private enum With {
        NOBODY,
        WRITER,
        MATERIALISER,
        BOTH;

        boolean writer() {
            return this == WRITER || this == BOTH;
        }

        boolean materializer() {
            return this == MATERIALISER || this == BOTH;
        }
    }

    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLostOrDoubled() throws InterruptedException {
        try (KillRig rig = KillRig.open("broker killed", directory)) {
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                With with = With.values()[cycle % With.values().length];
                long unacknowledged = rig.loadUntilTheKill();
                rig.killBroker();
                if (with.writer()) {
                    dieWith(rig, with);
                } else {
                    outlive(rig, with);
                }
                rig.endCycle("broker with " + with, unacknowledged);
            }
            rig.finish();
        }
    }

    /** The writer dies, too, and leaves its last transaction to its successor. */
    private static void dieWith(KillRig rig, With with) throws InterruptedException {
        rig.killGateway();
        rig.endLoads();
        if (with.materializer()) {
            rig.killStore();
        }
        rig.startBroker();
        rig.startGateway();
        if (with.materializer()) {
            rig.startStore();
        }
    }

    /** The writer waits for the broker; in the end all is acknowledged. */
    private static void outlive(KillRig rig, With with) throws InterruptedException {
        if (with.materializer()) {
            rig.killStore();
        }
        rig.startBroker();
        rig.finishLoads();
        if (with.materializer()) {
            rig.startStore();
        }
    }
}
