package dev.kora.cdc.schema;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries and rows whose bytes are pinned. A sample never changes; new ones are added. */
final class FormatSamples {
    /** 2025-06-15T15:06:40Z. */
    static final long TIME_MS = 1_750_000_000_000L;

    static final int SCHEMA_ID = 1;

    private static final Bytes BINARY = hex("00ff0001");
    private static final Bytes FLOATS = hex("cdcccc3dcdcc4c3e9a99993e");
    private static final long FLOATS_ID = 0x29382bd32be6e573L;
    private static final Bytes BOOK = text("{\"pages\":120,\"title\":\"Notes\"}");
    private static final String TOPIC_ID = "5H4Zp0bLQ0mC1dPn8QyGxA";

    private FormatSamples() {}

    /** Every op, and what is special about some. */
    static Map<String, WalEntry> entries() {
        Entries all = new Entries();
        all.add("set", new WalRecord.Set(text("greeting"), text("hello"), null));
        all.add("set_ttl", new WalRecord.Set(text("greeting"), text("hello"), 60_000L));
        all.add("set_never", new WalRecord.Set(text("greeting"), text("hello"), -1L));
        all.add("set_empty", new WalRecord.Set(Bytes.EMPTY, Bytes.EMPTY, null));
        all.add("set_binary", new WalRecord.Set(BINARY, BINARY, null));
        all.add("del", new WalRecord.Del(text("greeting")));
        all.add("expire", new WalRecord.Expire(text("greeting"), 3_600_000));
        all.add("expire_now", new WalRecord.Expire(text("greeting"), 0));
        all.add("lpush", new WalRecord.LPush(text("fruits"), List.of(text("apple"), text("pear"))));
        all.add("rpush", new WalRecord.RPush(text("fruits"), List.of(text("fig"), Bytes.EMPTY)));
        all.add("rpush_nothing", new WalRecord.RPush(text("fruits"), List.of()));
        all.add("hset", new WalRecord.HSet(text("user:1"), List.of(field("name", "Ada"), field("lang", "en"))));
        all.add("hset_twice", new WalRecord.HSet(text("user:1"), List.of(field("lang", "en"), field("lang", "cs"))));
        all.add("sadd", new WalRecord.SAdd(text("tags"), List.of(text("cdc"), BINARY)));
        all.add("flushdb", new WalRecord.FlushDb());
        all.add("doc_set", new WalRecord.DocSet(text("books"), text("b1"), BOOK));
        all.add("doc_set_binary", new WalRecord.DocSet(BINARY, BINARY, BOOK));
        all.add("doc_del", new WalRecord.DocDel(text("books"), text("b1")));
        all.add("vec_set", new WalRecord.VecSet(text("embeddings"), 3, FLOATS));
        all.add("vec_set_widest", new WalRecord.VecSet(text("embeddings"), -1, Bytes.EMPTY));
        all.add("vec_del", new WalRecord.VecDel(text("embeddings")));
        all.add("truncate", Control.TRUNCATE);
        all.add("heartbeat", Control.HEARTBEAT);
        all.add("writer_opened", Control.WRITER_OPENED);
        all.map.put("first", new WalEntry(1, 1, TIME_MS, Control.WRITER_OPENED));
        all.map.put("last", new WalEntry(Long.MAX_VALUE, Long.MAX_VALUE, TIME_MS, Control.HEARTBEAT));
        return all.map;
    }

    /** Collects entries of one epoch. */
    private static final class Entries {
        private final Map<String, WalEntry> map = new LinkedHashMap<>();

        void add(String name, WalEntry.Content content) {
            map.put(name, new WalEntry(2, 300, TIME_MS, content));
        }
    }

