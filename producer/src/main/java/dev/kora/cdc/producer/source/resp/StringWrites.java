package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Command;
import dev.kora.cdc.server.resp.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SET, SETEX, PSETEX, MSET. */
final class StringWrites {
    private static final List<String> STATEFUL =
            List.of("NX", "XX", "GET", "KEEPTTL", "IFEQ", "IFNE", "IFDEQ", "IFDNE");

    private StringWrites() {}

    static List<WriteCommand> commands() {
        return List.of(
                WriteCommand.ofKey("SET", -3, StringWrites::set),
                WriteCommand.ofKey("SETEX", 4, (request, nowMs) -> setex(request, nowMs, Expiry.EX, "setex")),
                WriteCommand.ofKey("PSETEX", 4, (request, nowMs) -> setex(request, nowMs, Expiry.PX, "psetex")),
                new WriteCommand("MSET", -3, Command.Keys.PAIRS, StringWrites::mset));
    }

    private static Write set(Request request, long nowMs) {
        if (request.size() == 3) {
            return Write.ok(new WalRecord.Set(bytes(request, 1), bytes(request, 2), null));
        }
        Expiry expiry = Expiry.find(request, 3);
        checkOptions(request, expiry);
        if (expiry == null || request.size() != 5) {
            throw Errors.syntax();
        }
        Expiry.End end = expiry.positive(request, 4, nowMs, "set");
        return Write.ok(new WalRecord.Set(bytes(request, 1), bytes(request, 2), end.ttlMs()))
                .endingAt(end.atMs());
    }

    /** Says of the options that Redis has and the gateway has not why they are refused. */
    private static void checkOptions(Request request, @Nullable Expiry expiry) {
        for (int at = expiry == null ? 3 : 5; at < request.size(); at++) {
            for (String option : STATEFUL) {
                if (request.is(at, option)) {
                    throw Errors.needsState(option);
                }
            }
        }
    }

    private static Write setex(Request request, long nowMs, Expiry expiry, String command) {
        long ttlMs = expiry.positive(request, 2, nowMs, command).ttlMs();
        return Write.ok(new WalRecord.Set(bytes(request, 1), bytes(request, 3), ttlMs));
    }

    private static Write mset(Request request, long nowMs) {
        if (request.size() % 2 == 0) {
            throw Errors.arity("mset");
        }
        List<WalRecord> records = new ArrayList<>(request.size() / 2);
        for (int i = 1; i < request.size(); i += 2) {
            records.add(new WalRecord.Set(bytes(request, i), bytes(request, i + 1), null));
        }
        return Write.ok(records);
    }

    private static Bytes bytes(Request request, int index) {
        return Bytes.of(request.argument(index));
    }
}
