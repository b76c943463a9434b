package dev.kora.cdc.jsonl;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Op;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A line that was read. Immutable.
 *
 * <p>Place and time are what the line says, if it says so; they are hints to whoever appends its record, not part of it.
 */
public final class JsonLine {
    private final Op op;
    private final LineFields fields;
    private final WalEntry.Content content;

    private JsonLine(Op op, LineFields fields) {
        this.op = op;
        this.fields = fields;
        this.content = contentOf(op, fields);
    }

    /**
     * Takes the fields of a line for an entry.
     *
     * @throws CdcException.Invalid one is missing, or does not belong there
     */
    static JsonLine of(LineFields fields) {
        Op op = op(fields.word(LineField.OP));
        Set<LineField> required = LineField.required(op);
        for (LineField field : required) {
            if (!fields.has(field)) {
                throw new CdcException.Invalid("%s lacks the field '%s'".formatted(op, field.text()));
            }
        }
        Set<LineField> allowed = EnumSet.copyOf(LineField.PLACE);
        allowed.addAll(required);
        allowed.addAll(LineField.optional(op));
        for (LineField field : fields.present()) {
            if (!allowed.contains(field)) {
                throw new CdcException.Invalid(
                        "%s has the field '%s', which it never carries".formatted(op, field.text()));
            }
        }
        checkExpiry(op, fields);
        return new JsonLine(op, fields);
    }

    private static Op op(String name) {
        for (Op op : Op.values()) {
            if (op.name().equals(name)) {
                return op;
            }
        }
        throw new CdcException.Invalid(
                "the field 'op' is '%s', which is none of %s".formatted(name, Arrays.toString(Op.values())));
    }

    private static void checkExpiry(Op op, LineFields fields) {
        boolean relative = fields.has(LineField.TTL_MS);
        boolean absolute = fields.has(LineField.EXPIRES_AT);
        if (relative && absolute) {
            throw new CdcException.Invalid(op + " has both fields 'ttl_ms' and 'expires_at': keep one of them");
        }
        if (op == Op.EXPIRE && !relative && !absolute) {
            throw new CdcException.Invalid("EXPIRE lacks the field 'ttl_ms' or 'expires_at'");
        }
    }

    /** The shard that the line names. */
    public OptionalInt shard() {
        return fields.has(LineField.SHARD) ? OptionalInt.of((int) fields.number(LineField.SHARD)) : OptionalInt.empty();
    }

    /** The offset in the WAL partition that the line names. */
    public OptionalLong offset() {
        return find(LineField.OFFSET);
    }

    /** The epoch that the line names. */
    public OptionalLong epoch() {
        return find(LineField.EPOCH);
    }

    /** The sequence that the line names. */
    public OptionalLong sequence() {
        return find(LineField.SEQUENCE);
    }

    /** The time of the entry that the line names, in milliseconds since 1970. */
    public OptionalLong timeMs() {
        return find(LineField.TIME);
    }

    /** When the key of a SET or EXPIRE ends, in milliseconds since 1970, where the line says so absolutely. */
    public OptionalLong expiresAtMs() {
        return find(LineField.EXPIRES_AT);
    }

    /** What the line does. */
    public Op op() {
        return op;
    }

    /**
     * The mutation that the line tells of, or the control op, which is not for appending.
     *
     * @param nowMs when it is appended, in milliseconds since 1970: an absolute expiry becomes the time that is left then
     */
    public WalEntry.Content content(long nowMs) {
        if (!fields.has(LineField.EXPIRES_AT)) {
            return content;
        }
        long ttlMs = WalEntry.ttlMs(nowMs, fields.number(LineField.EXPIRES_AT));
        return switch (content) {
            case WalRecord.Set r -> new WalRecord.Set(r.key(), r.value(), ttlMs);
            case WalRecord.Expire r -> new WalRecord.Expire(r.key(), ttlMs);
            default -> content;
        };
    }

    private OptionalLong find(LineField field) {
        return fields.has(field) ? OptionalLong.of(fields.number(field)) : OptionalLong.empty();
    }

    /** The content, with its expiry only where that is relative. */
    private static WalEntry.Content contentOf(Op op, LineFields in) {
        return switch (op) {
            case SET ->
                new WalRecord.Set(in.bytes(LineField.KEY), in.bytes(LineField.VALUE), in.findNumber(LineField.TTL_MS));
            case DEL -> new WalRecord.Del(in.bytes(LineField.KEY));
            case EXPIRE ->
                new WalRecord.Expire(
                        in.bytes(LineField.KEY), in.has(LineField.TTL_MS) ? in.number(LineField.TTL_MS) : 0);
            case LPUSH -> new WalRecord.LPush(in.bytes(LineField.KEY), in.list(LineField.VALUES));
            case RPUSH -> new WalRecord.RPush(in.bytes(LineField.KEY), in.list(LineField.VALUES));
            case HSET -> new WalRecord.HSet(in.bytes(LineField.KEY), in.pairs(LineField.FIELDS));
            case SADD -> new WalRecord.SAdd(in.bytes(LineField.KEY), in.list(LineField.MEMBERS));
            case FLUSHDB -> new WalRecord.FlushDb();
            case DOC_SET ->
                new WalRecord.DocSet(
                        in.bytes(LineField.COLLECTION), in.bytes(LineField.DOC_ID), in.bytes(LineField.JSON));
            case DOC_DEL -> new WalRecord.DocDel(in.bytes(LineField.COLLECTION), in.bytes(LineField.DOC_ID));
            case VEC_SET -> new WalRecord.VecSet(in.bytes(LineField.KEY), dimensions(in), in.bytes(LineField.VECTOR));
            case VEC_DEL -> new WalRecord.VecDel(in.bytes(LineField.KEY));
            case TRUNCATE -> Control.TRUNCATE;
            case HEARTBEAT -> Control.HEARTBEAT;
            case WRITER_OPENED -> Control.WRITER_OPENED;
        };
    }

    private static int dimensions(LineFields in) {
        if (in.has(LineField.DIMENSIONS)) {
            return (int) in.number(LineField.DIMENSIONS);
        }
        int length = in.bytes(LineField.VECTOR).length();
        if (length % Float.BYTES != 0) {
            throw new CdcException.Invalid(
                    "the field 'vector' has %d bytes, which are no whole floats: give 'dimensions'".formatted(length));
        }
        return length / Float.BYTES;
    }
}
