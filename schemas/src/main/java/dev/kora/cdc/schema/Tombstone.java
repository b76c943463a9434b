package dev.kora.cdc.schema;

import java.util.Locale;
import java.util.Map;

/**
 * What the headers of a record without a value say about the row that went.
 *
 * @param kind the row's kind
 * @param type the structure that it belonged to
 * @param reason why it went
 * @param sequence of the entry that removed it
 */
public record Tombstone(RowKind kind, ValueType type, Reason reason, long sequence) {

    /** Why a row went. */
    public enum Reason {
        /** A deletion of its key, document or index. */
        DEL,
        /** Its key's time to live ended. */
        EXPIRED,
        /** FLUSHDB. */
        FLUSH,
        /** Its key became a string. */
        TYPE_CHANGE;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** The lower-case name, as it stands in the header. */
        public String text() {
            return text;
        }
    }

    /** The headers of the tombstone's record. */
    public Map<String, Bytes> toHeaders() {
        return Map.of(
                Headers.KIND, Bytes.utf8(kind.text()),
                Headers.TYPE, Bytes.utf8(type.text()),
                Headers.REASON, Bytes.utf8(reason.text()),
                Headers.SEQUENCE, Bytes.utf8(Long.toString(sequence)));
    }

    /**
     * Reads the headers of a record without a value.
     *
     * @throws CdcException.Corrupt a header is missing or unknown
     */
    public static Tombstone ofHeaders(Map<String, Bytes> headers) {
        return new Tombstone(
                RowKind.ofText(text(headers, Headers.KIND)),
                ValueType.ofText(text(headers, Headers.TYPE)),
                reason(text(headers, Headers.REASON)),
                sequence(text(headers, Headers.SEQUENCE)));
    }

    private static String text(Map<String, Bytes> headers, String name) {
        Bytes value = headers.get(name);
        if (value == null) {
            throw new CdcException.Corrupt("a tombstone lacks the header '" + name + "'");
        }
        return value.text();
    }

    private static Reason reason(String text) {
        for (Reason reason : Reason.values()) {
            if (reason.text.equals(text)) {
                return reason;
            }
        }
        throw new CdcException.Corrupt("unknown reason '" + Bytes.utf8(text) + "' of a tombstone");
    }

    private static long sequence(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CdcException.Corrupt(
                    "a tombstone's sequence is '" + Bytes.utf8(text) + "', which is no number", e);
        }
    }
}
