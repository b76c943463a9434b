package dev.kora.cdc.server.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.List;

/** Puts the tag {@code database} on our own metrics and leaves those of the JVM and of libraries as everybody knows them. */
record DatabaseTag(String prefix, String database) implements MeterFilter {

    @Override
    public Meter.Id map(Meter.Id id) {
        return id.getName().startsWith(prefix) ? id.withTags(List.of(Tag.of("database", database))) : id;
    }
}
