package dev.kora.cdc.schema;

/** What an entry does, by the name that stands in the field {@code op} and in JSON Lines. */
public enum Op {
    SET(WalFields.VALUE, WalFields.EXPIRES_AT),
    DEL(0, 0),
    EXPIRE(WalFields.EXPIRES_AT, 0),
    LPUSH(WalFields.ELEMENTS, 0),
    RPUSH(WalFields.ELEMENTS, 0),
    HSET(WalFields.ELEMENTS, 0),
    SADD(WalFields.ELEMENTS, 0),
    FLUSHDB(0, 0),
    DOC_SET(WalFields.VALUE | WalFields.COLLECTION | WalFields.DOC_ID, 0),
    DOC_DEL(WalFields.COLLECTION | WalFields.DOC_ID, 0),
    VEC_SET(WalFields.VALUE | WalFields.DIMENSIONS, 0),
    VEC_DEL(0, 0),
    TRUNCATE(0, 0),
    HEARTBEAT(0, 0),
    WRITER_OPENED(0, 0);

    private static final Op[] ALL = values();

    /** The fields that an entry must and may carry, as bits of {@link WalFields}. */
    final int required;

    final int optional;

    Op(int required, int optional) {
        this.required = required;
        this.optional = optional;
    }

    /** What an entry with this content does. */
    public static Op of(WalEntry.Content content) {
        return switch (content) {
            case WalRecord.Set r -> SET;
            case WalRecord.Del r -> DEL;
            case WalRecord.Expire r -> EXPIRE;
            case WalRecord.LPush r -> LPUSH;
            case WalRecord.RPush r -> RPUSH;
            case WalRecord.HSet r -> HSET;
            case WalRecord.SAdd r -> SADD;
            case WalRecord.FlushDb r -> FLUSHDB;
            case WalRecord.DocSet r -> DOC_SET;
            case WalRecord.DocDel r -> DOC_DEL;
            case WalRecord.VecSet r -> VEC_SET;
            case WalRecord.VecDel r -> VEC_DEL;
            case Control.TRUNCATE -> TRUNCATE;
            case Control.HEARTBEAT -> HEARTBEAT;
            case Control.WRITER_OPENED -> WRITER_OPENED;
        };
    }

    /** Reads an op's name. */
    static Op read(AvroIn in) {
        int length = in.readLength("op");
        for (Op op : ALL) {
            Bytes name = WireNames.of(op);
            if (name.length() == length && in.nextEquals(name.array())) {
                in.skip(length, "op");
                return op;
            }
        }
        throw unknown(in.readBytes(length).toString());
    }

    /**
     * The op with this name.
     *
     * @throws CdcException.Corrupt there is none
     */
    static Op ofName(String name) {
        for (Op op : ALL) {
            if (op.name().equals(name)) {
                return op;
            }
        }
        throw unknown(Bytes.utf8(name).toString());
    }

    private static CdcException unknown(String name) {
        return new CdcException.Corrupt("unknown op '" + name + "': it may come from a newer version");
    }
}
