package dev.kora.cdc.producer.source.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.producer.FakePublisher;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import dev.kora.cdc.server.resp.TableConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A gateway over a {@link FakePublisher}, whose clock stands still. */
final class GatewayRig {
    static final long NOW = 1_750_000_000_000L;
    static final int SHARDS = 4;

    final FakePublisher publisher = new FakePublisher(SHARDS);
    private Instant now = Instant.ofEpochMilli(NOW);
    private final InstantSource clock = () -> now;
    final Gateway gateway = Gateway.logging(publisher, clock);
    private final TableConnection connection = new TableConnection(gateway.commands());

    void advance(long ms) {
        now = now.plusMillis(ms);
    }

    FakeReplyTo send(Request request) {
        FakeReplyTo to = new FakeReplyTo();
        connection.send(request, to);
        return to;
    }

    void send(Request request, FakeReplyTo to) {
        connection.send(request, to);
    }

    /** Sends a command that must be taken, and checks that it is acknowledged with this reply, once it is committed only. */
    List<ShardRecord> taken(Reply reply, Request request) {
        int before = publisher.commands().size();
        FakeReplyTo to = send(request);
        assertEquals(List.of(), to.replies(), "replied before it was committed");
        assertEquals(before + 1, publisher.commands().size(), "commands taken");
        publisher.commit();
        assertEquals(List.of(reply), to.replies());
        return publisher.commands().get(before);
    }

    /** The records of a command that must be taken. */
    List<WalRecord> records(Reply reply, String... words) {
        return taken(reply, Request.of(words)).stream().map(ShardRecord::record).toList();
    }

    /** Sends a command that must be refused at once, and gives the error. */
    String error(String... words) {
        return error(Request.of(words));
    }

    String error(Request request) {
        int before = publisher.commands().size();
        FakeReplyTo to = send(request);
        assertEquals(before, publisher.commands().size(), "a refused command was logged");
        return to.error();
    }
}
