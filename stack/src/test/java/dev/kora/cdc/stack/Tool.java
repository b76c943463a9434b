package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program of this machine, such as redis-cli, run to its end. */
public final class Tool {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path program;

    private Tool(Path program) {
        this.program = program;
    }

    /** What a run printed, both streams together, and the code it ended with. */
    public record Result(String output, int code) {
        /** Fails unless it ended well; returns what it printed. */
        public String ok() {
            assertEquals(0, code, output);
            return output;
        }
    }

    /** The program of this name: where the property {@code kora.NAME} says, else on the PATH. */
    public static Optional<Path> find(String name) {
        String named = System.getProperty("kora." + name);
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        return Stream.of(String.valueOf(System.getenv("PATH")).split(Pattern.quote(File.pathSeparator), -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The program of this name, which is there. */
    public static Tool of(String name) {
        return new Tool(find(name).orElseThrow());
    }

    /** Runs it without input. */
    public Result run(String... arguments) {
        return run(new byte[0], arguments);
    }

    /** Runs it with this as its standard input; ends it if it takes more than two minutes. */
    public Result run(byte[] input, String... arguments) {
        List<String> command = Stream.concat(Stream.of(program.toString()), Arrays.stream(arguments))
                .toList();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> readAll(process));
            try (OutputStream in = process.getOutputStream()) {
                in.write(input);
            }
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), () -> command + " does not end");
            return new Result(output.join(), process.exitValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String readAll(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