    /** Every kind of row and every type of key, and what is special about some. */
    static Map<String, SnapshotRow> rows() {
        Map<String, SnapshotRow> all = new LinkedHashMap<>();
        all.put("string", key("greeting", ValueType.STRING, text("hello"), 0, 0, 0, SnapshotRow.NO_EXPIRY));
        all.put("string_ttl", key("greeting", ValueType.STRING, text("hello"), 0, 0, 0, TIME_MS + 60_000));
        all.put("string_never", key("greeting", ValueType.STRING, text("hello"), 0, 0, 0, Long.MAX_VALUE));
        all.put("string_empty", key("", ValueType.STRING, Bytes.EMPTY, 0, 0, 0, SnapshotRow.NO_EXPIRY));
        all.put("list", key("fruits", ValueType.LIST, null, 3, -1, 2, SnapshotRow.NO_EXPIRY));
        all.put("list_empty", key("fruits", ValueType.LIST, null, 0, 0, 0, TIME_MS + 60_000));
        all.put("hash", key("user:1", ValueType.HASH, null, 2, 0, 0, SnapshotRow.NO_EXPIRY));
        all.put("set", key("tags", ValueType.SET, null, 2, 0, 0, SnapshotRow.NO_EXPIRY));
        all.put("list_item", new SnapshotRow.ListItem(text("fruits"), 1, text("fig"), 300, TIME_MS));
        all.put("list_item_before_0", new SnapshotRow.ListItem(text("fruits"), -1, text("apple"), 300, TIME_MS));
        all.put("hash_field", new SnapshotRow.HashField(text("user:1"), text("name"), text("Ada"), 300, TIME_MS));
        all.put("hash_field_binary", new SnapshotRow.HashField(BINARY, BINARY, BINARY, 300, TIME_MS));
        all.put("hash_field_empty", new SnapshotRow.HashField(Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY, 300, TIME_MS));
        all.put("set_member", new SnapshotRow.SetMember(text("tags"), text("cdc"), 300, TIME_MS));
        all.put("collection", new SnapshotRow.Collection(text("books"), 300, TIME_MS));
        all.put("document", new SnapshotRow.Document(text("books"), text("b1"), BOOK, 300, TIME_MS));
        all.put("vector_index", new SnapshotRow.VectorIndex(text("embeddings"), 3, 1, 300, TIME_MS));
        all.put("vector_index_widest", new SnapshotRow.VectorIndex(text("embeddings"), -1, 1, 300, TIME_MS));
        all.put("vector", new SnapshotRow.Vector(text("embeddings"), FLOATS_ID, FLOATS, 300, TIME_MS));
        all.put("checkpoint", checkpoint());
        all.put("checkpoint_skipped", checkpointBehindASkip());
        all.put("checkpoint_first", new SnapshotRow.Checkpoint(0, -1, TOPIC_ID, 0, null, null, 0, 0, 0, 0, 0));
        return all;
    }

    /** The names of rows that together are a state. */
    static List<String> state() {
        return List.of("string_ttl", "collection", "document", "vector_index", "vector");
    }

    static SnapshotRow.Checkpoint checkpoint() {
        return new SnapshotRow.Checkpoint(451, 7, TOPIC_ID, 2, 440L, 128L, 12, 5, 0xfedcba9876543210L, 300, TIME_MS);
    }

    private static SnapshotRow.Checkpoint checkpointBehindASkip() {
        var skips = new SnapshotRow.Skips(2, 450, 2, 303, 1, "half an entry", TIME_MS + 60_000);
        return new SnapshotRow.Checkpoint(
                451, 7, TOPIC_ID, 2, 440L, 128L, 12, 5, 0xfedcba9876543210L, 300, TIME_MS, skips);
    }

    /** Tombstones of each kind that can go, each reason among them. */
    static Map<String, Tombstone> tombstones() {
        Map<String, Tombstone> all = new LinkedHashMap<>();
        all.put("del", new Tombstone(RowKind.DOCUMENT, ValueType.DOCUMENT, Tombstone.Reason.DEL, 300));
        all.put("expired", new Tombstone(RowKind.KEY, ValueType.STRING, Tombstone.Reason.EXPIRED, 300));
        all.put("flush", new Tombstone(RowKind.LIST_ITEM, ValueType.LIST, Tombstone.Reason.FLUSH, 300));
        all.put("type_change", new Tombstone(RowKind.HASH_FIELD, ValueType.HASH, Tombstone.Reason.TYPE_CHANGE, 300));
        all.put("set_member", new Tombstone(RowKind.SET_MEMBER, ValueType.SET, Tombstone.Reason.DEL, Long.MAX_VALUE));
        all.put("collection", new Tombstone(RowKind.COLLECTION, ValueType.COLLECTION, Tombstone.Reason.DEL, 1));
        all.put("vector_index", new Tombstone(RowKind.VECTOR_INDEX, ValueType.VECTOR, Tombstone.Reason.DEL, 300));
        all.put("vector", new Tombstone(RowKind.VECTOR, ValueType.VECTOR, Tombstone.Reason.DEL, 300));
        return all;
    }

    private static SnapshotRow key(
            String key, ValueType type, @Nullable Bytes value, long size, long head, long tail, long expiresAtMs) {
        return new SnapshotRow.Key(text(key), type, value, size, head, tail, expiresAtMs, 300, TIME_MS);
    }

    private static WalRecord.Field field(String field, String value) {
        return new WalRecord.Field(text(field), text(value));
    }

    private static Bytes text(String text) {
        return Bytes.utf8(text);
    }

    private static Bytes hex(String hex) {
        return Bytes.of(HexFormat.of().parseHex(hex));
    }
}
