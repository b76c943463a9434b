package dev.kora.cdc.server.resp;

import java.util.HashMap;
import java.util.Map;

/**
 * What one connection has told about itself, and what a port keeps with it.
 *
 * <p>Used only while a request of the connection executes, so by one thread at a time. Only {@link #describe} may be
 * called from elsewhere: it may then be a request behind.
 */
public final class Session {
    private final long id;
    private final String address;
    private final long openedNanos;
    private final boolean passwordNeeded;
    private final Map<SessionKey<?>, Object> values = new HashMap<>();
    private volatile int protocol = 2;
    private volatile boolean authenticated;
    private volatile boolean quitting;
    private volatile String name = "";
    private volatile String library = "";
    private volatile String libraryVersion = "";

    Session(long id, String address, long openedNanos, boolean passwordNeeded) {
        this.id = id;
        this.address = address;
        this.openedNanos = openedNanos;
        this.passwordNeeded = passwordNeeded;
        this.authenticated = !passwordNeeded;
    }

    /** Tells this connection from all others of the server, from 1. */
    public long id() {
        return id;
    }

    /** The client's address and port. */
    public String address() {
        return address;
    }

    /** The name that the client gave itself; empty if none. */
    public String name() {
        return name;
    }

    /** The RESP version: 2 until HELLO 3. */
    public int protocol() {
        return protocol;
    }

    /** What was kept under {@code key}, or its initial value. */
    public <T> T get(SessionKey<T> key) {
        Object value = values.get(key);
        return value == null ? key.initial() : key.cast(value);
    }

    /** Keeps {@code value} under {@code key}. */
    public <T> void set(SessionKey<T> key, T value) {
        values.put(key, value);
    }

    boolean authenticated() {
        return authenticated;
    }

    void authenticate() {
        authenticated = true;
    }

    /** The client wants no more. */
    void quit() {
        quitting = true;
    }

    boolean quits() {
        return quitting;
    }

    void protocol(int version) {
        protocol = version;
    }

    void name(String newName) {
        name = newName;
    }

    void library(String newLibrary) {
        library = newLibrary;
    }

    void libraryVersion(String newVersion) {
        libraryVersion = newVersion;
    }

    /** Back to how a connection begins. */
    void reset() {
        protocol = 2;
        authenticated = !passwordNeeded;
        name = "";
        values.clear();
    }

    /** The line of CLIENT INFO and CLIENT LIST, without a line end. */
    String describe(long nowNanos) {
        return "id=" + id + " addr=" + address + " name=" + name + " age=" + (nowNanos - openedNanos) / 1_000_000_000
                + " db=0 user=default lib-name=" + library + " lib-ver=" + libraryVersion + " resp=" + protocol;
    }
}
