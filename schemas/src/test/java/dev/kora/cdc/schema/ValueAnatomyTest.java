package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A value is taken apart as far as its bytes allow. */
final class ValueAnatomyTest {
    private final WalEntryCodec codec = new WalEntryCodec(7, SchemaSource.NONE);
    private final Bytes push = codec.encode(new WalEntry(
            3, 44, 0, new WalRecord.RPush(Bytes.utf8("k"), List.of(Bytes.utf8("fig"), Bytes.of(new byte[] {0, 1})))));

    @Test
    void showsTheFieldsOfAWholeEntry() {
        ValueAnatomy anatomy = codec.takeApart(push);
        assertEquals("", anatomy.problem());
        assertEquals(7, anatomy.schemaId());
        assertEquals(
                new ValueAnatomy.Part("op", 5, "\"RPUSH\""), anatomy.parts().get(0));
        assertEquals("3", anatomy.parts().get(1).text());
        assertEquals("44", anatomy.parts().get(2).text());
        assertEquals("null", anatomy.parts().get(3).text());
        assertEquals("2: [\"fig\", 0x0001]", anatomy.parts().get(4).text());
        assertEquals(Schemas.WAL_ENTRY.getFields().size(), anatomy.parts().size());
    }

    @Test
    void saysHowFarItCameAndWhyNoFurther() {
        ValueAnatomy cut = codec.takeApart(Bytes.of(Arrays.copyOf(push.array(), 13)));
        assertEquals(
                List.of("op", "epoch", "sequence"),
                cut.parts().stream().map(ValueAnatomy.Part::field).toList());
        assertEquals("the bytes end within 'value' (behind 'sequence', byte 13)", cut.problem());
        assertTrue(codec.takeApart(Bytes.EMPTY).problem().contains("too short"));
        assertEquals(-1, codec.takeApart(Bytes.utf8("not ours")).schemaId());
        Bytes unknown = new WalEntryCodec(99, SchemaSource.NONE).encode(new WalEntry(1, 1, 0, Control.HEARTBEAT));
        assertEquals(99, codec.takeApart(unknown).schemaId());
        assertTrue(codec.takeApart(unknown).problem().contains("99"));
    }

    @Test
    void longValuesAreCut() {
        Bytes value = codec.encode(
                new WalEntry(1, 1, 0, new WalRecord.Set(Bytes.utf8("k"), Bytes.utf8("x".repeat(5_000)), null)));
        String text = codec.takeApart(value).parts().get(3).text();
        assertEquals("\"" + "x".repeat(120) + "\"… (5,000 bytes)", text);
    }

    @Test
    void neverFailsWhateverTheBytesAre() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        RandomRecords records = new RandomRecords(random);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = codec.encode(records.entry()).array().clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            ValueAnatomy anatomy = codec.takeApart(Bytes.of(bytes));
            assertTrue(
                    anatomy.problem().isEmpty()
                                    == (anatomy.parts().size()
                                            == Schemas.WAL_ENTRY.getFields().size())
                            || anatomy.problem().contains("follow the last field"),
                    () -> anatomy + ", -Dkora.seed=" + seed);
        }
    }
}
