package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.Ending;
import dev.kora.cdc.stack.OpenParts;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ExitCode;

/**
 * Runs what a command has started until a signal stops it or it ends by itself, and closes it in order either way.
 *
 * <p>A signal ends the process through a shutdown hook, and the exit code is the shell's: 130 for SIGINT, 143 for SIGTERM.
 */
final class Service {
    private static final Duration START_END_LIMIT = Duration.ofSeconds(15);
    private static final long LOOK_MS = 100;

    private final PrintWriter out;
    private final OpenParts parts = new OpenParts();
    private final CountDownLatch started = new CountDownLatch(1);

    /** What was started. */
    @FunctionalInterface
    interface Running {
        /** Whether and how it has ended by itself. */
        Optional<Ending> ending();
    }

    /** Starts something. */
    @FunctionalInterface
    interface Start {
        /**
         * Opens it, and returns when it serves.
         *
         * @param parts takes over what has to be closed
         */
        Running start(OpenParts parts);
    }

    private Service(PrintWriter out) {
        this.out = out;
    }

    /**
     * Starts, and returns when it has ended by itself.
     *
     * @return the exit code of a success
     * @throws CdcException it could not be started, or could not go on
     */
    static int run(PrintWriter out, Start start) {
        return new Service(out).run(start);
    }

    private int run(Start start) {
        Thread stop = new Thread(this::stop, "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            Running running = start.start(parts);
            started.countDown();
            Ending ending = awaitEnding(running, stop);
            parts.close();
            return switch (ending.how()) {
                case DONE -> {
                    say(out, ending.words());
                    yield ExitCode.OK;
                }
                case FAILED -> throw new CdcException.Unavailable(ending.words(), null);
                case SUPERSEDED -> throw new CdcException.Fenced(ending.words(), null);
            };
        } catch (RuntimeException e) {
            parts.close();
            started.countDown();
            if (!isCalledOff(stop)) {
                awaitSignal();
            }
            throw e;
        }
    }

    /** The end of what runs; a signal that comes before it ends the process instead. */
    private static Ending awaitEnding(Running running, Thread stop) {
        CountDownLatch never = new CountDownLatch(1);
        try {
            while (!never.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                Optional<Ending> ending = running.ending();
                if (ending.isPresent()) {
                    if (!isCalledOff(stop)) {
                        awaitSignal();
                    }
                    return ending.get();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CdcException.Unavailable("interrupted", null);
    }

    /** Calls a shutdown hook off; false where it runs already, so that what happens is its doing. */
    private static boolean isCalledOff(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return true;
        } catch (IllegalStateException shuttingDown) {
            return false;
        }
    }

    /** Stops what runs; a start that is under way ends with it, and is waited for: it closes what it opens meanwhile. */
    private void stop() {
        say(out, "stopping ...");
        parts.close();
        try {
            boolean ended = started.await(START_END_LIMIT.toSeconds(), TimeUnit.SECONDS);
            say(out, ended ? "stopped" : "stopped while something was still starting");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!parts.closedInOrder()) {
            out.flush();
            Runtime.getRuntime().halt(ExitCode.SOFTWARE);
        }
    }

    /** The signal ends the process through its shutdown hook; nothing else ends this wait. */
    private static void awaitSignal() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Prints a line of the command's own. */
    static void say(PrintWriter out, String line) {
        out.println("kora-cdc: " + line);
        out.flush();
    }
}
