package dev.kora.cdc.server.resp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The password of a port, if it has one. Comparing takes the same time whatever is compared. Thread-safe. */
final class Password {
    /** The one user that there is, as in a Redis without access lists. */
    static final String USER = "default";

    private final byte @Nullable [] digest;

    Password(@Nullable String password) {
        this.digest = password == null ? null : digest(password.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether clients must give it. */
    boolean isNeeded() {
        return digest != null;
    }

    /**
     * Lets the session in. Where there is no password, any will do.
     *
     * @throws CommandException {@code WRONGPASS}: the password is another, or the user is not {@link #USER}
     */
    void check(Session session, String user, byte[] given) {
        boolean right = digest == null || MessageDigest.isEqual(digest, digest(given));
        if (!right || !user.equals(USER)) {
            throw new CommandException("WRONGPASS invalid username-password pair or user is disabled.");
        }
        session.authenticate();
    }

    /** Of equal length for passwords of any length, so that comparing tells nothing about that either. */
    private static byte[] digest(byte[] password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
