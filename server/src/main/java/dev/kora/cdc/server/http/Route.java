package dev.kora.cdc.server.http;

/**
 * What answers one method on one path.
 *
 * @param method {@code GET}, {@code POST}, …; a GET route answers HEAD as well
 * @param path exactly as requested, from the first slash to before the question mark
 */
public record Route(String method, String path, Handler handler) {

    /**
     * Answers a request. Called on a virtual thread of its own, many at once, and interrupted when the exchange takes longer than
     * {@link HttpEndpoint#LONGEST}.
     */
    @FunctionalInterface
    public interface Handler {

        /** Whatever it throws becomes an answer of status 500 and a warning in the log. */
        Response handle(Request request) throws Exception;
    }

    /** A route for GET (and HEAD). */
    public static Route get(String path, Handler handler) {
        return new Route("GET", path, handler);
    }

    /** A route for POST. */
    public static Route post(String path, Handler handler) {
        return new Route("POST", path, handler);
    }
}
