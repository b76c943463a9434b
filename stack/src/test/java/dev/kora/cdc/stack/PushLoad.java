package dev.kora.cdc.stack;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Pushes 0, 1, 2, … to the tail of a list of its own, as fast as a window of unacknowledged commands lets it, over as many
 * connections, one after the other, as its server has lives. A number is sent once, whatever became of it: so it must be in
 * the list if it was acknowledged, and may be if it was not.
 */
public final class PushLoad {
    private final String key;
    private final int window;
    private final List<Life> lives = new ArrayList<>();

    /** What happened to the numbers of one connection: [first, acknowledged) were, [acknowledged, sent) were not. */
    public record Life(long first, long acknowledged, long sent) {}

    @SuppressWarnings("NullAway.Init") // set by connect()
    private Connection connection;

    public PushLoad(String key, int window) {
        this.key = key;
        this.window = window;
    }

    public String key() {
        return key;
    }

    /** Begins to push, going on behind the last number that was ever sent. */
    public void connect(int port) {
        long first = lives.isEmpty() ? 0 : lives.getLast().sent();
        try {
            connection = new Connection(new Socket(InetAddress.getLoopbackAddress(), port), first);
        } catch (IOException e) {
            throw new AssertionError("no connection to port " + port, e);
        }
        connection.start();
    }

    /** Numbers sent over the connection and not acknowledged at the moment. */
    public long unacknowledgedNow() {
        return connection.sent - connection.acknowledged;
    }

    /** Numbers acknowledged over the connection so far. */
    public long acknowledgedNow() {
        return connection.acknowledged - connection.first;
    }

    /** Numbers that the last connection never saw acknowledged. */
    public long unacknowledgedInLastLife() {
        return lives.getLast().sent() - lives.getLast().acknowledged();
    }

    /** Waits until the connection is gone, which the death of the server ends, and notes what became of its numbers. */
    public void awaitEnd() throws InterruptedException {
        connection.sender.join();
        connection.receiver.join();
        lives.add(new Life(connection.first, connection.acknowledged, connection.sent));
    }

    /** Sends no more, and waits until all numbers that were sent are acknowledged. */
    public void finish() throws InterruptedException {
        connection.stopping = true;
        connection.sender.join();
        connection.places.acquire(window);
        connection.closeSocket();
        awaitEnd();
        Life last = lives.getLast();
        if (last.acknowledged() != last.sent()) {
            throw new AssertionError(key + ": unacknowledged although the server lives: " + last);
        }
    }

    /**
     * Holds what the list came to against what was sent.
     *
     * @param items of the list, in its order
     * @return how many unacknowledged numbers are in it
     */
    public long check(List<Long> items) {
        int at = 0;
        long extra = 0;
        for (Life life : lives) {
            for (long number = life.first(); number < life.acknowledged(); number++, at++) {
                if (at >= items.size() || items.get(at) != number) {
                    throw new AssertionError("%s: %s instead of the acknowledged %d at %d of %d"
                            .formatted(key, at < items.size() ? items.get(at) : "the end", number, at, items.size()));
                }
            }
            // What was not acknowledged: a prefix of it, since one connection's commands are committed in order.
            for (long number = life.acknowledged(); number < life.sent() && at < items.size(); number++) {
                if (items.get(at) != number) {
                    break;
                }
                at++;
                extra++;
            }
        }
        if (at != items.size()) {
            throw new AssertionError("%s: %d at %d was never sent there".formatted(key, items.get(at), at));
        }
        return extra;
    }

    private final class Connection {
        private final Socket socket;
        private final long first;
        private final Semaphore places = new Semaphore(window);
        private final Thread sender = new Thread(this::send, "push-" + key);
        private final Thread receiver = new Thread(this::receive, "acks-" + key);
        private volatile boolean stopping;
        private volatile long sent;
        private volatile long acknowledged;

        Connection(Socket socket, long first) {
            this.socket = socket;
            this.first = first;
            this.sent = first;
            this.acknowledged = first;
        }

        void start() {
            sender.start();
            receiver.start();
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread alone
        private void send() {
            try {
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 14);
                while (!stopping) {
                    if (!places.tryAcquire()) {
                        out.flush();
                        places.acquire();
                    }
                    sent++;
                    out.write(push(sent - 1));
                }
                out.flush();
            } catch (IOException e) {
                closeSocket();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private byte[] push(long number) {
            String value = Long.toString(number);
            return "*3\r\n$5\r\nRPUSH\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n"
                    .formatted(key.length(), key, value.length(), value)
                    .getBytes(StandardCharsets.US_ASCII);
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread alone
        private void receive() {
            try {
                InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
                for (String line = line(in); ":1".equals(line); line = line(in)) {
                    acknowledged++;
                    places.release();
                }
            } catch (IOException e) {
                // The server's death is what this load is made for.
            } finally {
                closeSocket();
                places.release(window); // else the sender would wait for ever
            }
        }

        private String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                if (b != '\r') {
                    line.append((char) b);
                }
            }
            return line.toString();
        }

        private void closeSocket() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
