package dev.kora.cdc.consumer.read;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.server.resp.CommandException;
import dev.kora.cdc.server.resp.Request;
import java.util.Locale;
import java.util.Optional;

/** What a client says behind the cursor of SCAN, HSCAN or SSCAN. */
final class ScanOptions {
    private static final long DEFAULT_COUNT = 10;

    private Glob glob = Glob.ALL;
    private long count = DEFAULT_COUNT;
    private Optional<String> type = Optional.empty();
    private boolean values = true;

    private ScanOptions() {}

    /**
     * The options of SCAN: MATCH, COUNT, TYPE.
     *
     * @throws CommandException there is anything else
     */
    static ScanOptions ofScan(Request request) {
        return parse(request, 2, "TYPE");
    }

    /**
     * The options of HSCAN and SSCAN: MATCH, COUNT, and where {@code noValues} says so NOVALUES.
     *
     * @throws CommandException there is anything else
     */
    static ScanOptions ofElements(Request request, boolean noValues) {
        return parse(request, 3, noValues ? "NOVALUES" : "");
    }

    private static ScanOptions parse(Request request, int from, String extra) {
        ScanOptions options = new ScanOptions();
        int at = from;
        while (at < request.size()) {
            if (extra.equals("NOVALUES") && request.is(at, extra)) {
                options.values = false;
                at++;
                continue;
            }
            if (at + 1 >= request.size()) {
                throw Errors.syntax();
            }
            options.take(request, at, extra);
            at += 2;
        }
        return options;
    }

    private void take(Request request, int at, String extra) {
        if (request.is(at, "MATCH")) {
            glob = Glob.of(Bytes.of(request.argument(at + 1)));
        } else if (request.is(at, "COUNT")) {
            count = request.integer(at + 1);
            if (count < 1) {
                throw Errors.syntax();
            }
        } else if (extra.equals("TYPE") && request.is(at, extra)) {
            type = Optional.of(request.text(at + 1).toLowerCase(Locale.ROOT));
        } else {
            throw Errors.syntax();
        }
    }

    Glob glob() {
        return glob;
    }

    /** How many rows a page should look at. */
    long count() {
        return count;
    }

    /** Whether keys of this type are wanted. */
    boolean wants(String typeName) {
        return type.isEmpty() || type.get().equals(typeName);
    }

    /** Whether the values of a hash are wanted beside its fields. */
    boolean values() {
        return values;
    }
}
