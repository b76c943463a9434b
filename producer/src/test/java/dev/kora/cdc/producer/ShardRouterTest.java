package dev.kora.cdc.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardRouterTest {
    /** The check value of CRC-16/XMODEM, and slots as Redis Cluster's specification and its servers give them. */
    @ParameterizedTest
    @CsvSource({
        "123456789,12739", // 0x31C3
        "'',0",
        "foo,12182",
        "bar,5061",
        "hello,866",
        "somekey,11058",
        "foo{hash_tag},2515",
        "bar{hash_tag},2515",
    })
    void knowsPublishedSlots(String key, int slot) {
        assertEquals(slot, ShardRouter.slot(Bytes.utf8(key)));
    }

    @ParameterizedTest
    @CsvSource({
        "foo{bar}baz,bar",
        "{user1000}.following,user1000",
        "foo{bar}{zap},bar",
        "foo{{bar}}zap,{bar",
        "}{x}{,x",
    })
    void hashesATagAlone(String key, String tag) {
        int crc = ShardRouter.slot(Bytes.utf8("tag{" + tag + "}"));
        assertEquals(crc, ShardRouter.slot(Bytes.utf8(key)));
        if (!tag.contains("{")) {
            assertEquals(ShardRouter.slot(Bytes.utf8(tag)), ShardRouter.slot(Bytes.utf8(key)));
        }
    }

    @Test
    void hashesTheWholeKeyWhereTheTagIsEmptyOrOpen() {
        // Slots of the whole keys, by a CRC-16 of another make (Python's binascii.crc_hqx).
        assertEquals(8363, ShardRouter.slot(Bytes.utf8("foo{}{bar}")));
        assertEquals(15278, ShardRouter.slot(Bytes.utf8("foo{bar")));
    }

    @Test
    void routesFlushToEveryShardAndTheRestToOne() {
        WalRecord flush = new WalRecord.FlushDb();
        WalRecord set = new WalRecord.Set(Bytes.utf8("foo"), Bytes.EMPTY, null);
        assertEquals(
                List.of(
                        new ShardRecord(0, flush),
                        new ShardRecord(1, flush),
                        new ShardRecord(2, flush),
                        new ShardRecord(12182 % 3, set)),
                new ShardRouter(3).route(List.of(flush, set)));
    }

    @Test
    void refusesNoShards() {
        assertThrows(CdcException.Invalid.class, () -> new ShardRouter(0));
    }
}
