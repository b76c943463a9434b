package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * A {@link StatusReport} for programs, in a stable form: properties are named as in {@code /api/shards}, every one is always
 * there, and null where it is not known. The digest is 16 hexadecimal digits, every other figure a number.
 */
final class StatusJson {
    private StatusJson() {}

    static String of(StatusReport report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("database", report.database());
        json.put("fine", report.fine());
        json.put("consumer_note", report.consumerNote());
        var shards = json.putArray("shards");
        report.shards().forEach(shard -> shards.add(shard(shard)));
        json.set("total", total(report));
        return json.toPrettyString();
    }

    private static ObjectNode shard(ShardReport shard) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        LogStatus log = shard.log();
        json.put("shard", shard.shard());
        json.put("state", shard.state());
        json.put("reason", shard.reason());
        put(json, "epoch", log.epoch());
        put(json, "entries", log.entries());
        put(json, "controls", shard.controls());
        put(json, "mutations", shard.mutations());
        put(json, "rejected", shard.rejected());
        put(json, "skipped", shard.skipped());
        put(json, "log_start", log.logStart());
        put(json, "log_end", log.logEnd());
        put(json, "position", shard.position());
        put(json, "lag_records", log.lagRecords());
        put(json, "lag_ms", log.lagMs());
        put(json, "keys", shard.keys());
        put(json, "rows", shard.rows());
        putDigest(json, shard.digest());
        return json;
    }

    private static ObjectNode total(StatusReport report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        put(json, "entries", report.totalIfKnown(shard -> shard.log().entries()));
        put(json, "controls", report.totalIfKnown(ShardReport::controls));
        put(json, "mutations", report.totalIfKnown(ShardReport::mutations));
        put(json, "rejected", report.totalIfKnown(ShardReport::rejected));
        put(json, "lag_records", report.totalIfKnown(shard -> shard.log().lagRecords()));
        put(json, "lag_ms", report.largest(shard -> shard.log().lagMs()));
        put(json, "keys", report.totalIfKnown(ShardReport::keys));
        put(json, "rows", report.totalIfKnown(ShardReport::rows));
        putDigest(json, report.totalIfKnown(ShardReport::digest));
        return json;
    }

    private static void put(ObjectNode json, String name, OptionalLong value) {
        if (value.isPresent()) {
            json.put(name, value.getAsLong());
        } else {
            json.putNull(name);
        }
    }

    private static void putDigest(ObjectNode json, OptionalLong value) {
        json.put("digest", value.isPresent() ? HexFormat.of().toHexDigits(value.getAsLong()) : null);
    }
}
