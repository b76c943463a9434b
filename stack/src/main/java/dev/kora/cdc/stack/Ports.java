package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports on the loopback interface, as flags name them: 0 stands for any free one.
 *
 * <p>Free ports are drawn from below the range that the operating system gives to outgoing connections, so that no
 * connection takes one between the choice and its use.
 */
public final class Ports {
    private static final int FREE_FROM = 20_000;
    private static final int FREE_TO = 32_000;
    private static final int TRIES = 200;

    private Ports() {}

    /**
     * The port to listen on.
     *
     * @param wanted 1 to 65,535, or 0 for any free one
     * @param flag the command's flag that chooses it, for the message
     * @throws CdcException.Invalid where the wanted port is taken or is no port
     */
    public static int choose(int wanted, String flag) {
        if (wanted < 0 || wanted > 65_535) {
            throw new CdcException.Invalid(
                    "%s %d is no port: expected 1 to 65535, or 0 for any free one".formatted(flag, wanted));
        }
        if (wanted == 0) {
            return free();
        }
        if (!isFree(wanted)) {
            throw new CdcException.Invalid(
                    "port %d of 127.0.0.1 is in use: stop what listens there, or choose another port with %s (0 takes any free one)"
                            .formatted(wanted, flag));
        }
        return wanted;
    }

    /** A port that nothing listens on now. */
    public static int free() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FREE_FROM, FREE_TO);
            if (isFree(port)) {
                return port;
            }
        }
        throw new CdcException.Unavailable(
                "no free port between %d and %d of 127.0.0.1 in %d tries".formatted(FREE_FROM, FREE_TO, TRIES), null);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as servers do: a connection in TIME_WAIT takes no port
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
