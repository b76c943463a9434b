package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/** Values of other versions of our schemas, made up here, are read by Avro's rules or refused with a reason. */
final class SchemaEvolutionTest {
    private static final int OWN = 1;
    private static final int OTHER = 2;
    private static final Schema WAL = Schemas.WAL_ENTRY;
    private static final Schema ROW = Schemas.SNAPSHOT_ROW;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);

    @Test
    void readsFieldsInAnotherOrder() {
        for (int i = 0; i < 20; i++) {
            readsEntries(Neighbour.shuffled(WAL, random), "", entry -> true);
            readsRows(Neighbour.shuffled(ROW, random), "", row -> true);
        }
    }

    @Test
    void skipsFieldsThatAreNew() {
        Schema fixed = Schema.createFixed("four", null, "made.up", 4);
        Schema record = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"made.up.r\",\"fields\":[{\"name\":\"a\",\"type\":\"float\"}]}");
        GenericRecord nested = new GenericData.Record(record);
        nested.put("a", 0.5f);
        Map<Schema, Object> added = Map.of(
                Schema.create(Schema.Type.STRING),
                "text",
                Schema.create(Schema.Type.DOUBLE),
                1.5,
                Schema.create(Schema.Type.BOOLEAN),
                true,
                Schema.createArray(Schema.create(Schema.Type.LONG)),
                List.of(1L, -1L, Long.MAX_VALUE),
                Schema.createMap(Schema.create(Schema.Type.BYTES)),
                Map.of("a", ByteBuffer.allocate(3)),
                fixed,
                new GenericData.Fixed(fixed, new byte[] {1, 2, 3, 4}),
                record,
                nested);
        added.forEach((type, value) -> {
            readsEntries(Neighbour.withNullable(WAL, type.toString()), value, entry -> true);
            readsEntries(Neighbour.withRequired(WAL, type.toString()), value, entry -> true);
            readsRows(Neighbour.withNullable(ROW, type.toString()), value, row -> true);
            readsRows(Neighbour.withRequired(ROW, type.toString()), value, row -> true);
        });
    }

    @Test
    void fillsInWhatAnOlderVersionLacked() {
        readsEntries(Neighbour.without(WAL, "dimensions"), "", entry -> Op.of(entry.content()) != Op.VEC_SET);
        readsRows(Neighbour.without(ROW, "truncated_to"), "", row -> RowKind.of(row) != RowKind.CHECKPOINT);
    }

    @Test
    void promotesNumbersAndText() {
        readsEntries(Neighbour.retyped(WAL, "epoch", "\"int\""), "", entry -> entry.epoch() <= Integer.MAX_VALUE);
        readsEntries(Neighbour.retyped(WAL, "value", "[\"bytes\", \"null\"]"), "", entry -> true);
        readsRows(Neighbour.retyped(ROW, "sequence", "\"int\""), "", row -> row.sequence() <= Integer.MAX_VALUE);
        readsRows(
                Neighbour.retyped(ROW, "size", "[\"int\", \"null\"]"),
                "",
                row -> RowKind.of(row) == RowKind.SET_MEMBER || RowKind.of(row) == RowKind.DOCUMENT);
    }

    /** Another version is read by another way; it must take the same bytes for the same row. */
    @Test
    void keepsBytesThatAreNoText() {
        Bytes json = Bytes.of(new byte[] {'"', (byte) 0xff, '"'});
        var row = new SnapshotRow.Document(Bytes.utf8("c"), Bytes.utf8("d"), json, 1, 2);
        Schema bytes = Neighbour.retyped(ROW, "json", "[\"null\", \"bytes\"]");
        GenericRecord record = Neighbour.move(AvroReference.of(row), bytes, "");
        record.put("json", json.buffer());
        Bytes value = AvroReference.encode(OTHER, record);
        assertEquals(row, rowCodec(bytes).decode(RowKeys.of(row), value));
        assertEquals(
                row, rowCodec(bytes).decode(RowKeys.of(row), rowCodec(bytes).encode(row)));
    }

    @Test
    void refusesASchemaWithoutARequiredField() {
        for (String field : List.of("op", "epoch", "sequence")) {
            refusesEntries(Neighbour.without(WAL, field), field);
        }
        for (String field : List.of("kind", "type", "key", "sequence", "updated_at")) {
            refusesRows(Neighbour.without(ROW, field), field);
        }
    }

    @Test
    void refusesASchemaOfSomethingElse() {
        refusesEntries(Schema.create(Schema.Type.STRING), "STRING");
        refusesEntries(Schema.createUnion(WAL, ROW), "SnapshotRow");
        refusesEntries(ROW, "SnapshotRow");
        refusesRows(Neighbour.retyped(ROW, "leader_epoch", "[\"null\", \"long\"]"), "LONG");
    }

    @Test
    void refusesAnIdThatNoSchemaHas() {
        Bytes value = new WalEntryCodec(OTHER, SchemaSource.NONE).encode(heartbeat());
        var codec = new WalEntryCodec(OWN, SchemaSource.NONE);
        assertThrows(CdcException.Corrupt.class, () -> codec.decode(null, value, 0));
    }

    @Test
    void readsItsOwnLayoutUnderAnotherId() {
        Schema documented = new Schema.Parser().parse(WAL.toString().replaceAll("\"doc\":\"[^\"]*\"", "\"doc\":\"\""));
        assertFalse(documented.toString().equals(WAL.toString()));
        readsEntries(documented, "", entry -> true);
    }

    @Test
    void asksForASchemaOnce() {
        int[] asked = {0};
        var codec = new WalEntryCodec(OWN, id -> {
            asked[0]++;
            return WAL;
        });
        Bytes value = AvroReference.encode(OTHER, AvroReference.of(heartbeat()));
        for (int i = 0; i < 3; i++) {
            assertEquals(heartbeat(), codec.decode(null, value, 0));
        }
        assertEquals(1, asked[0]);
    }

    @Test
    void readsOrRefusesSpoiledValuesOfAnotherVersion() {
        Schema wal =
                Neighbour.withNullable(Neighbour.shuffled(WAL, random), "{\"type\":\"array\",\"items\":\"bytes\"}");
        Schema row =
                Neighbour.withNullable(Neighbour.shuffled(ROW, random), "{\"type\":\"map\",\"values\":\"string\"}");
        for (int i = 0; i < 1_000; i++) {
            WalEntry entry = records.entry();
            GenericRecord one = Neighbour.move(AvroReference.of(entry), wal, List.of(ByteBuffer.allocate(5)));
            damages(bytes -> decode(walCodec(wal), entry, bytes), AvroReference.encodeInBlocks(OTHER, one));
            SnapshotRow state = records.row();
            GenericRecord other = Neighbour.move(AvroReference.of(state), row, Map.of("a", "b"));
            damages(bytes -> rowCodec(row).decode(RowKeys.of(state), bytes), AvroReference.encode(OTHER, other));
        }
    }

    private void damages(Consumer<Bytes> reader, Bytes good) {
        Damage damage = new Damage(random, reader);
        damage.spoil(good.array(), 10);
        if (good.length() < 200) {
            damage.cut(good.array());
        }
    }

    /** Avro skips a block by the size that it states; a size that lies would have it read an element as a length. */
    @Test
    void refusesABlockThatLiesAboutItsSize() {
        Schema other = Neighbour.withRequired(WAL, "{\"type\":\"array\",\"items\":\"long\"}");
        GenericRecord record = Neighbour.move(AvroReference.of(heartbeat()), other, List.of());
        byte[] good = AvroReference.encode(OTHER, record).array();
        ByteBuffer lying = ByteBuffer.allocate(100).put(good, 0, Framing.SIZE);
        AvroOut.putLong(-2, lying); // two elements ...
        AvroOut.putLong(0, lying); // ... that take no bytes, so that a skip ends here:
        AvroOut.putLong(0, lying); // the array's end
        AvroOut.putLong(Integer.MAX_VALUE - 8L, lying); // the length of 'op'
        lying.put(good, Framing.SIZE, good.length - Framing.SIZE);
        byte[] value = Arrays.copyOf(lying.array(), lying.position());
        assertFalse(new Damage(random, bytes -> walCodec(other).decode(null, bytes, 0)).read(Bytes.of(value)));
    }

    @Test
    void boundsTheDepthOfAValue() {
        Schema nested = Schema.createRecord("nested", null, "made.up", false);
        nested.setFields(
                List.of(new Schema.Field("next", Schema.createUnion(Schema.create(Schema.Type.NULL), nested))));
        Schema other = Neighbour.withRequired(WAL, nested.toString());
        byte[] rest = AvroReference.encode(OTHER, AvroReference.of(heartbeat())).array();
        ByteBuffer deep = ByteBuffer.allocate(100_000).put(rest, 0, Framing.SIZE);
        while (deep.remaining() > rest.length) {
            AvroOut.putLong(1, deep);
        }
        deep.put((byte) 0).put(rest, Framing.SIZE, rest.length - Framing.SIZE);
        byte[] value = Arrays.copyOf(deep.array(), deep.position());
        assertThrows(CdcException.Corrupt.class, () -> walCodec(other).decode(null, Bytes.of(value), 0));
    }

    @Test
    void noticesARebuiltRegistry() {
        Schema other = Neighbour.withNullable(WAL, "\"string\"");
        Bytes value = AvroReference.encode(OTHER, Neighbour.move(AvroReference.of(heartbeat()), other, "x"));
        WalEntryCodec codec = walCodec(other);
        assertDoesNotThrow(() -> codec.checkFingerprint(value, SchemaFingerprint.header(other)));
        assertDoesNotThrow(() -> codec.checkFingerprint(value, Map.of()));
        assertDoesNotThrow(() -> codec.checkFingerprint(codec.encode(heartbeat()), SchemaFingerprint.header(WAL)));
        var e = assertThrows(
                CdcException.Corrupt.class, () -> codec.checkFingerprint(value, SchemaFingerprint.header(WAL)));
        assertTrue(String.valueOf(e.getMessage()).contains("schema id 2"), e.getMessage());
        Bytes row = rowCodec(ROW).encode(records.row());
        assertDoesNotThrow(() -> rowCodec(ROW).checkFingerprint(row, SchemaFingerprint.header(ROW)));
        assertThrows(
                CdcException.Corrupt.class, () -> rowCodec(ROW).checkFingerprint(row, SchemaFingerprint.header(WAL)));
    }

    /** What the registry's FULL_TRANSITIVE lets pass, by Avro's own rules. */
    @Test
    void keepsToFullCompatibility() {
        for (Schema own : List.of(WAL, ROW)) {
            assertDoesNotThrow(() -> register(Neighbour.withNullable(own, "\"string\""), own));
            assertDoesNotThrow(() -> register(Neighbour.shuffled(own, random), own));
            assertThrows(SchemaValidationException.class, () -> register(Neighbour.without(own, "sequence"), own));
            assertThrows(
                    SchemaValidationException.class, () -> register(Neighbour.withRequired(own, "\"string\""), own));
        }
    }

    /** Readers of either version take what the other writes. */
    @Test
    void isCompatibleWithTheVersionBefore() {
        Schema first = SnapshotRowFormatTest.firstVersion();
        assertDoesNotThrow(() -> register(ROW, first));
        readsRows(first, "", row -> !(row instanceof SnapshotRow.Checkpoint checkpoint) || checkpoint.skips() == null);
    }

    private static void register(Schema next, Schema known) throws SchemaValidationException {
        SchemaValidator validator =
                new SchemaValidatorBuilder().mutualReadStrategy().validateAll();
        validator.validate(next, List.of(known));
    }

    private void readsEntries(Schema other, Object added, Predicate<WalEntry> chosen) {
        WalEntryCodec codec = walCodec(other);
        for (int i = 0; i < 300; i++) {
            WalEntry entry = records.entry();
            if (chosen.test(entry)) {
                GenericRecord record = Neighbour.move(AvroReference.of(entry), other, added);
                WalEntry read = decode(codec, entry, AvroReference.encode(OTHER, record));
                assertEquals(AvroReference.readBack(entry), read, () -> other + ", -Dkora.seed=" + seed);
            }
        }
    }

    private void readsRows(Schema other, Object added, Predicate<SnapshotRow> chosen) {
        SnapshotRowCodec codec = rowCodec(other);
        for (int i = 0; i < 300; i++) {
            SnapshotRow row = records.row();
            if (chosen.test(row)) {
                GenericRecord record = Neighbour.move(AvroReference.of(row), other, added);
                SnapshotRow read = codec.decode(RowKeys.of(row), AvroReference.encode(OTHER, record));
                assertEquals(row, read, () -> other + ", -Dkora.seed=" + seed);
            }
        }
    }

    private void refusesEntries(Schema other, String reason) {
        Bytes value = new WalEntryCodec(OTHER, SchemaSource.NONE).encode(records.entry());
        refuses(reason, () -> walCodec(other).decode(Bytes.EMPTY, value, 0));
    }

    private void refusesRows(Schema other, String reason) {
        SnapshotRow row = records.row();
        Bytes value = new SnapshotRowCodec(OTHER, SchemaSource.NONE).encode(row);
        refuses(reason, () -> rowCodec(other).decode(RowKeys.of(row), value));
    }

    private static void refuses(String reason, Runnable read) {
        String message = String.valueOf(
                assertThrows(CdcException.Corrupt.class, read::run).getMessage());
        assertTrue(message.contains("schema id 2") && message.contains(reason), message);
    }

    private static WalEntry decode(WalEntryCodec codec, WalEntry entry, Bytes value) {
        return codec.decode(KafkaKeys.of(entry.content()), value, entry.timeMs());
    }

    private static WalEntry heartbeat() {
        return new WalEntry(1, 1, 0, Control.HEARTBEAT);
    }

    private static WalEntryCodec walCodec(Schema other) {
        return new WalEntryCodec(OWN, id -> other);
    }

    private static SnapshotRowCodec rowCodec(Schema other) {
        return new SnapshotRowCodec(OWN, id -> other);
    }
}
