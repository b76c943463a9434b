package dev.kora.cdc.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * One address of a registry.
 *
 * @param base without user info and without a slash at the end
 * @param userInfo {@code user:password}: a secret
 */
record Endpoint(URI base, Optional<String> userInfo) {

    /** What the header {@code Authorization} says. */
    Optional<String> authorization() {
        return userInfo.map(
                text -> "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    URI resolve(String path) {
        return URI.create(base + path);
    }

    /** The address alone, for secrets stay out of messages. */
    @Override
    public String toString() {
        return base.toString();
    }
}
