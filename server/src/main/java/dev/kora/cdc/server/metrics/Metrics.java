package dev.kora.cdc.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * The metrics of one process.
 *
 * <p>Names are given in Micrometer's way, lower-case words joined by dots, without a prefix: {@code commits} becomes {@code
 * kora_cdc_commits_total}. Values are functions, asked at each scrape, so a component needs no more than a plain counter
 * that other threads may read. Binding a name twice with the same tags keeps the first function. Thread-safe.
 */
public final class Metrics implements AutoCloseable {
    private static final String PREFIX = "kora.cdc.";
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Micrometer refers to a function's object weakly; held here, it lives as long as the registry. */
    private final Queue<Object> held = new ConcurrentLinkedQueue<>();

    private final JvmGcMetrics gc = new JvmGcMetrics();

    /**
     * Opens a registry that measures the JVM already.
     *
     * @param database stands as the tag {@code database} on each of our metrics
     */
    public static Metrics open(String database) {
        Metrics metrics = new Metrics();
        metrics.registry.config().meterFilter(new DatabaseTag(PREFIX, database));
        metrics.bindJvm();
        return metrics;
    }

    private Metrics() {}

    private void bindJvm() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    /** Micrometer's registry, for binders of libraries. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Binds a counter: a number of things that happened, which only grows. */
    public void counter(String name, String help, Tags tags, LongSupplier value) {
        held.add(value);
        FunctionCounter.builder(PREFIX + name, value, LongSupplier::getAsLong)
                .description(help)
                .tags(tags)
                .register(registry);
    }

    /** Binds a gauge: how much there is of something now. NaN means that it is not known. */
    public void gauge(String name, String help, Tags tags, DoubleSupplier value) {
        Gauge.builder(PREFIX + name, value, DoubleSupplier::getAsDouble)
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** Binds a gauge of a time span, which is given in milliseconds and shown in seconds. NaN means not known. */
    public void timeGauge(String name, String help, Tags tags, DoubleSupplier milliseconds) {
        TimeGauge.builder(PREFIX + name, milliseconds, TimeUnit.MILLISECONDS, DoubleSupplier::getAsDouble)
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** Binds a timer: how often something was done and the nanoseconds spent in it, shown in seconds. */
    public void timer(String name, String help, Tags tags, LongSupplier count, LongSupplier nanos) {
        TimerFunctions functions = new TimerFunctions(count, nanos);
        held.add(functions);
        FunctionTimer.builder(
                        PREFIX + name,
                        functions,
                        timer -> timer.count().getAsLong(),
                        timer -> timer.nanos().getAsLong(),
                        TimeUnit.NANOSECONDS)
                .description(help)
                .tags(tags)
                .register(registry);
    }

    /**
     * All metrics as text.
     *
     * @param accept the media types that the scraper takes: OpenMetrics if it asks for it, else Prometheus's own format
     */
    public Scrape scrape(String accept) {
        String contentType =
                accept.contains(OPEN_METRICS) ? OPEN_METRICS + "; version=1.0.0; charset=utf-8" : Scrape.PROMETHEUS;
        return new Scrape(contentType, registry.scrape(contentType));
    }

    /** Forgets all meters. Idempotent. */
    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    private record TimerFunctions(LongSupplier count, LongSupplier nanos) {}
}
