package dev.kora.cdc.server.resp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a port listens and what it allows.
 *
 * @param name of the port in thread names, logs and INFO, such as {@code gateway}
 * @param version of the software, as INFO and HELLO tell it
 * @param host address to bind
 * @param port to bind; 0 takes a free one
 * @param password that clients must give with AUTH or HELLO (user {@code default}); null for none
 * @param threads number of event loops
 * @param limits what clients may use
 */
public record RespOptions(
        String name,
        String version,
        String host,
        int port,
        @Nullable String password,
        int threads,
        Limits limits) {

    /**
     * What clients may use.
     *
     * @param connections open at a time; one more is told so and closed
     * @param requestBytes of one request, all arguments together; a larger one is a protocol error
     * @param arguments of one request, the name included
     * @param pipeline requests of one connection that wait for a reply; beyond it the connection is not read
     * @param idle how long a connection may be silent before it is closed; zero for ever
     * @param busy how long a request may wait for room ({@link ReplyTo#busy()})
     */
    public record Limits(int connections, int requestBytes, int arguments, int pipeline, Duration idle, Duration busy) {
        /** 1,000 connections, requests of 16 MiB or 1,048,576 arguments, 1,024 at a time, no idle time, 30 s busy. */
        public static final Limits DEFAULT =
                new Limits(1_000, 16 * 1024 * 1024, 1024 * 1024, 1_024, Duration.ZERO, Duration.ofSeconds(30));
    }

    public RespOptions {
        if (port < 0 || port > 65_535 || threads < 1 || limits.pipeline() < 1) {
            throw new IllegalArgumentException("port " + port + ", threads " + threads + ", pipeline "
                    + limits.pipeline() + ": ports go from 0 to 65535, the others from 1");
        }
    }

    /** The loopback interface, two event loops, no password, {@link Limits#DEFAULT}. */
    public static RespOptions loopback(String name, String version, int port) {
        return new RespOptions(name, version, "127.0.0.1", port, null, 2, Limits.DEFAULT);
    }

    /** These options on another address. */
    public RespOptions withHost(String newHost) {
        return new RespOptions(name, version, newHost, port, password, threads, limits);
    }

    /** These options with a password, or without one. */
    public RespOptions withPassword(@Nullable String newPassword) {
        return new RespOptions(name, version, host, port, newPassword, threads, limits);
    }

    /** These options with other limits. */
    public RespOptions withLimits(Limits newLimits) {
        return new RespOptions(name, version, host, port, password, threads, newLimits);
    }

    /** See {@link Limits#busy()}. */
    public Duration busyTimeout() {
        return limits.busy();
    }
}
