package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class CountTest {
    @Test
    void oneIsNoPlural() {
        assertEquals("0 shards", Count.of(0, "shard"));
        assertEquals("1 shard", Count.of(1, "shard"));
        assertEquals("2 shards", Count.of(2, "shard"));
    }
}
