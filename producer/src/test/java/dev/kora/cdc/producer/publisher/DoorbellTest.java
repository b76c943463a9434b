package dev.kora.cdc.producer.publisher;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What ends the rest of the publisher's thread, and what does not. */
final class DoorbellTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Doorbell doorbell = new Doorbell();
    private final RingReader empty = new RingReader(new EntryRing(1 << 12));

    /** A second is rested before a log is opened again: a permit that is left over must not cut it short. */
    @Test
    void aPermitThatIsLeftOverDoesNotShortenARest() {
        Duration rest = Duration.ofMillis(50);
        long began = System.nanoTime();
        LockSupport.unpark(Thread.currentThread());
        doorbell.rest(Rest.of(rest.toNanos()), empty);
        assertTrue(System.nanoTime() - began >= rest.toNanos());
    }

    @Test
    void aCallEndsItAlsoWhereItCameBefore() {
        doorbell.call();
        doorbell.rest(Rest.of(LONG.toNanos()), empty);
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        doorbell.rest(Rest.untilEntry(LONG.toNanos()), empty);
        assertTrue(Thread.interrupted());
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
