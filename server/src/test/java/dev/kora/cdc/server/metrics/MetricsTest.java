package dev.kora.cdc.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = Metrics.open("shop");

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void showsACounterAsItStandsAtTheScrape() {
        AtomicLong commits = new AtomicLong(3);
        metrics.counter("commits", "Commits that succeeded", Tags.of("shard", "0"), commits::get);

        assertLine("kora_cdc_commits_total{database=\"shop\",shard=\"0\"} 3.0");
        commits.incrementAndGet();
        assertLine("kora_cdc_commits_total{database=\"shop\",shard=\"0\"} 4.0");
        assertLine("# HELP kora_cdc_commits_total Commits that succeeded");
        assertLine("# TYPE kora_cdc_commits_total counter");
    }

    @Test
    void keepsFunctionsThatNobodyElseRefersTo() {
        metrics.counter("held", "", Tags.empty(), constant(7));
        metrics.gauge("level", "", Tags.empty(), () -> constant(8).getAsLong());
        metrics.timer("work", "", Tags.empty(), constant(9), constant(10_000_000_000L));

        System.gc();

        assertLine("kora_cdc_held_total{database=\"shop\"} 7.0");
        assertLine("kora_cdc_level{database=\"shop\"} 8.0");
        assertLine("kora_cdc_work_seconds_count{database=\"shop\"} 9");
        assertLine("kora_cdc_work_seconds_sum{database=\"shop\"} 10.0");
    }

    @Test
    void showsTimeSpansInSeconds() {
        metrics.timeGauge("lag", "", Tags.empty(), () -> 1500);

        assertLine("kora_cdc_lag_seconds{database=\"shop\"} 1.5");
    }

    @Test
    void measuresTheJvmUnderItsUsualNames() {
        String text = metrics.scrape("").text();

        assertTrue(text.contains("\njvm_memory_used_bytes{area=\"heap\""), text);
        assertTrue(text.contains("\njvm_threads_live_threads "), text);
        assertTrue(text.contains("\nprocess_uptime_seconds "), text);
    }

    @Test
    void speaksOpenMetricsToWhoAsksForIt() {
        Scrape open = metrics.scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertEquals("application/openmetrics-text; version=1.0.0; charset=utf-8", open.contentType());
        assertTrue(open.text().endsWith("# EOF\n"), open.text());
        assertEquals(
                "text/plain; version=0.0.4; charset=utf-8",
                metrics.scrape("text/plain").contentType());
    }

    /** A supplier that captures, so each call makes a new object. */
    private static LongSupplier constant(long value) {
        return () -> value;
    }

    private void assertLine(String line) {
        String text = metrics.scrape("").text();
        assertTrue(text.lines().anyMatch(line::equals), () -> "no line " + line + " in\n" + text);
    }
}
