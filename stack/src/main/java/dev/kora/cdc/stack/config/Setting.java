package dev.kora.cdc.stack.config;

import java.util.Locale;

/**
 * One thing that can be set: by its key in a file, and by the flag and the variable that are made of the key.
 *
 * @param key lower-case words joined by dots
 * @param defaultText what counts where nobody sets it, as it would be written; empty where {@code description} says what happens
 * @param form how its text is understood
 * @param description a sentence for people
 */
public record Setting<T>(String key, String defaultText, Form<T> form, String description) {
    static final String VARIABLE_PREFIX = "KORA_CDC_";

    /** Such as {@code --bootstrap-servers}. */
    public String flag() {
        return "--" + key.replace('.', '-');
    }

    /** Such as {@code KORA_CDC_BOOTSTRAP_SERVERS}. */
    public String variable() {
        return variable(key);
    }

    static String variable(String key) {
        return VARIABLE_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** This setting with another default, for a command that needs one. */
    Setting<T> withDefault(String text) {
        return new Setting<>(key, text, form, description);
    }
}
