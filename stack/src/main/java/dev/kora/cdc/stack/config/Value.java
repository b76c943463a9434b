package dev.kora.cdc.stack.config;

/**
 * What somebody gave for a key.
 *
 * @param origin where, for people: "--shards", "KORA_CDC_SHARDS", "prod.properties, line 3"
 */
record Value(String key, String text, String origin) {

    /** Key and origin, once where they are the same. */
    String named() {
        return "%s (%s)".formatted(key, origin);
    }

    /** The value as it may be shown. */
    String shown() {
        return Secrets.shown(key, text);
    }
}
