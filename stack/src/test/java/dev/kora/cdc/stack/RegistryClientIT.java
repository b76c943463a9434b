package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.KafkaKeys;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each test has subjects of its own in one registry. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class RegistryClientIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FRAMING = 5;

    @TempDir
    static Path directory;

    private static EmbeddedRegistry registry;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());

    @BeforeAll
    static void start() {
        registry = EmbeddedRegistry.start(directory, 0);
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    @Test
    void registersBothSchemasOnceUnderTheStrictestRule() throws Exception {
        DatabaseCodecs first;
        try (RegistryClient client = open()) {
            first = DatabaseCodecs.register(client, "once");
            assertEquals(Schemas.WAL_ENTRY, client.get(first.wal().schemaId()));
            assertEquals(Schemas.SNAPSHOT_ROW, client.get(first.snapshot().schemaId()));
        }
        assertNotEquals(first.wal().schemaId(), first.snapshot().schemaId());
        try (RegistryClient client = open()) {
            DatabaseCodecs again = DatabaseCodecs.register(client, "once");
            assertEquals(first.wal().schemaId(), again.wal().schemaId());
            assertEquals(first.snapshot().schemaId(), again.snapshot().schemaId());
        }
        try (RegistryClient client = open()) {
            DatabaseCodecs found = DatabaseCodecs.lookup(client, "once");
            assertEquals(first.wal().schemaId(), found.wal().schemaId());
            assertEquals(first.snapshot().schemaId(), found.snapshot().schemaId());
        }
        for (String subject : new String[] {"once.wal-value", "once.snapshot-value"}) {
            assertEquals("[1]", ask("/subjects/" + subject + "/versions"));
            assertEquals("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}", ask("/config/" + subject));
        }
    }

    private static String ask(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(registry.url() + path)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void looksUpWithoutRegistering() throws Exception {
        try (RegistryClient client = open()) {
            var refused = assertThrows(CdcException.Invalid.class, () -> DatabaseCodecs.lookup(client, "absent"));
            assertSays(refused, "absent.wal-value", registry.url(), "not registered");
            assertFalse(ask("/subjects").contains("absent"), "nothing is written");
        }
    }

    @Test
    void anIdThatNobodyGaveIsCorruption() {
        try (RegistryClient client = open()) {
            assertSays(assertThrows(CdcException.Corrupt.class, () -> client.get(1_000_000)), "1000000");
        }
    }

    @Test
    void saysThatTheUrlIsWrong() {
        String url = "http://127.0.0.1:" + registry.port();
        try (RegistryClient client = RegistryClient.open(RegistrySettings.of(url))) {
            for (Runnable call : new Runnable[] {() -> client.get(1), () -> DatabaseCodecs.register(client, "wrong")}) {
                assertSays(assertThrows(CdcException.Invalid.class, call::run), url, "404", "mend the URL");
            }
        }
    }

    /** A made-up next version with one more nullable field: the registry takes it, and our codecs read its values. */
    @Test
    void aNullableFieldMayBeAdded() throws Exception {
        RandomRecords random = new RandomRecords(new Random(seed));
        try (RegistryClient client = open();
                RegistryClient reader = open()) {
            DatabaseCodecs ours = DatabaseCodecs.register(client, "grown");
            Schema wal = withNullableField(Schemas.WAL_ENTRY);
            Schema row = withNullableField(Schemas.SNAPSHOT_ROW);
            int walId = client.register("grown.wal-value", wal);
            int rowId = client.register("grown.snapshot-value", row);
            assertNotEquals(ours.wal().schemaId(), walId);
            DatabaseCodecs older = DatabaseCodecs.lookup(reader, "grown");
            for (int i = 0; i < 200; i++) {
                assertReads(older, random.entry(), wal, walId);
                assertReads(older, random.row(), row, rowId);
            }
        }
    }

    private void assertReads(DatabaseCodecs codecs, WalEntry entry, Schema neighbour, int id) throws Exception {
        Bytes key = KafkaKeys.of(entry.content());
        Bytes ours = codecs.wal().encode(entry);
        Bytes theirs = move(ours, Schemas.WAL_ENTRY, neighbour, id);
        assertEquals(
                codecs.wal().decode(key, ours, entry.timeMs()),
                codecs.wal().decode(key, theirs, entry.timeMs()),
                () -> "seed " + seed);
    }

    private void assertReads(DatabaseCodecs codecs, SnapshotRow row, Schema neighbour, int id) throws Exception {
        Bytes theirs = move(codecs.snapshot().encode(row), Schemas.SNAPSHOT_ROW, neighbour, id);
        assertEquals(row, codecs.snapshot().decode(RowKeys.of(row), theirs), () -> "seed " + seed);
    }

    /** The same value as the neighbour writes it, with its own field filled. */
    private static Bytes move(Bytes value, Schema from, Schema to, int id) throws Exception {
        GenericRecord record = new GenericDatumReader<GenericRecord>(from, to)
                .read(null, DecoderFactory.get().binaryDecoder(value.array(), FRAMING, value.length() - FRAMING, null));
        record.put("added", "by the neighbour");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(FRAMING).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(to).write(record, encoder);
        encoder.flush();
        return Bytes.of(out.toByteArray());
    }

    @Test
    void aRequiredFieldMustStay() throws Exception {
        try (RegistryClient client = open()) {
            DatabaseCodecs.register(client, "shrunk");
            for (String field : new String[] {"op", "epoch", "sequence"}) {
                assertIncompatible(client, "shrunk.wal-value", without(Schemas.WAL_ENTRY, field));
            }
            for (String field : new String[] {"kind", "type", "key", "sequence", "updated_at"}) {
                assertIncompatible(client, "shrunk.snapshot-value", without(Schemas.SNAPSHOT_ROW, field));
            }
            assertEquals("[1]", ask("/subjects/shrunk.wal-value/versions"));
            assertEquals("[1]", ask("/subjects/shrunk.snapshot-value/versions"));
        }
    }

    private static void assertIncompatible(RegistryClient client, String subject, Schema schema) {
        var refused = assertThrows(CdcException.Invalid.class, () -> client.register(subject, schema));
        assertSays(refused, subject, registry.url(), "409", "incompatible");
    }

    /** The other way round: this version starts where a newer one, or a maimed one, was before. */
    @Test
    void startsBehindANewerVersionButNotBehindAMaimedOne() throws Exception {
        try (RegistryClient client = open()) {
            client.register("newer.wal-value", withNullableField(Schemas.WAL_ENTRY));
            client.register("newer.snapshot-value", withNullableField(Schemas.SNAPSHOT_ROW));
            DatabaseCodecs.register(client, "newer");
            client.register("maimed.wal-value", without(Schemas.WAL_ENTRY, "epoch"));
            var refused = assertThrows(CdcException.Invalid.class, () -> DatabaseCodecs.register(client, "maimed"));
            assertSays(refused, "maimed.wal-value", "incompatible");
        }
    }

    @Test
    void whatIsKnownOutlivesTheRegistry(@TempDir Path own) {
        EmbeddedRegistry mortal = EmbeddedRegistry.start(own, 0);
        RegistrySettings settings = RegistrySettings.of(mortal.url(), Map.of("max.retries", "1"));
        try (RegistryClient client = RegistryClient.open(settings);
                RegistryClient late = RegistryClient.open(settings)) {
            DatabaseCodecs codecs = DatabaseCodecs.register(client, "mortal");
            client.get(codecs.wal().schemaId());
            mortal.close();
            assertEquals(
                    codecs.wal().schemaId(),
                    DatabaseCodecs.register(client, "mortal").wal().schemaId());
            assertEquals(Schemas.WAL_ENTRY, client.get(codecs.wal().schemaId()));
            assertSays(assertThrows(CdcException.Unavailable.class, () -> client.get(77)), mortal.url());
            assertSays(
                    assertThrows(CdcException.Unavailable.class, () -> DatabaseCodecs.register(late, "mortal")),
                    mortal.url(),
                    "connection refused",
                    "mortal.wal-value");
        } finally {
            mortal.close();
        }
    }

    private static RegistryClient open() {
        return RegistryClient.open(RegistrySettings.of(registry.url()));
    }

    private static Schema withNullableField(Schema schema) throws Exception {
        ObjectNode json = (ObjectNode) JSON.readTree(schema.toString());
        ((ArrayNode) json.get("fields"))
                .add(JSON.readTree("{\"name\":\"added\",\"type\":[\"null\",\"string\"],\"default\":null}"));
        return new Schema.Parser().parse(json.toString());
    }

    private static Schema without(Schema schema, String field) throws Exception {
        ObjectNode json = (ObjectNode) JSON.readTree(schema.toString());
        ArrayNode kept = JSON.createArrayNode();
        for (JsonNode each : json.get("fields")) {
            if (!each.get("name").asText().equals(field)) {
                kept.add(each);
            }
        }
        json.set("fields", kept);
        return new Schema.Parser().parse(json.toString());
    }

    private static void assertSays(Exception thrown, String... parts) {
        for (String part : parts) {
            assertTrue(String.valueOf(thrown.getMessage()).contains(part), () -> "no \"" + part + "\" in " + thrown);
        }
    }
}
