package dev.kora.cdc.stack;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A parent of a registry that waits to be killed. Argument: the registry's directory. */
final class RegistryHolder {
    private RegistryHolder() {}

    public static void main(String... args) throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(Path.of(args[0]), 0)) {
            System.out.println("registry " + registry.pid());
            new CountDownLatch(1).await();
        }
    }
}
