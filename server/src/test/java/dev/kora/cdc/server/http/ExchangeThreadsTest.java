package dev.kora.cdc.server.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ExchangeThreadsTest {
    @Test
    void refusesOneTooManyUntilOneEnds() {
        ExchangeThreads threads = new ExchangeThreads(1, Duration.ofMinutes(1));
        CountDownLatch release = new CountDownLatch(1);
        threads.execute(() -> waitFor(release));

        assertThrows(RejectedExecutionException.class, () -> threads.execute(() -> {}));

        release.countDown();
        await().ignoreExceptions().until(() -> {
            threads.execute(() -> {});
            return true;
        });
        threads.stop();
    }

    @Test
    void interruptsWhatTakesTooLong() throws InterruptedException {
        ExchangeThreads threads = new ExchangeThreads(1, Duration.ofMillis(1));
        CountDownLatch interrupted = new CountDownLatch(1);

        threads.execute(() -> {
            waitFor(new CountDownLatch(1));
            interrupted.countDown();
        });

        interrupted.await();
        threads.stop();
    }

    @Test
    void runsNothingAfterItsStop() {
        ExchangeThreads threads = new ExchangeThreads(1, Duration.ofMinutes(1));
        threads.stop();

        for (int i = 0; i < 2; i++) {
            assertThrows(RejectedExecutionException.class, () -> threads.execute(() -> {}));
        }
    }

    /** Returns early when it is interrupted. */
    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
