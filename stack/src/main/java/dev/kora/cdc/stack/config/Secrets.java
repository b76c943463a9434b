package dev.kora.cdc.stack.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which settings must not be seen in logs and messages, and what is shown instead. */
final class Secrets {
    static final String MASK = "***";

    /** Behind a secret's key: the file that holds its value. */
    static final String FILE_SUFFIX = ".file";

    private static final List<String> PARTS = List.of(
            "password",
            "passphrase",
            "secret",
            "credential",
            "token",
            "jaas.config",
            "user.info",
            "keystore.key",
            "private.key");

    /** Settings with such a word in their names that say where something is, not what it is. */
    private static final List<String> HARMLESS =
            List.of(".url", ".file", ".location", ".class", ".type", ".ms", ".seconds");

    private static final Pattern USER_INFO = Pattern.compile("//[^/\\s]*@");

    private Secrets() {}

    static boolean isSecret(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return PARTS.stream().anyMatch(name::contains) && HARMLESS.stream().noneMatch(name::endsWith);
    }

    /** A value as it may be logged: nothing of a secret, and URLs without user and password. */
    static String shown(String key, String value) {
        return isSecret(key) ? MASK : USER_INFO.matcher(value).replaceAll("//" + MASK + "@");
    }
}
