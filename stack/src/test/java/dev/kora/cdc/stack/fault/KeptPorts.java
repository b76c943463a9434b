package dev.kora.cdc.stack.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports of processes that are killed and come back on them. They are drawn from a range of their own, so that nobody who asks for
 * any free port ({@link dev.kora.cdc.stack.Ports}, or the operating system) takes one while its process is away.
 */
final class KeptPorts {
    private static final int FROM = 12_000;
    private static final int TO = 20_000;

    private KeptPorts() {}

    /** A port that is free now. */
    static int next() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(FROM, TO))
                .filter(KeptPorts::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
