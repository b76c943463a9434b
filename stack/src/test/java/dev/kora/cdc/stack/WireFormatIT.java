package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.KafkaKeys;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SchemaFingerprint;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a subscriber sees that has nothing of ours: Kafka's own consumer, Avro's own generic reader, and the registry's REST
 * interface. Both topics also hold an aborted transaction, which such a subscriber must not see.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class WireFormatIT {
    private static final long TIME = 1_700_000_000_000L;
    private static final HexFormat HEX = HexFormat.of();

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;
    private static RegistryClient client;
    private static DatabaseCodecs codecs;

    private final Map<Integer, Schema> schemas = new HashMap<>();

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory.resolve("kafka"));
        registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
        client = RegistryClient.open(RegistrySettings.of(registry.url()));
        codecs = DatabaseCodecs.register(client, "kora");
        try (DatabaseTopics topics = DatabaseTopics.open(KafkaSettings.of(broker.bootstrapServers()), "kora")) {
            topics.ensure(1, TopicLayout.SINGLE);
            topics.check(OptionalInt.of(1));
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        registry.close();
        broker.close();
    }

    @Test
    void entries() throws Exception {
        Bytes k = Bytes.utf8("k");
        List<WalEntry.Content> contents = List.of(
                Control.WRITER_OPENED,
                new WalRecord.Set(k, Bytes.utf8("v"), null),
                new WalRecord.Set(Bytes.EMPTY, Bytes.of(new byte[] {0, -1}), 1_000L),
                new WalRecord.Set(k, Bytes.EMPTY, -1L),
                new WalRecord.Expire(k, 0),
                new WalRecord.Del(k),
                new WalRecord.LPush(k, List.of(Bytes.utf8("a"), Bytes.EMPTY)),
                new WalRecord.RPush(k, List.of()),
                new WalRecord.HSet(k, List.of(new WalRecord.Field(Bytes.utf8("f"), Bytes.utf8("1")))),
                new WalRecord.SAdd(k, List.of(Bytes.utf8("m"))),
                new WalRecord.DocSet(Bytes.utf8("c"), Bytes.utf8("d"), Bytes.utf8("{}")),
                new WalRecord.DocDel(Bytes.utf8("c"), Bytes.utf8("d")),
                new WalRecord.VecSet(k, 1, Bytes.of(new byte[] {0, 0, -128, 63})),
                new WalRecord.VecDel(k),
                new WalRecord.FlushDb(),
                Control.HEARTBEAT,
                Control.TRUNCATE);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < contents.size(); i++) {
            WalEntry entry = new WalEntry(3, 40 + i, TIME + i, contents.get(i));
            Map<String, Bytes> headers = i == 0 ? SchemaFingerprint.header(Schemas.WAL_ENTRY) : Map.of();
            records.add(record(
                    "kora.wal",
                    TIME + i,
                    KafkaKeys.of(entry.content()),
                    codecs.wal().encode(entry),
                    headers));
        }
        write(records);
        assertEquals(
                """
                1700000000000 null {epoch=3, op=WRITER_OPENED, sequence=40} {schema_fingerprint=%s}
                1700000000001 6b {epoch=3, op=SET, sequence=41, value=76} {}
                1700000000002  {epoch=3, expires_at=1700000001002, op=SET, sequence=42, value=00ff} {}
                1700000000003 6b {epoch=3, expires_at=9223372036854775807, op=SET, sequence=43, value=} {}
                1700000000004 6b {epoch=3, expires_at=1700000000004, op=EXPIRE, sequence=44} {}
                1700000000005 6b {epoch=3, op=DEL, sequence=45} {}
                1700000000006 6b {elements=[61, ], epoch=3, op=LPUSH, sequence=46} {}
                1700000000007 6b {elements=[], epoch=3, op=RPUSH, sequence=47} {}
                1700000000008 6b {elements=[66, 31], epoch=3, op=HSET, sequence=48} {}
                1700000000009 6b {elements=[6d], epoch=3, op=SADD, sequence=49} {}
                1700000000010 63000164 {collection=63, doc_id=64, epoch=3, op=DOC_SET, sequence=50, value=7b7d} {}
                1700000000011 63000164 {collection=63, doc_id=64, epoch=3, op=DOC_DEL, sequence=51} {}
                1700000000012 6b {dimensions=1, epoch=3, op=VEC_SET, sequence=52, value=0000803f} {}
                1700000000013 6b {epoch=3, op=VEC_DEL, sequence=53} {}
                1700000000014 null {epoch=3, op=FLUSHDB, sequence=54} {}
                1700000000015 null {epoch=3, op=HEARTBEAT, sequence=55} {}
                1700000000016 null {epoch=3, op=TRUNCATE, sequence=56} {}
                """.formatted(HEX.formatHex(SchemaNormalization.parsingFingerprint(
                        "CRC-64-AVRO", schema(codecs.wal().schemaId())))),
                read("kora.wal"));
    }

    @Test
    void rows() throws Exception {
        Bytes k = Bytes.utf8("k");
        Bytes vector = Bytes.of(new byte[] {0, 0, -128, 63});
        List<SnapshotRow> rows = List.of(
                new SnapshotRow.Key(k, ValueType.STRING, Bytes.utf8("v"), 0, 0, 0, SnapshotRow.NO_EXPIRY, 1, TIME),
                new SnapshotRow.Key(k, ValueType.LIST, null, 2, -1, 1, TIME + 9, 2, TIME),
                new SnapshotRow.ListItem(k, -1, Bytes.utf8("i"), 3, TIME),
                new SnapshotRow.HashField(k, Bytes.utf8("f"), Bytes.EMPTY, 4, TIME),
                new SnapshotRow.SetMember(k, Bytes.utf8("m"), 5, TIME),
                new SnapshotRow.Collection(Bytes.utf8("c"), 6, TIME),
                new SnapshotRow.Document(Bytes.utf8("c"), Bytes.utf8("d"), Bytes.utf8("{\"a\":1}"), 7, TIME),
                new SnapshotRow.VectorIndex(k, 1, 1, 8, TIME),
                new SnapshotRow.Vector(k, 0x0102030405060708L, vector, 9, TIME),
                new SnapshotRow.Checkpoint(17, 0, "topic", 3, null, 11L, 9, 2, -5, 9, TIME));
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (SnapshotRow row : rows) {
            records.add(record(
                    "kora.snapshot", TIME, RowKeys.of(row), codecs.snapshot().encode(row), Map.of()));
        }
        Tombstone tombstone = new Tombstone(RowKind.KEY, ValueType.STRING, Tombstone.Reason.EXPIRED, 9);
        records.add(record("kora.snapshot", TIME, RowKeys.key(k), null, tombstone.toHeaders()));
        write(records);
        assertEquals("""
                1700000000000 6b6b {key=6b, kind=key, sequence=1, type=string, updated_at=1700000000000, value=76} {}
                1700000000000 6b6b {expires_at=1700000000009, head=-1, key=6b, kind=key, sequence=2, size=2, tail=1, type=list, updated_at=1700000000000} {}
                1700000000000 6c6b00017fffffffffffffff {index=-1, key=6b, kind=list_item, sequence=3, type=list, updated_at=1700000000000, value=69} {}
                1700000000000 686b000166 {element=66, key=6b, kind=hash_field, sequence=4, type=hash, updated_at=1700000000000, value=} {}
                1700000000000 736b00016d {element=6d, key=6b, kind=set_member, sequence=5, type=set, updated_at=1700000000000} {}
                1700000000000 6363 {key=63, kind=collection, sequence=6, type=collection, updated_at=1700000000000} {}
                1700000000000 6463000164 {element=64, json={"a":1}, key=63, kind=document, sequence=7, type=document, updated_at=1700000000000} {}
                1700000000000 766b {dimensions=1, key=6b, kind=vector_index, sequence=8, size=1, type=vector, updated_at=1700000000000} {}
                1700000000000 776b00010102030405060708 {element=0102030405060708, key=6b, kind=vector, sequence=9, type=vector, updated_at=1700000000000, value=0000803f} {}
                1700000000000 21 {digest=-5, epoch=3, key=, kind=checkpoint, leader_epoch=0, position=17, rows=9, sequence=9, size=2, truncated_to=11, type=checkpoint, updated_at=1700000000000, wal_topic_id=topic} {}
                1700000000000 6b6b null {kind=key, reason=expired, sequence=9, type=string}
                """, read("kora.snapshot"));
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, long time, @Nullable Bytes key, @Nullable Bytes value, Map<String, Bytes> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, 0, time, key == null ? null : key.array(), value == null ? null : value.array());
        headers.forEach((name, bytes) -> record.headers().add(name, bytes.array()));
        return record;
    }

    /** In one transaction, behind one that is aborted. */
    private static void write(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "transactional.id",
                records.getFirst().topic());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(records.getLast()).get();
            producer.abortTransaction();
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                producer.send(record).get();
            }
            producer.commitTransaction();
        }
    }

    /** A line for each record: time, key, fields that are not null, headers. */
    private String read(String topic) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        StringBuilder lines = new StringBuilder();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    lines.append(line(record)).append('\n');
                }
            }
        }
        return lines.toString();
    }

    private String line(ConsumerRecord<byte[], byte[]> record) throws Exception {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        byte[] key = record.key();
        byte[] value = record.value();
        return "%d %s %s %s"
                .formatted(
                        record.timestamp(),
                        key == null ? null : HEX.formatHex(key),
                        value == null ? null : fields(value),
                        headers);
    }

    private static String text(byte[] header) {
        String text = new String(header, StandardCharsets.US_ASCII);
        return text.matches("\\w+") ? text : HEX.formatHex(header);
    }

    private Map<String, Object> fields(byte[] value) throws Exception {
        ByteBuffer in = ByteBuffer.wrap(value);
        assertEquals(0, in.get(), "the magic byte");
        Schema schema = schema(in.getInt());
        var decoder = DecoderFactory.get().binaryDecoder(value, in.position(), in.remaining(), null);
        GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
        assertEquals(true, decoder.isEnd(), "nothing follows");
        Map<String, Object> fields = new TreeMap<>();
        for (Schema.Field field : schema.getFields()) {
            if (record.get(field.pos()) != null) {
                fields.put(field.name(), shown(record.get(field.pos())));
            }
        }
        return fields;
    }

    private static Object shown(Object value) {
        return switch (value) {
            case ByteBuffer bytes -> {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                yield HEX.formatHex(copy);
            }
            case List<?> list -> list.stream().map(WireFormatIT::shown).toList();
            default -> value;
        };
    }

    private Schema schema(int id) throws Exception {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create(registry.url() + "/schemas/ids/" + id);
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            String text =
                    new ObjectMapper().readTree(answer.body()).get("schema").asText();
            Schema schema = new Schema.Parser().parse(text);
            schemas.put(id, schema);
            return schema;
        }
    }
}
