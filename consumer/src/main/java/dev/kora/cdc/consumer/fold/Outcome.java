package dev.kora.cdc.consumer.fold;

import java.util.Locale;

/** What became of an entry. A rejected one is counted and reported with its shard and offset; the fold goes on. */
public enum Outcome {
    /** The entry had its effect. */
    APPLIED(false),
    /** There was nothing to delete, or nothing to give a time to live. */
    NOTHING_THERE(false),
    /** Rejected: the key holds a value of another type; it stays as it was. */
    WRONG_TYPE(true),
    /** Rejected: the document is not JSON, or nested too deeply; not even its collection is created. */
    INVALID_JSON(true),
    /** Rejected: the document's root is no object; the former document stays. */
    NO_OBJECT(true),
    /** Rejected: a field name of the document is empty or contains a dot; the former document stays. */
    FIELD_NAME(true),
    /** Rejected: the normalised document is too large to be carried; the former document stays. */
    TOO_LARGE(true),
    /** Rejected: the index under the key has vectors of other dimensions. */
    OTHER_DIMENSIONS(true),
    /** Rejected: the vector does not have as many floats as its record says. */
    VECTOR_LENGTH(true);

    private final boolean rejected;

    Outcome(boolean rejected) {
        this.rejected = rejected;
    }

    /** Whether the semantics refuse the entry's effect. */
    public boolean rejected() {
        return rejected;
    }

    /** The lower-case name, for logs and metrics. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
