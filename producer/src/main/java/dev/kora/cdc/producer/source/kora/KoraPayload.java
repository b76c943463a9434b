package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.WalRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the payload of one frame of {@code shard.wal}: a type byte and a body (kora-storage/src/wal.rs, v0.2.0).
 *
 * <p>As lenient as Kora's own decoder: bytes behind the body are ignored, and a SET without its flag byte, or with a flag
 * other than 1, has no time to live.
 */
final class KoraPayload {

    static WalRecord decode(ByteBuffer payload) throws UndecodableException {
        KoraInput in = new KoraInput(payload);
        int type = in.u8("the record type");
        return switch (type) {
            case 1 -> new WalRecord.Set(in.bytes("key"), in.bytes("value"), ttl(in));
            case 2 -> new WalRecord.Del(in.bytes("key"));
            case 3 -> new WalRecord.Expire(in.bytes("key"), in.u64("ttl_ms"));
            case 4 -> new WalRecord.LPush(in.bytes("key"), in.list("values"));
            case 5 -> new WalRecord.RPush(in.bytes("key"), in.list("values"));
            case 6 -> new WalRecord.HSet(in.bytes("key"), in.fields());
            case 7 -> new WalRecord.SAdd(in.bytes("key"), in.list("members"));
            case 8 -> new WalRecord.FlushDb();
            case 9 -> new WalRecord.DocSet(in.bytes("collection"), in.bytes("doc_id"), in.bytes("json"));
            case 10 -> new WalRecord.DocDel(in.bytes("collection"), in.bytes("doc_id"));
            case 11 -> new WalRecord.VecSet(in.bytes("key"), in.u32("dimensions"), in.bytes("vector"));
            case 12 -> new WalRecord.VecDel(in.bytes("key"));
            default -> throw new UndecodableException("record type " + type + " is none of 1 to 12");
        };
    }

    private static @Nullable Long ttl(KoraInput in) throws UndecodableException {
        boolean present = in.hasMore() && in.u8("the TTL flag") == 1;
        return present ? Long.valueOf(in.u64("ttl_ms")) : null;
    }

    private KoraPayload() {}
}
