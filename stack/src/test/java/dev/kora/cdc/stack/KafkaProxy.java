package dev.kora.cdc.stack;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a broker and does to their requests what networks do, at a request of a kind. Thread-safe; has a
 * thread for each direction of each connection.
 */
final class KafkaProxy implements AutoCloseable {

    /** What becomes of a request. */
    enum Fate {
        /** It does not arrive, nor does anything after it: silence. */
        LOST,
        /** It arrives, but no answer does, neither to it nor to anything after it. */
        UNANSWERED,
        /** It does not arrive, and its connection breaks. */
        CUT
    }

    private record Rule(ApiKeys request, Fate fate) {}

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hits = new AtomicInteger();
    private volatile @Nullable Rule rule;
    private volatile boolean requestsLost;
    private volatile boolean answersLost;

    private KafkaProxy(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Opens a proxy of a port on the loopback interface. */
    static KafkaProxy open(int target) {
        try {
            KafkaProxy proxy = new KafkaProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
            start("kafka-proxy", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** From the next request of a kind on, until {@link #heal()}. */
    void at(ApiKeys request, Fate fate) {
        hits.set(0);
        rule = new Rule(request, fate);
    }

    /** Nothing passes any more, until {@link #heal()}. */
    void silence() {
        answersLost = true;
        requestsLost = true;
    }

    /** How many requests have met their fate since {@link #at}. */
    int hits() {
        return hits.get();
    }

    /** Everything passes again. Connections that have lost something are broken, as they are for their clients. */
    void heal() {
        rule = null;
        requestsLost = false;
        answersLost = false;
        open.forEach(KafkaProxy::close);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // the proxy is closed, or the broker is away: the client's connection is broken then
            }
        }
    }

    private void connect(Socket client) throws IOException {
        open.add(client);
        try {
            Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(broker);
            start("kafka-proxy-requests", () -> pump(client, broker, this::requests));
            start("kafka-proxy-answers", () -> pump(broker, client, this::answers));
        } catch (IOException e) {
            closeAndForget(client);
            throw e;
        }
    }

    private interface Direction {
        void pump(InputStream in, OutputStream out) throws IOException;
    }

    private void pump(Socket from, Socket to, Direction direction) {
        try {
            direction.pump(from.getInputStream(), to.getOutputStream());
        } catch (IOException e) {
            // one side has ended the connection, which ends it for the other
        } finally {
            closeAndForget(from);
            closeAndForget(to);
        }
    }

    /** A request is its length, then the number of its kind. */
    private void requests(InputStream in, OutputStream out) throws IOException {
        DataInputStream frames = new DataInputStream(in);
        DataOutputStream broker = new DataOutputStream(out);
        while (true) {
            byte[] frame = new byte[frames.readInt()];
            frames.readFully(frame);
            if (meetsItsFate(ByteBuffer.wrap(frame).getShort())) {
                return;
            }
            if (!requestsLost) {
                broker.writeInt(frame.length);
                broker.write(frame);
                broker.flush();
            }
        }
    }

    /** Returns whether the connection is to be cut. */
    private boolean meetsItsFate(short request) {
        Rule current = rule;
        if (current == null || current.request().id != request) {
            return false;
        }
        switch (current.fate()) {
            case LOST -> silence();
            case UNANSWERED -> answersLost = true;
            case CUT -> {}
        }
        hits.incrementAndGet();
        return current.fate() == Fate.CUT;
    }

    private void answers(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (!answersLost) {
                out.write(buffer, 0, n);
                out.flush();
            }
        }
    }

    private static void start(String name, Runnable run) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void closeAndForget(Socket socket) {
        open.remove(socket);
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(KafkaProxy::close);
    }
}
