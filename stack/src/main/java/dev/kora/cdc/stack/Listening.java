package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;

/** Finds out at once whether anything listens where Kafka is said to be; its clients try for a long time. */
public final class Listening {
    private static final int CONNECT_LIMIT_MS = 2_000;

    private Listening() {}

    /**
     * Tries one server after the other.
     *
     * @param servers {@code host:port}, separated by commas; what is not of this form is left to Kafka's clients to refuse
     * @param setting that names them, as a message shall call it
     * @throws CdcException.Unavailable nothing listens at any of them
     */
    public static void require(String servers, String setting) {
        List<InetSocketAddress> addresses = Arrays.stream(servers.split(","))
                .map(String::strip)
                .filter(server -> server.matches(".+:\\d{1,5}"))
                .map(Listening::address)
                .toList();
        if (!addresses.isEmpty() && addresses.stream().noneMatch(Listening::accepts)) {
            throw new CdcException.Unavailable(
                    "nothing listens at %s: start Kafka (\"kora-cdc stack\" brings one), or mend %s"
                            .formatted(servers, setting),
                    null);
        }
    }

    private static InetSocketAddress address(String server) {
        int colon = server.lastIndexOf(':');
        int port = Integer.parseInt(server.substring(colon + 1));
        return new InetSocketAddress(server.substring(0, colon), Math.min(port, 0xffff));
    }

    private static boolean accepts(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_LIMIT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
