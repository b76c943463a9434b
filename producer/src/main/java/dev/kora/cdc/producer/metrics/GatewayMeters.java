package dev.kora.cdc.producer.metrics;

import dev.kora.cdc.producer.source.resp.Gateway;
import dev.kora.cdc.producer.source.resp.GatewayMetrics;
import dev.kora.cdc.server.metrics.Metrics;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;

/** Binds what a gateway counts. */
public final class GatewayMeters {
    private static final String HELP = "Write commands by how they ended";

    private GatewayMeters() {}

    /** Binds the numbers of a gateway; to be called once for each. */
    public static void bind(Gateway gateway, Metrics metrics) {
        gateway.metrics()
                .byCommand()
                .forEach((command, counts) -> bind(command.toLowerCase(Locale.ROOT), counts, metrics));
    }

    private static void bind(String command, GatewayMetrics.Counts counts, Metrics metrics) {
        Tags tags = Tags.of("command", command);
        metrics.counter("gateway.commands", HELP, tags.and("outcome", "acknowledged"), counts::acknowledged);
        metrics.counter("gateway.commands", HELP, tags.and("outcome", "refused"), counts::refused);
        metrics.counter("gateway.commands", HELP, tags.and("outcome", "uncertain"), counts::uncertain);
        metrics.counter(
                "gateway.deferred", "Offers of a write command for which there was no room", tags, counts::deferred);
    }
}
