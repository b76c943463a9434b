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
public final class KafkaProxy implements AutoCloseable {

    /** What becomes of a request. */
    public enum Fate {
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
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hits = new AtomicInteger();
    private volatile @Nullable Rule rule;
    private volatile boolean requestsLost;
    private volatile boolean answersLost;

    private KafkaProxy(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Opens a proxy of a port on the loopback interface. */
    public static KafkaProxy open(int target) {
        try {
            KafkaProxy proxy = new KafkaProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
            start("kafka-proxy", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** From the next request of a kind on, until {@link #heal()}. */
    public void at(ApiKeys request, Fate fate) {
        hits.set(0);
        rule = new Rule(request, fate);
    }

    /** Nothing passes any more, until {@link #heal()}. */
    public void silence() {
        answersLost = true;
        requestsLost = true;
    }

    /** How many requests have met their fate since {@link #at}. */
    public int hits() {
        return hits.get();
    }

    /** Everything passes again, on new connections: those that there are break. */
    public void heal() {
        rule = null;
        requestsLost = false;
        answersLost = false;
        open.forEach(Connection::close);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                try {
                    new Connection(client, new Socket(InetAddress.getLoopbackAddress(), target)).start();
                } catch (IOException e) {
                    client.close(); // the broker is away
                }
            } catch (IOException e) {
                // the proxy is closed, or the client has gone again
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

    private static void start(String name, Runnable run) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Connection::close);
    }

    /** A client's connection and the one behind it. What has lost something never carries anything again: so it is with TCP. */
    private final class Connection {
        private final Socket client;
        private final Socket broker;
        private boolean requestLost;
        private boolean answerLost;

        Connection(Socket client, Socket broker) {
            this.client = client;
            this.broker = broker;
        }

        void start() {
            open.add(this);
            KafkaProxy.start("kafka-proxy-requests", () -> pump(this::requests));
            KafkaProxy.start("kafka-proxy-answers", () -> pump(this::answers));
        }

        private void pump(Direction direction) {
            try {
                direction.pump();
            } catch (IOException e) {
                // one side has ended the connection, which ends it for the other
            } finally {
                close();
            }
        }

        /** A request is its length, then the number of its kind. */
        private void requests() throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(broker.getOutputStream());
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                if (meetsItsFate(ByteBuffer.wrap(frame).getShort())) {
                    return;
                }
                requestLost |= requestsLost;
                if (!requestLost) {
                    out.writeInt(frame.length);
                    out.write(frame);
                    out.flush();
                }
            }
        }

        private void answers() throws IOException {
            InputStream in = broker.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                answerLost |= answersLost;
                if (!answerLost) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        }

        void close() {
            open.remove(this);
            try {
                client.close();
                broker.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private interface Direction {
        void pump() throws IOException;
    }
}
