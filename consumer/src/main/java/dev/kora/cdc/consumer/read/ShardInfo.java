package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.resp.InfoSection;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is told of the shards beside their data: which are served, how far each one is, how many keys it has. */
final class ShardInfo {
    private final ShardDirectory directory;
    private final InstantSource clock;

    ShardInfo(ShardDirectory directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** All shards, ascending. */
    List<ShardStatus> statuses() {
        return IntStream.range(0, directory.shards())
                .mapToObj(directory::status)
                .toList();
    }

    /** The number of live keys in a shard; none if the shard cannot be read. */
    OptionalLong keys(int shard) {
        if (!(directory.access(shard) instanceof ShardAccess.Served served)) {
            return OptionalLong.empty();
        }
        try (StoreView view = served.views().open()) {
            return OptionalLong.of(new ShardSight(shard, view, clock.millis()).liveKeys());
        } catch (CdcException.Unavailable e) { // given up a moment ago
            return OptionalLong.empty();
        }
    }

    /** The sections of INFO. */
    List<InfoSection> sections() {
        List<ShardStatus> statuses = statuses();
        Map<String, String> shards = new LinkedHashMap<>();
        shards.put("shards", Integer.toString(directory.shards()));
        shards.put("shards_served", numbers(statuses, ShardState::readable));
        shards.put("shards_halted", numbers(statuses, state -> state == ShardState.HALTED));
        statuses.forEach(status -> shards.put("shard" + status.shard(), line(status)));
        return List.of(new InfoSection("Shards", shards), new InfoSection("Keyspace", keyspace()));
    }

    private Map<String, String> keyspace() {
        long keys = IntStream.range(0, directory.shards())
                .mapToLong(shard -> keys(shard).orElse(0))
                .sum();
        return keys == 0 ? Map.of() : Map.of("db0", "keys=" + keys);
    }

    private static String numbers(List<ShardStatus> statuses, Predicate<ShardState> which) {
        return statuses.stream()
                .filter(status -> which.test(status.state()))
                .map(status -> Integer.toString(status.shard()))
                .collect(Collectors.joining(","));
    }

    private static String line(ShardStatus status) {
        StringBuilder line =
                new StringBuilder("state=").append(status.state().name().toLowerCase(Locale.ROOT));
        ShardStatus.Progress progress = status.progress();
        if (progress != null) {
            line.append(",epoch=").append(progress.epoch());
            line.append(",sequence=").append(progress.sequence());
            line.append(",position=").append(progress.position());
            line.append(",lag_records=").append(progress.lagRecords());
            line.append(",lag_ms=").append(progress.lagMs());
            line.append(",rows=").append(progress.rows());
        }
        if (!status.reason().isEmpty()) {
            line.append(",reason=").append(status.reason().replaceAll("\\R", " "));
        }
        return line.toString();
    }
}
