package dev.kora.cdc.server.resp;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One request and its reply, on its way through a connection.
 *
 * <p>It is ready to be written when it has a reply <i>and</i> its handler has returned: only then is it known which protocol
 * version the reply goes out in, since HELLO changes it.
 */
final class Exchange implements ReplyTo {
    private static final int CLAIMED = 1;
    private static final int REPLIED = 2;
    private static final int EXECUTED = 4;
    private static final int READY = CLAIMED | REPLIED | EXECUTED;
    /** What a request takes beyond the lengths of its arguments: for each of them and for itself. */
    private static final int OVERHEAD_BYTES = 24;

    private final Request request;
    private final Replies replies;
    private final long bytes;

    /** Which of the above have happened; publishes the fields that stand below. */
    private final AtomicInteger state = new AtomicInteger();

    private @Nullable Reply reply;
    private long replyBytes;
    private int protocol;
    private boolean last;

    /** These belong to whoever executes the request. */
    private boolean busy;

    private boolean offered;
    private long offeredAtNanos;

    Exchange(Request request, Replies replies) {
        this.request = request;
        this.replies = replies;
        this.bytes = request.bytes() + OVERHEAD_BYTES * (request.size() + 1L);
    }

    Request request() {
        return request;
    }

    /** About how many bytes of memory the request takes. */
    long bytes() {
        return bytes;
    }

    @Override
    public void reply(Reply given) {
        if ((state.getAndUpdate(before -> before | CLAIMED) & CLAIMED) == 0) {
            reply = given;
            replyBytes = ReplyEncoder.size(given);
            replies.given(replyBytes);
            complete(REPLIED);
        }
    }

    @Override
    public void busy() {
        busy = true;
    }

    /** Whether the handler said that it has no room for the request. Asks once: the next offer starts afresh. */
    boolean takeBusy() {
        boolean was = busy && (state.get() & CLAIMED) == 0;
        busy = false;
        return was;
    }

    /** How long the request has been offered in vain: 0 at the first call. */
    long busyNanos(long nowNanos) {
        if (!offered) {
            offered = true;
            offeredAtNanos = nowNanos;
        }
        return nowNanos - offeredAtNanos;
    }

    /**
     * The handler has returned.
     *
     * @param protocolNow the version that the reply goes out in
     * @param endsConnection whether nothing follows it
     */
    void executed(int protocolNow, boolean endsConnection) {
        protocol = protocolNow;
        last = endsConnection;
        complete(EXECUTED);
    }

    private void complete(int part) {
        if (state.addAndGet(part) == READY) {
            replies.ready();
        }
    }

    /** Whether the reply can be written; the others may be asked only then. */
    boolean isReady() {
        return state.get() == READY;
    }

    Reply reply() {
        return Objects.requireNonNull(reply);
    }

    /** About how many bytes the reply takes. */
    long replyBytes() {
        return replyBytes;
    }

    int protocol() {
        return protocol;
    }

    /** Whether the connection ends behind this reply. */
    boolean isLast() {
        return last;
    }
}
