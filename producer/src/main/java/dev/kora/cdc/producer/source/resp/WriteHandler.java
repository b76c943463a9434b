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
 * large document would then fill the event loop.
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

    /** What a connection's request asks for, for which there was no room. */
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
                offer(session, new Deferred(request, routed(write), write.reply()), to);
            }
        } catch (CommandException e) {
            counts.refuse();
            throw e;
        }
    }

    private List<ShardRecord> routed(Write write) {
        List<ShardRecord> routed = router.route(write.records());
        Long expiresAtMs = write.expiresAtMs();
        return expiresAtMs == null
                ? routed
                : routed.stream()
                        .map(each -> new ShardRecord(each.shard(), each.record(), null, expiresAtMs))
                        .toList();
    }

    private void offer(Session session, Deferred offered, ReplyTo to) {
        if (tryAppend(offered.records, new Acknowledgement(to, offered.reply, counts))) {
            if (session.get(DEFERRED).request != null) {
                session.set(DEFERRED, Deferred.NONE);
            }
        } else {
            session.set(DEFERRED, offered);
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

    /** Answers once: who was told that it takes long is told no more. */
    private static final class Acknowledgement implements CommitListener {
        private final ReplyTo to;
        private final Reply reply;
        private final GatewayMetrics.Counts counts;
        private boolean answered;

        Acknowledgement(ReplyTo to, Reply reply, GatewayMetrics.Counts counts) {
            this.to = to;
            this.reply = reply;
            this.counts = counts;
        }

        @Override
        public synchronized void committed() {
            if (!answered) {
                counts.acknowledge();
                to.reply(reply);
            }
        }

        @Override
        public synchronized void failed(CdcException cause) {
            if (!answered) {
                counts.leaveUncertain();
                to.reply(Errors.uncertain(cause).reply());
            }
        }

        @Override
        public synchronized void late(CdcException.Unavailable cause) {
            answered = true;
            counts.leaveUncertain();
            to.reply(Errors.late(cause).reply());
        }
    }
}
