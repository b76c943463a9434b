package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.resp.CommandException;
import dev.kora.cdc.server.resp.Handler;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.ReplyTo;
import dev.kora.cdc.server.resp.Request;
import dev.kora.cdc.server.resp.Session;
import dev.kora.cdc.server.resp.SessionKey;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logs a command and acknowledges it once it is committed.
 *
 * <p>Where there is no room the request comes again about every millisecond. It is not read anew each time, since checking a
 * large document would then fill the event loop; only what depends on the moment is.
 */
final class WriteHandler implements Handler {
    private static final SessionKey<Deferred> DEFERRED = new SessionKey<>(Deferred.class, Deferred.NONE);

    private final WriteCommand command;
    private final Publisher publisher;
    private final ShardRouter router;
    private final InstantSource clock;
    private final GatewayMetrics.Counts counts;

    WriteHandler(
            WriteCommand command,
            Publisher publisher,
            ShardRouter router,
            InstantSource clock,
            GatewayMetrics.Counts counts) {
        this.command = command;
        this.publisher = publisher;
        this.router = router;
        this.clock = clock;
        this.counts = counts;
    }

    /**
     * What a connection's request asks for, for which there was no room.
     *
     * @param request null where that depends on the moment
     */
    private record Deferred(@Nullable Request request, List<ShardRecord> records, Reply reply) {
        static final Deferred NONE = new Deferred(null, List.of(), Reply.OK);
    }

    @Override
    public void execute(Session session, Request request, ReplyTo to) {
        Deferred deferred = session.get(DEFERRED);
        try {
            if (deferred.request == request) {
                offer(session, deferred, to);
            } else {
                Write write = command.body().read(request, clock.millis());
                Deferred offered = new Deferred(
                        write.ofThisMoment() ? null : request, router.route(write.records()), write.reply());
                offer(session, offered, to);
            }
        } catch (CommandException e) {
            counts.refuse();
            throw e;
        }
    }

    private void offer(Session session, Deferred offered, ReplyTo to) {
        if (tryAppend(offered.records, new Acknowledgement(to, offered.reply, counts))) {
            if (session.get(DEFERRED).request != null) {
                session.set(DEFERRED, Deferred.NONE);
            }
        } else {
            if (offered.request != null) {
                session.set(DEFERRED, offered);
            }
            counts.defer();
            to.busy();
        }
    }

    private boolean tryAppend(List<ShardRecord> records, CommitListener listener) {
        try {
            return publisher.tryAppend(records, listener);
        } catch (CdcException.Invalid e) {
            throw Errors.tooLarge(e);
        } catch (CdcException.Fenced e) {
            throw Errors.stopped(e);
        }
    }

    private record Acknowledgement(ReplyTo to, Reply reply, GatewayMetrics.Counts counts) implements CommitListener {
        @Override
        public void committed() {
            counts.acknowledge();
            to.reply(reply);
        }

        @Override
        public void failed(CdcException cause) {
            counts.leaveUncertain();
            to.reply(Errors.uncertain(cause).reply());
        }
    }
}
