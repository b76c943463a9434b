package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What concerns keys of any type: DEL, the times to live, FLUSHDB. */
final class KeyWrites {
    private static final List<String> STATEFUL = List.of("NX", "XX", "GT", "LT");

    private KeyWrites() {}

    static List<WriteCommand> commands() {
        return List.of(
                WriteCommand.ofKeys("DEL", -2, KeyWrites::del),
                WriteCommand.ofKeys("UNLINK", -2, KeyWrites::del),
                expire("EXPIRE", Expiry.EX),
                expire("PEXPIRE", Expiry.PX),
                expire("EXPIREAT", Expiry.EXAT),
                expire("PEXPIREAT", Expiry.PXAT),
                WriteCommand.keyless("FLUSHDB", -1, KeyWrites::flush),
                WriteCommand.keyless("FLUSHALL", -1, KeyWrites::flush));
    }

    private static Write del(Request request, long nowMs) {
        List<WalRecord> records = new ArrayList<>(request.size() - 1);
        for (int i = 1; i < request.size(); i++) {
            records.add(new WalRecord.Del(Bytes.of(request.argument(i))));
        }
        return Write.accepted(records.size(), records);
    }

    private static WriteCommand expire(String name, Expiry expiry) {
        String command = name.toLowerCase(Locale.ROOT);
        return WriteCommand.ofKey(name, -3, (request, nowMs) -> {
            refuseOptions(request);
            Expiry.End end = expiry.any(request, 2, nowMs, command);
            return Write.one(new WalRecord.Expire(Bytes.of(request.argument(1)), end.ttlMs()))
                    .endingAt(end.atMs());
        });
    }

    private static void refuseOptions(Request request) {
        if (request.size() == 3) {
            return;
        }
        for (String option : STATEFUL) {
            if (request.is(3, option)) {
                throw Errors.needsState(option);
            }
        }
        throw Errors.unsupportedOption(Bytes.of(request.argument(3)));
    }

    /** Whether it is to be done at once or later is the business of whoever keeps the keys. */
    private static Write flush(Request request, long nowMs) {
        boolean known = request.size() == 1 || request.is(1, "ASYNC") || request.is(1, "SYNC");
        if (!known || request.size() > 2) {
            throw Errors.syntax();
        }
        return Write.ok(new WalRecord.FlushDb());
    }
}
