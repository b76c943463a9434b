package dev.kora.cdc.stack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own on this test's class path, so that it can be killed as {@code kill -9} does. */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /**
     * Starts it. Its standard error goes to the test's.
     *
     * @param jvmFlags before the main class
     */
    public static ChildJvm start(Class<?> main, List<String> jvmFlags, List<String> args) {
        return start(main, jvmFlags, args, ProcessBuilder.Redirect.INHERIT);
    }

    /** As {@link #start(Class, List, List)}, with its standard error in a file. */
    public static ChildJvm start(Class<?> main, List<String> jvmFlags, List<String> args, Path standardError) {
        return start(main, jvmFlags, args, ProcessBuilder.Redirect.to(standardError.toFile()));
    }

    private static ChildJvm start(
            Class<?> main, List<String> jvmFlags, List<String> args, ProcessBuilder.Redirect standardError) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-Dsun.misc.unsafe.memory.access=allow"));
        command.add("-D%s=%s"
                .formatted(EmbeddedRegistry.HOME_PROPERTY, System.getProperty(EmbeddedRegistry.HOME_PROPERTY)));
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(args);
        try {
            return new ChildJvm(
                    new ProcessBuilder(command).redirectError(standardError).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rest of the next line of its output that begins with {@code prefix}; fails if it ends before. */
    public String awaitLine(String prefix) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(prefix)) {
                    return line.substring(prefix.length());
                }
            }
            throw new AssertionError(
                    "the child ended with %d before it printed \"%s\"".formatted(process.waitFor(), prefix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The next line of its output; empty once it has ended. */
    public Optional<String> nextLine() {
        try {
            return Optional.ofNullable(output.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it where it stands (SIGSTOP), until it is resumed; its sockets stay open. */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on where it was paused. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill -%s %d ended with %d".formatted(name, process.pid(), code));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends it as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new AssertionError("process " + process.pid() + " outlives a kill -9");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends its standard input, which asks a child that reads it to end. */
    public void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end, as {@code kill} does (SIGTERM). */
    public void terminate() {
        process.destroy();
    }

    /** Its exit code, once it has ended. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("process " + process.pid() + " has not ended within " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        kill();
    }
}
