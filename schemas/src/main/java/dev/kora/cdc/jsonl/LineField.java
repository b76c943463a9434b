package dev.kora.cdc.jsonl;

import dev.kora.cdc.schema.Op;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The fields of a line, by the names that stand in it. */
enum LineField {
    SHARD,
    OFFSET,
    EPOCH,
    SEQUENCE,
    TIME,
    OP,
    KEY,
    VALUE,
    TTL_MS,
    EXPIRES_AT,
    VALUES,
    FIELDS,
    MEMBERS,
    COLLECTION,
    DOC_ID,
    JSON,
    DIMENSIONS,
    VECTOR;

    /** What a line of any op may have. */
    static final Set<LineField> PLACE = EnumSet.of(SHARD, OFFSET, EPOCH, SEQUENCE, TIME, OP);

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name in the line. */
    String text() {
        return text;
    }

    /** What a line of this op must have. Where a key expires, see {@link #optional}. */
    static Set<LineField> required(Op op) {
        return switch (op) {
            case SET -> EnumSet.of(KEY, VALUE);
            case DEL, EXPIRE, VEC_DEL -> EnumSet.of(KEY);
            case LPUSH, RPUSH -> EnumSet.of(KEY, VALUES);
            case HSET -> EnumSet.of(KEY, FIELDS);
            case SADD -> EnumSet.of(KEY, MEMBERS);
            case DOC_SET -> EnumSet.of(COLLECTION, DOC_ID, JSON);
            case DOC_DEL -> EnumSet.of(COLLECTION, DOC_ID);
            case VEC_SET -> EnumSet.of(KEY, VECTOR);
            case FLUSHDB, TRUNCATE, HEARTBEAT, WRITER_OPENED -> EnumSet.noneOf(LineField.class);
        };
    }

    /** What a line of this op may have besides. */
    static Set<LineField> optional(Op op) {
        return switch (op) {
            case SET, EXPIRE -> EnumSet.of(TTL_MS, EXPIRES_AT);
            case VEC_SET -> EnumSet.of(DIMENSIONS);
            default -> EnumSet.noneOf(LineField.class);
        };
    }
}
