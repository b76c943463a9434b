package dev.kora.cdc.server.resp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** {@code INFO [section …]}: the server's own sections, then those of the port. */
final class InfoCommand {
    /** The Redis whose replies and errors ours are like: clients look here for what they may ask. */
    private static final String LIKE_REDIS = "7.2.0";

    private final RespOptions options;
    private final RespMetrics metrics;
    private final Supplier<List<InfoSection>> port;
    private final LongSupplier nanos;
    private final long startedNanos;

    private InfoCommand(
            RespOptions options, RespMetrics metrics, Supplier<List<InfoSection>> port, LongSupplier nanos) {
        this.options = options;
        this.metrics = metrics;
        this.port = port;
        this.nanos = nanos;
        this.startedNanos = nanos.getAsLong();
    }

    static Command of(RespOptions options, RespMetrics metrics, Supplier<List<InfoSection>> port, LongSupplier nanos) {
        return Command.connection("INFO", -1, new InfoCommand(options, metrics, port, nanos)::answer);
    }

    private Reply answer(Session session, Request request) {
        StringBuilder text = new StringBuilder();
        sections().forEach((title, fields) -> {
            if (isAsked(title, request)) {
                text.append(text.isEmpty() ? "# " : "\r\n# ").append(title).append("\r\n");
                fields.forEach((name, value) ->
                        text.append(name).append(':').append(value).append("\r\n"));
            }
        });
        return Reply.bulk(text.toString());
    }

    private static boolean isAsked(String title, Request request) {
        for (int i = 1; i < request.size(); i++) {
            boolean all = request.is(i, "ALL") || request.is(i, "EVERYTHING") || request.is(i, "DEFAULT");
            if (all || request.is(i, title.toUpperCase(Locale.ROOT))) {
                return true;
            }
        }
        return request.size() == 1;
    }

    private Map<String, Map<String, String>> sections() {
        List<InfoSection> sections = new ArrayList<>();
        sections.add(new InfoSection("Server", server()));
        sections.add(new InfoSection("Clients", clients()));
        sections.add(new InfoSection("Stats", stats()));
        sections.addAll(port.get());
        Map<String, Map<String, String>> byTitle = new LinkedHashMap<>();
        sections.forEach(section -> byTitle.computeIfAbsent(section.title(), title -> new LinkedHashMap<>())
                .putAll(section.fields()));
        return byTitle;
    }

    private Map<String, String> server() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("redis_version", LIKE_REDIS);
        fields.put("redis_mode", "standalone");
        fields.put("kora_cdc_version", options.version());
        fields.put("kora_cdc_port", options.name());
        fields.put("process_id", Long.toString(ProcessHandle.current().pid()));
        fields.put("uptime_in_seconds", Long.toString((nanos.getAsLong() - startedNanos) / 1_000_000_000));
        return fields;
    }

    private Map<String, String> clients() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("connected_clients", Long.toString(metrics.connections()));
        fields.put("maxclients", Integer.toString(options.limits().connections()));
        return fields;
    }

    private Map<String, String> stats() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("total_connections_received", Long.toString(metrics.connectionsOpened()));
        fields.put("rejected_connections", Long.toString(metrics.connectionsRefused()));
        fields.put("total_commands_processed", Long.toString(metrics.requests()));
        fields.put("total_error_replies", Long.toString(metrics.failures()));
        fields.put("requests_in_flight", Long.toString(metrics.inFlight()));
        fields.put("protocol_errors", Long.toString(metrics.protocolErrors()));
        fields.put("read_pauses", Long.toString(metrics.pauses()));
        fields.put("internal_errors", Long.toString(metrics.bugs()));
        return fields;
    }
}
