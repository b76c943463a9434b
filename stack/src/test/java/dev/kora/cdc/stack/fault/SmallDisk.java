package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of a few MiB, a tmpfs, that is filled and freed again. Only root may have one. */
final class SmallDisk implements AutoCloseable {
    private static final String BALLAST = "ballast";
    private static final int[] STEPS = {64 * 1024, 4096, 512, 1};

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Skips the test where disks cannot be mounted, and says so. */
    static void assumePossible() {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "a full disk is a small tmpfs, and only root may mount one: run these tests as root");
    }

    /** Mounts one on a directory, which is made. */
    static SmallDisk mount(Path directory, int mebibytes) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "kora-fault", directory.toString());
        return new SmallDisk(directory);
    }

    Path directory() {
        return directory;
    }

    /** Takes all the room that is left, to the last byte. */
    void fill() {
        for (int step : STEPS) {
            fill(new byte[step]);
        }
    }

    private void fill(byte[] bytes) {
        try (OutputStream out = Files.newOutputStream(directory.resolve(BALLAST + "-" + bytes.length))) {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException full) {
            // that is the end
        }
    }

    /** Gives the room back. */
    void free() {
        try {
            for (int step : STEPS) {
                Files.deleteIfExists(directory.resolve(BALLAST + "-" + step));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing can be written any more. Works only while no file is open for writing. */
    void makeReadOnly() {
        run("mount", "-o", "remount,ro", directory.toString());
    }

    void makeWritable() {
        run("mount", "-o", "remount,rw", directory.toString());
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with " + code + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Takes it away, also where somebody still has a file open there. */
    @Override
    public void close() {
        run("umount", "-l", directory.toString());
    }
}
