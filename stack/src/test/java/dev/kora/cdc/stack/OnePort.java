package dev.kora.cdc.stack;

import dev.kora.cdc.schema.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Puts the two ports of a stack behind one, for tools that want to write what they read: the commands named go to the
 * gateway, all others to the reads. Replies pass as they are; commands of a connection run one after the other.
 */
final class OnePort implements AutoCloseable {
    private final ServerSocket listener;
    private final StackPorts ports;
    private final Set<String> writes;

    private OnePort(ServerSocket listener, StackPorts ports, Set<String> writes) {
        this.listener = listener;
        this.ports = ports;
        this.writes = writes;
    }

    /** Listens on a free port of the loopback interface. */
    static OnePort open(StackPorts ports, Set<String> writes) {
        try {
            ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
            OnePort port = new OnePort(listener, ports, writes);
            Thread.ofVirtual().start(port::accept);
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (RespWire client = new RespWire(socket);
                RespWire gateway = RespWire.connect(ports.gateway());
                RespWire reads = RespWire.connect(ports.resp())) {
            while (true) {
                List<Bytes> command =
                        client.read().items().stream().map(RespValue::string).toList();
                boolean write = writes.contains(command.getFirst().text().toUpperCase(Locale.ROOT));
                client.write((write ? gateway : reads).call(command));
                client.flush();
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
