package dev.kora.cdc.server.resp;

/**
 * Names something that a port keeps with each {@link Session}; compared by identity.
 *
 * @param <T> its type
 */
public final class SessionKey<T> {
    private final Class<T> type;
    private final T initial;

    /**
     * A new key.
     *
     * @param type of the values
     * @param initial the value of a new connection, and after RESET
     */
    public SessionKey(Class<T> type, T initial) {
        this.type = type;
        this.initial = initial;
    }

    T initial() {
        return initial;
    }

    T cast(Object value) {
        return type.cast(value);
    }
}
