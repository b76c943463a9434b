package dev.kora.cdc.server.resp;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The open connections of a port, at most so many. Thread-safe. */
final class Connections {
    private final int most;
    private final RespMetrics metrics;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger places = new AtomicInteger();
    private final AtomicLong lastId = new AtomicLong();

    Connections(int most, RespMetrics metrics) {
        this.most = most;
        this.metrics = metrics;
    }

    long nextId() {
        return lastId.incrementAndGet();
    }

    /** Lets a connection in; false if there are too many. */
    boolean add(Connection connection) {
        if (places.incrementAndGet() > most) {
            places.decrementAndGet();
            metrics.refused();
            return false;
        }
        metrics.opened();
        return open.add(connection);
    }

    /** A connection is closed; ignored if it was not let in. */
    void remove(Connection connection) {
        if (open.remove(connection)) {
            places.decrementAndGet();
            metrics.closed();
        }
    }

    /** The sessions in the order they were opened in. */
    List<Session> sessions() {
        return open.stream()
                .map(Connection::session)
                .sorted(Comparator.comparingLong(Session::id))
                .toList();
    }

    /** Ends all connections: what they have asked is answered within {@code graceMillis}, or not at all. Waits for it. */
    void close(long graceMillis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMillis);
        open.forEach(Connection::endSoon);
        for (Connection connection : open) {
            long left = Math.max(0, end - System.nanoTime());
            connection.channel().closeFuture().awaitUninterruptibly(left, TimeUnit.NANOSECONDS);
        }
        open.forEach(connection -> connection.channel().close().awaitUninterruptibly(graceMillis));
    }
}
