package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.server.resp.InfoSection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The port's part of INFO. */
final class ShardInfoTest {
    private final TestShards shards = new TestShards(4);
    private final ShardInfo info = new ShardInfo(shards, shards.clock());

    @Test
    void saysWhichShardsAreServedAndHowFarTheyAre() {
        ShardStatus.Progress progress =
                new ShardStatus.Progress(2, 30, 40, 0, 50, -1, 250, 60, 70, -1, 0, ShardStatus.Counts.NONE);
        shards.status(new ShardStatus(1, ShardState.CATCHING_UP, "", progress));
        shards.status(new ShardStatus(2, ShardState.HALTED, "offset 7\r\ncannot be read", null));
        shards.status(new ShardStatus(3, ShardState.ELSEWHERE, "", null));
        Map<String, String> fields = section("Shards");
        assertEquals("4", fields.get("shards"));
        assertEquals("0,1", fields.get("shards_served"));
        assertEquals("2", fields.get("shards_halted"));
        assertEquals("state=running", fields.get("shard0"));
        assertEquals(
                "state=catching_up,epoch=2,sequence=30,position=40,lag_records=-1,lag_ms=250,rows=70",
                fields.get("shard1"));
        assertEquals("state=halted,reason=offset 7 cannot be read", fields.get("shard2"));
        assertEquals("state=elsewhere", fields.get("shard3"));
    }

    @Test
    void countsTheLiveKeysThatCanBeRead() {
        assertEquals(Map.of(), section("Keyspace"));
        shards.fold(0, set("a", ""), set("b", "", 5)).fold(1, set("a", "")).fold(2, set("c", ""));
        shards.access(2, new ShardAccess.Elsewhere());
        assertEquals(Map.of("db0", "keys=3"), section("Keyspace"));
        shards.pass(5);
        assertEquals(Map.of("db0", "keys=2"), section("Keyspace"));
        assertEquals(0, shards.openViews());
    }

    private Map<String, String> section(String title) {
        List<InfoSection> sections = info.sections();
        return sections.stream()
                .filter(section -> section.title().equals(title))
                .findFirst()
                .orElseThrow()
                .fields();
    }
}
