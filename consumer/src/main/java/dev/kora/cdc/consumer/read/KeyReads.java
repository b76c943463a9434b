package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;

/** What concerns keys of any type: EXISTS, TYPE, the times to live, KEYS, DBSIZE, RANDOMKEY. */
final class KeyReads {
    private static final long NO_KEY = -2;
    private static final long NO_TTL = -1;
    private static final long NEVER = Long.MAX_VALUE;

    private final long replyBytes;
    private final RandomGenerator random;

    KeyReads(long replyBytes, RandomGenerator random) {
        this.replyBytes = replyBytes;
        this.random = random;
    }

    List<ReadCommand> commands() {
        return List.of(
                ReadCommand.ofKeys("EXISTS", -2, KeyReads::exists),
                ReadCommand.ofKey("TYPE", 2, KeyReads::type),
                ReadCommand.ofKey("TTL", 2, (sight, request) -> remaining(sight, request, KeyReads::seconds)),
                ReadCommand.ofKey("PTTL", 2, (sight, request) -> remaining(sight, request, ms -> ms)),
                ReadCommand.ofKey("EXPIRETIME", 2, (sight, request) -> expiry(sight, request, KeyReads::seconds)),
                ReadCommand.ofKey("PEXPIRETIME", 2, (sight, request) -> expiry(sight, request, ms -> ms)),
                ReadCommand.keyless("KEYS", 2, this::keys),
                ReadCommand.keyless("DBSIZE", 1, KeyReads::dbsize),
                ReadCommand.keyless("RANDOMKEY", 1, this::randomkey));
    }

    /** A key named twice counts twice, as in Redis. */
    private static Reply exists(Sight sight, Request request) {
        long found = 0;
        for (int i = 1; i < request.size(); i++) {
            if (sight.find(Bytes.of(request.argument(i))).isPresent()) {
                found++;
            }
        }
        return Reply.integer(found);
    }

    private static Reply type(Sight sight, Request request) {
        return new Reply.Status(
                sight.find(key(request)).map(hit -> hit.row().type().text()).orElse("none"));
    }

    private static Reply remaining(Sight sight, Request request, LongUnaryOperator unit) {
        return Reply.integer(sight.find(key(request))
                .map(hit ->
                        time(hit.row(), hit.row().expiresAtMs() - hit.shard().nowMs(), unit))
                .orElse(NO_KEY));
    }

    private static Reply expiry(Sight sight, Request request, LongUnaryOperator unit) {
        return Reply.integer(sight.find(key(request))
                .map(hit -> time(hit.row(), hit.row().expiresAtMs(), unit))
                .orElse(NO_KEY));
    }

    private static long time(SnapshotRow.Key row, long ms, LongUnaryOperator unit) {
        if (row.expiresAtMs() == SnapshotRow.NO_EXPIRY) {
            return NO_TTL;
        }
        return unit.applyAsLong(row.expiresAtMs() == NEVER ? NEVER : ms);
    }

    /** Rounded, as Redis does. */
    private static long seconds(long ms) {
        return ms / 1000 + (ms % 1000 >= 500 ? 1 : 0);
    }

    private Reply keys(Sight sight, Request request) {
        Glob glob = Glob.of(Bytes.of(request.argument(1)));
        ReplyList keys = new ReplyList(replyBytes, "use SCAN");
        for (ShardSight shard : sight.all()) {
            Range range = Range.keys(glob);
            try (RowCursor rows = shard.view().scan(range.from(), range.to())) {
                while (rows.next()) {
                    Bytes key = range.name(rows.rowKey());
                    if (glob.matches(key) && rows.row() instanceof SnapshotRow.Key row && shard.isLive(row)) {
                        keys.add(key);
                    }
                }
            }
        }
        return Reply.array(keys.items());
    }

    private static Reply dbsize(Sight sight, Request request) {
        return Reply.integer(
                sight.all().stream().mapToLong(ShardSight::liveKeys).sum());
    }

    private Reply randomkey(Sight sight, Request request) {
        Optional<Bytes> key = new RandomKey(random).pick(sight.all());
        return key.map(bytes -> Reply.bulk(bytes.array())).orElse(Reply.NIL);
    }

    private static Bytes key(Request request) {
        return Bytes.of(request.argument(1));
    }
}
