package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values that are sound Avro and still no entry. */
final class WalEntryCodecTest {
    private static final Bytes KEY = Bytes.utf8("k");
    private static final WalRecord SET = new WalRecord.Set(KEY, KEY, null);
    private static final WalRecord DOC_SET = new WalRecord.DocSet(Bytes.utf8("c"), Bytes.utf8("d"), Bytes.utf8("{}"));

    private final WalEntryCodec codec = new WalEntryCodec(1, SchemaSource.NONE);

    @Test
    void refusesAnOpThatLacksAField() {
        refuses("SET lacks the field 'value'", SET, "value", null);
        refuses("EXPIRE lacks the field 'expires_at'", new WalRecord.Expire(KEY, 1), "expires_at", null);
        refuses("SADD lacks the field 'elements'", new WalRecord.SAdd(KEY, List.of()), "elements", null);
        refuses("DOC_SET lacks the field 'doc_id'", DOC_SET, "doc_id", null);
        refuses("VEC_SET lacks the field 'dimensions'", new WalRecord.VecSet(KEY, 1, KEY), "dimensions", null);
    }

    @Test
    void refusesAnOpWithAFieldThatItNeverCarries() {
        refuses("DEL has the field 'expires_at', which it never carries", new WalRecord.Del(KEY), "expires_at", 1L);
        refuses("HEARTBEAT has the field 'value', which it never carries", Control.HEARTBEAT, "value", KEY.buffer());
        refuses("SET has the field 'elements', which it never carries", SET, "elements", List.of());
    }

    @Test
    void refusesAnUnknownOp() {
        refuses("unknown op 'set': it may come from a newer version", SET, "op", "set");
        refuses("unknown op '0x0a': it may come from a newer version", SET, "op", "\n");
        refuses("unknown op '': it may come from a newer version", SET, "op", "");
    }

    @Test
    void refusesAKafkaKeyThatDoesNotBelong() {
        refuses("SET has no Kafka key, where the record's key belongs", null, SET, "epoch", 1L);
        refuses("FLUSHDB has the Kafka key k, where none belongs", KEY, new WalRecord.FlushDb(), "epoch", 1L);
        refuses(
                "DOC_SET has the Kafka key k, which is not that of document d in collection c",
                KEY,
                DOC_SET,
                "epoch",
                1L);
        refuses(
                "DOC_SET has the Kafka key null, which is not that of document d in collection c",
                null,
                DOC_SET,
                "epoch",
                1L);
    }

    @Test
    void refusesElementsThatAreTooManyOrUnpaired() {
        List<ByteBuffer> many = Collections.nCopies(65_537, ByteBuffer.allocate(0));
        refuses(
                "'elements' has 65537 more elements, where the limit leaves 65536",
                new WalRecord.RPush(KEY, List.of()),
                "elements",
                many);
        List<ByteBuffer> odd = Collections.nCopies(3, ByteBuffer.allocate(0));
        refuses(
                "HSET has 3 elements, which is no number of fields with a value each",
                new WalRecord.HSet(KEY, List.of()),
                "elements",
                odd);
    }

    @Test
    void refusesABlockOfElementsThatLiesAboutItsSize() {
        WalRecord push = new WalRecord.RPush(KEY, List.of(KEY));
        byte[] good = AvroReference.encodeInBlocks(1, AvroReference.of(new WalEntry(1, 1, 0, push)))
                .array();
        assertEquals(push, codec.decode(KEY, Bytes.of(good), 0).content());
        int size = good.length - 8; // before the element's length and byte, the array's end, and four nulls
        assertEquals(2 * 2, good[size], "the size of the block, zig-zag");
        good[size] = 3 * 2;
        refuses("a block of 'elements' says that it ends at byte 20, but its elements end at 19", KEY, Bytes.of(good));
    }

    @Test
    void refusesDimensionsOfMoreThan32Bits() {
        WalRecord vector = new WalRecord.VecSet(KEY, 1, KEY);
        refuses("'dimensions' is -1, beyond an unsigned 32-bit number", vector, "dimensions", -1L);
        refuses("'dimensions' is 4294967296, beyond an unsigned 32-bit number", vector, "dimensions", 1L << 32);
    }

    /** The clock of a writer may be far off; what it wrote still means something. */
    @Test
    void readsATimeThatHasPassedAsNoTimeLeft() {
        Bytes value = codec.encode(new WalEntry(1, 1, 1_000, new WalRecord.Expire(KEY, 500)));
        assertEquals(
                new WalRecord.Expire(KEY, 1), codec.decode(KEY, value, 1_499).content());
        assertEquals(
                new WalRecord.Expire(KEY, 0), codec.decode(KEY, value, 1_500).content());
        assertEquals(
                new WalRecord.Expire(KEY, 0), codec.decode(KEY, value, 9_000).content());
    }

    private void refuses(String message, WalEntry.Content content, String field, @Nullable Object value) {
        refuses(message, KafkaKeys.of(content), content, field, value);
    }

    private void refuses(
            String message, @Nullable Bytes key, WalEntry.Content content, String field, @Nullable Object value) {
        GenericRecord record = AvroReference.of(new WalEntry(1, 1, 0, content));
        record.put(field, value);
        refuses(message, key, AvroReference.encode(1, record));
    }

    private void refuses(String message, @Nullable Bytes key, Bytes value) {
        assertEquals(
                message,
                assertThrows(CdcException.Corrupt.class, () -> codec.decode(key, value, 0))
                        .getMessage());
    }
}
