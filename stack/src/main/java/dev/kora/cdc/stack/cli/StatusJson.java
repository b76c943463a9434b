package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Instant;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A {@link StatusReport} for programs, in a stable form: properties are named as in {@code /api/shards}, every one is always
 * there, and null where it is not known or there is nothing to say. The digest is 16 hexadecimal digits, every other figure a number.
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
        json.set("halted", halted(shard));
        put(json, "epoch", log.epoch());
        put(json, "entries", log.entries());
        put(json, "controls", shard.controls());
        put(json, "mutations", shard.mutations());
        put(json, "rejected", shard.rejected());
        json.set("skipped", skipped(shard));
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

    /** Null where it is not halted, or where the consumer does not answer. */
    private static @Nullable ObjectNode halted(ShardReport shard) {
        ConsumerShard.Halt halt = shard.halt();
        if (halt == null) {
            return null;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("topic", halt.topic());
        json.put("partition", halt.partition());
        json.put("offset", halt.offset());
        json.put("reason", halt.reason());
        json.put("since", halt.since());
        json.put("skippable", halt.skippable());
        var commands = json.putArray("commands");
        halt.commands().forEach(commands::add);
        return json;
    }

    /** With a count of 0 and nothing else where none was skipped; null where there is no checkpoint that would say so. */
    private static @Nullable ObjectNode skipped(ShardReport shard) {
        OptionalLong count = shard.skipped();
        if (count.isEmpty()) {
            return null;
        }
        SnapshotRow.Skips skips = shard.skips();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("count", count.getAsLong());
        json.put("offset", skips == null ? null : skips.offset());
        json.put("reason", skips == null ? null : skips.reason());
        json.put("at", skips == null ? null : Instant.ofEpochMilli(skips.atMs()).toString());
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
