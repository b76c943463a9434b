package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.server.resp.InfoSection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What INFO tells of a gateway. */
final class GatewayInfo {
    private static final String TITLE = "Gateway";

    private final Publisher publisher;
    private final GatewayMetrics metrics;

    GatewayInfo(Publisher publisher, GatewayMetrics metrics) {
        this.publisher = publisher;
        this.metrics = metrics;
    }

    List<InfoSection> sections() {
        PublisherStatus status = publisher.status();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("gateway_mode", "logging");
        fields.put("gateway_shards", Integer.toString(publisher.shards()));
        fields.put("publisher_state", status.state().name().toLowerCase(Locale.ROOT));
        fields.put("publisher_ring_bytes", Long.toString(status.ringBytes()));
        fields.put("publisher_ring_used_bytes", Long.toString(status.ringUsedBytes()));
        fields.put("publisher_commits", Long.toString(status.commits()));
        status.retryingSince().ifPresent(since -> fields.put("publisher_retrying_since", since.toString()));
        status.lastError().ifPresent(error -> fields.put("publisher_last_error", oneLine(error)));
        fields.put("commands_acknowledged", Long.toString(metrics.sum(GatewayMetrics.Counts::acknowledged)));
        fields.put("commands_refused", Long.toString(metrics.sum(GatewayMetrics.Counts::refused)));
        fields.put("commands_uncertain", Long.toString(metrics.sum(GatewayMetrics.Counts::uncertain)));
        return List.of(new InfoSection(TITLE, fields));
    }

    private static String oneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }

    /** Of a gateway that takes no writes, since {@code followed} is where they come from. */
    static List<InfoSection> refusing(String followed) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("gateway_mode", "refusing");
        fields.put("gateway_follows", followed);
        return List.of(new InfoSection(TITLE, fields));
    }
}
