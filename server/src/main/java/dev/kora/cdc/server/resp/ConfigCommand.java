package dev.kora.cdc.server.resp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code CONFIG GET name …}: what tools ask a Redis for before they begin, such as redis-benchmark. Names only, no patterns. */
final class ConfigCommand {
    private final Map<String, String> values;

    private ConfigCommand(RespOptions.Limits limits) {
        Map<String, String> known = new LinkedHashMap<>();
        known.put("SAVE", "");
        known.put("APPENDONLY", "no");
        known.put("DATABASES", "1");
        known.put("MAXCLIENTS", Integer.toString(limits.connections()));
        known.put("TIMEOUT", Long.toString(limits.idle().toSeconds()));
        known.put("PROTO-MAX-BULK-LEN", Integer.toString(limits.requestBytes()));
        this.values = known;
    }

    static Command of(RespOptions.Limits limits) {
        ConfigCommand config = new ConfigCommand(limits);
        return Subcommands.command(
                "CONFIG",
                List.of(new Subcommands.Sub(
                        "GET", -3, "<name> ... -- those settings that are alike in Redis", config::get)));
    }

    private Reply get(Session session, Request request) {
        List<Reply> found = new ArrayList<>();
        values.forEach((name, value) -> {
            if (isAsked(name, request)) {
                found.add(Reply.bulk(name.toLowerCase(Locale.ROOT)));
                found.add(Reply.bulk(value));
            }
        });
        return new Reply.Pairs(found);
    }

    private static boolean isAsked(String name, Request request) {
        for (int i = 2; i < request.size(); i++) {
            if (request.is(i, name) || request.is(i, "*")) {
                return true;
            }
        }
        return false;
    }
}
