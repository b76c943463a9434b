package dev.kora.cdc.server.resp;

/**
 * Where the reply to one request goes.
 *
 * <p>Replies reach the client in the order of its requests, whatever order they are given in. Thread-safe; a reply to a
 * client that has gone is dropped.
 */
public interface ReplyTo {

    /** Answers the request, now or later, from any thread. The first reply counts, any other is ignored. */
    void reply(Reply reply);

    /**
     * Says, from within {@link Handler#execute} and instead of a reply, that there is no room for this request now: it was
     * not taken. Its connection reads and executes nothing more until the same request, offered again after about a
     * millisecond, is taken, or until {@link RespOptions#busyTimeout()} ends it with an {@code UNAVAILABLE} error.
     */
    void busy();
}
