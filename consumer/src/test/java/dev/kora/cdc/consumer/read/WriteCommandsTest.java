package dev.kora.cdc.consumer.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.server.resp.DirectCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WriteCommandsTest {
    private static final String READ_ONLY = "-READONLY this port reads the snapshot and takes no writes:"
            + " send them to the gateway, or to the engine that is followed";

    private final TestShards shards = new TestShards(1);
    private final DirectCalls client = shards.connect();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET a 1",
                "SETEX a 1 1",
                "MSET a 1",
                "DEL a",
                "UNLINK a",
                "EXPIRE a 1",
                "LPUSH a 1",
                "RPUSH a 1",
                "HSET a 1 1",
                "HMSET a 1 1",
                "SADD a 1",
                "FLUSHDB",
                "flushall",
                "INCR a",
                "ZADD z 1 a",
                "XADD s * a 1",
                "DOC.SET c d {}",
                "DOC.DEL c d",
                "VECSET v 1 1",
                "VECDEL v",
            })
    void aWriteIsRefused(String command) {
        assertEquals(READ_ONLY, client.text(command.split(" ", -1)));
    }

    @Test
    void aWriteIsRefusedWhateverItsArgumentsAndHoweverTheShardsAre() {
        shards.access(0, new ShardAccess.Halted("stopped"));
        assertEquals(READ_ONLY, client.text("SET"));
        assertEquals(READ_ONLY, client.text("FLUSHALL", "a", "b", "c"));
    }

    @Test
    void whatIsNoCommandIsUnknown() {
        assertEquals("-ERR unknown command", client.text("NOSUCH"));
    }
}
