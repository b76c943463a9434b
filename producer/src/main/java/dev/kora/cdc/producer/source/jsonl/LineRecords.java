package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.jsonl.JsonLine;
import dev.kora.cdc.jsonl.JsonLines;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Takes lines for records with their shards. Thread-safe. */
final class LineRecords {
    private final ShardRouter router;
    private final InstantSource clock;

    LineRecords(int shards, InstantSource clock) {
        this.router = new ShardRouter(shards);
        this.clock = clock;
    }

    /**
     * What a line appends: one record, FLUSHDB without a shard one for each, and control ops, which belong to whoever wrote
     * the log that was printed, nothing.
     *
     * @param position behind the line, or null where no place is kept
     * @throws CdcException.Invalid it cannot be taken for a record; the message says what is wrong with it
     */
    List<ShardRecord> of(Line line, @Nullable Bytes position) {
        if (line.tooLong()) {
            throw new CdcException.Invalid("the line has %d bytes, beyond the limit of %d: split its record"
                    .formatted(line.length(), LineReader.MAX_BYTES));
        }
        JsonLine parsed = JsonLines.parse(line.text().array());
        if (!(parsed.content(clock.millis()) instanceof WalRecord record)) {
            return List.of();
        }
        if (record instanceof WalRecord.VecSet vector) {
            checkVector(vector);
        }
        Long expiresAtMs = boxed(parsed.expiresAtMs());
        List<ShardRecord> placed = new ArrayList<>();
        for (ShardRecord each : route(parsed, record)) {
            placed.add(new ShardRecord(each.shard(), record, position, expiresAtMs));
        }
        return placed;
    }

    private List<ShardRecord> route(JsonLine parsed, WalRecord record) {
        return parsed.shard().isPresent()
                ? List.of(new ShardRecord(parsed.shard().getAsInt(), record))
                : router.route(List.of(record));
    }

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? Long.valueOf(number.getAsLong()) : null;
    }

    private static void checkVector(WalRecord.VecSet vector) {
        long dimensions = Integer.toUnsignedLong(vector.dimensions());
        if (vector.vector().length() != dimensions * Float.BYTES) {
            throw new CdcException.Invalid(
                    "the field 'vector' has %d bytes, where %d dimensions take %d: mend 'dimensions' or leave it out"
                            .formatted(vector.vector().length(), dimensions, dimensions * Float.BYTES));
        }
    }
}
