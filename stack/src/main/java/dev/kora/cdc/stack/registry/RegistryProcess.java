package dev.kora.cdc.stack.registry;

import io.quarkus.bootstrap.runner.QuarkusEntryPoint;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The schema registry as a process that ends with its parent, however the parent ends.
 *
 * <p>The parent holds the other end of this process's standard input and never writes to it. When the parent dies, even by
 * {@code kill -9}, the operating system closes that end, the read below returns, and the process halts at once: the
 * parent's successor finds the database unlocked. An orderly stop is a SIGTERM, which the registry handles itself.
 */
public final class RegistryProcess {
    private RegistryProcess() {}

    /** Runs the registry until it is told to stop. */
    public static void main(String... args) throws Throwable {
        Thread watch = new Thread(RegistryProcess::haltWithParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        QuarkusEntryPoint.main(args);
    }

    private static void haltWithParent() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream()); // nobody writes: it returns at the end
        } catch (IOException e) {
            // as good as its end
        }
        Runtime.getRuntime().halt(0);
    }
}
