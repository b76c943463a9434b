package dev.kora.cdc.server.http;

/**
 * What answers one method on one path.
 *
 * @param method {@code GET}, {@code POST}, …; a GET route answers HEAD as well
 * @param path as requested, from the first slash to before the question mark; a segment in braces, as {@code {shard}}, stands for
 *     any that is not empty
 * @param vital whether it is answered however many other requests are pending
 */
public record Route(String method, String path, boolean vital, Handler handler) {

    /**
     * Answers a request. Called on a virtual thread of its own, many at once, and interrupted when the exchange takes longer than
     * {@link HttpEndpoint#LONGEST}.
     */
    @FunctionalInterface
    public interface Handler {

        /**
         * Whatever it throws becomes an answer of status 500 and a warning in the log, but for a {@link BadRequestException}, which
         * becomes one of status 400.
         */
        Response handle(Request request) throws Exception;
    }

    /** A route for GET (and HEAD). */
    public static Route get(String path, Handler handler) {
        return new Route("GET", path, false, handler);
    }

    /**
     * A route for GET (and HEAD) that is answered however many other requests are pending: whoever asks may kill the process for want
     * of an answer. Its handler waits for nothing.
     */
    public static Route vital(String path, Handler handler) {
        return new Route("GET", path, true, handler);
    }

    /**
     * A route for POST. It is for programs: a request that a web page could have had sent by its reader's browser is refused, that is
     * one with another content type than {@code application/json}, or with the header {@code Origin}.
     */
    public static Route post(String path, Handler handler) {
        return new Route("POST", path, false, handler);
    }
}
