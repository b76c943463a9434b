package dev.kora.cdc.stack;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the write side of a database runs.
 *
 * @param feeds each kind once
 * @param publisher what an operator has chosen of it
 * @param openTimeout how long the publisher waits for Kafka at its opening
 * @param endpoint where it listens
 * @param gatewayPort of the gateway, if that is among the feeds
 */
record WriteConfig(
        List<Feed> feeds, PublisherTuning publisher, Duration openTimeout, Endpoint endpoint, int gatewayPort) {
    WriteConfig {
        feeds = List.copyOf(feeds);
    }

    /** The Kora engine that is followed, if one is. */
    Optional<Feed.Kora> kora() {
        return Feed.kora(feeds);
    }
}
