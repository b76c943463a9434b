package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.http.Route;
import dev.kora.cdc.server.resp.RespOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where a process listens.
 *
 * @param host address that its ports are bound to
 * @param password that RESP clients must give, if any
 */
public record Endpoint(String host, Optional<String> password) {
    /** This machine alone, without a password. */
    public static final Endpoint LOOPBACK = new Endpoint("127.0.0.1", Optional.empty());

    /** What a RESP port is opened with. */
    RespOptions resp(String name, int port) {
        return RespOptions.loopback(name, Version.text(), port).withHost(host).withPassword(password.orElse(null));
    }

    /** Serves HTTP. */
    void serveHttp(List<Route> routes, int port, OpenParts parts) {
        parts.add(listen(() -> HttpEndpoint.open(new InetSocketAddress(host, port), routes)));
    }

    /** Opens a port; that it is taken was found out before, so a failure is another's haste. */
    static <T> T listen(Listen<T> listen) {
        try {
            return listen.open();
        } catch (IOException e) {
            throw new CdcException.Invalid(String.valueOf(e.getMessage()), e);
        }
    }

    /** Opens a port. */
    @FunctionalInterface
    interface Listen<T> {
        T open() throws IOException;
    }
}
