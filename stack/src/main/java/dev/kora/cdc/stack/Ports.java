package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports to listen on, as flags name them: 0 stands for any free one.
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
     * A port that a process is to listen on.
     *
     * @param flag that chooses it, for messages
     * @param port 1 to 65,535, or 0 for any free one
     */
    public record Wanted(String flag, int port) {}

    /**
     * The ports to listen on, in the order of {@code wanted}, all different.
     *
     * @param host address to listen on
     * @throws CdcException.Invalid the address is none of this machine's, or one is taken, named twice or no port: all of it is
     *     told at once
     */
    public static List<Integer> chooseAll(String host, List<Wanted> wanted) {
        InetAddress address = address(host);
        String clash = clash(wanted);
        if (!clash.isEmpty()) {
            throw new CdcException.Invalid(clash);
        }
        List<String> problems = new ArrayList<>();
        List<Integer> chosen = new ArrayList<>();
        for (Wanted each : wanted) {
            try {
                chosen.add(choose(address, each.port(), each.flag(), chosen));
            } catch (CdcException.Invalid e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new CdcException.Invalid(String.join("\n", problems));
        }
        return chosen;
    }

    /** Which of them are the same, and what to do; empty where all are different. */
    static String clash(List<Wanted> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            for (Wanted other : wanted.subList(i + 1, wanted.size())) {
                if (other.port != 0 && other.port == wanted.get(i).port) {
                    return "%s and %s are both %d: choose another port for one of them (0 takes any free one)"
                            .formatted(wanted.get(i).flag, other.flag, other.port);
                }
            }
        }
        return "";
    }

    private static InetAddress address(String host) {
        try (ServerSocket socket = new ServerSocket()) {
            InetAddress address = InetAddress.getByName(host);
            socket.bind(new InetSocketAddress(address, 0));
            return address;
        } catch (IOException e) {
            throw new CdcException.Invalid(
                    "nothing can listen on %s, choose an address of this machine with --host: %s"
                            .formatted(host, e.getMessage()),
                    e);
        }
    }

    /**
     * The port to listen on, on the loopback interface.
     *
     * @param wanted 1 to 65,535, or 0 for any free one
     * @param flag the command's flag that chooses it, for the message
     * @throws CdcException.Invalid where the wanted port is taken or is no port
     */
    public static int choose(int wanted, String flag) {
        return choose(InetAddress.getLoopbackAddress(), wanted, flag, List.of());
    }

    private static int choose(InetAddress address, int wanted, String flag, List<Integer> others) {
        if (wanted < 0 || wanted > 65_535) {
            throw new CdcException.Invalid(
                    "%s %d is no port: expected 1 to 65535, or 0 for any free one".formatted(flag, wanted));
        }
        if (wanted == 0) {
            return free(address, others);
        }
        if (!isFree(address, wanted)) {
            throw new CdcException.Invalid(
                    "port %d of %s is in use: stop what listens there, or choose another port with %s (0 takes any free one)"
                            .formatted(wanted, address.getHostAddress(), flag));
        }
        return wanted;
    }

    /** A port of the loopback interface that nothing listens on now. */
    public static int free() {
        return free(InetAddress.getLoopbackAddress(), List.of());
    }

    private static int free(InetAddress address, List<Integer> others) {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FREE_FROM, FREE_TO);
            if (!others.contains(port) && isFree(address, port)) {
                return port;
            }
        }
        throw new CdcException.Unavailable(
                "no free port between %d and %d of %s in %d tries"
                        .formatted(FREE_FROM, FREE_TO, address.getHostAddress(), TRIES),
                null);
    }

    private static boolean isFree(InetAddress address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as servers do: a connection in TIME_WAIT takes no port
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
