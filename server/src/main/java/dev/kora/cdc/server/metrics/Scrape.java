package dev.kora.cdc.server.metrics;

/** All metrics at one moment, as a scraper reads them. */
public record Scrape(String contentType, String text) {
    /** The media type of Prometheus's own text format. */
    static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
}
