package dev.kora.cdc.producer;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.KafkaKeys;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.WalRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Routing against a formula written for plainness: the remainder of a division of polynomials, and a pattern for tags. */
class ShardRouterPropertyTest {
    /** x^16 + x^12 + x^5 + 1. */
    private static final int GENERATOR = 0x1_1021;

    private static final Pattern TAG = Pattern.compile("^[^{]*\\{([^}]+)\\}", Pattern.DOTALL);

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);

    @Test
    void keysAndDocumentsFollowTheFormula() {
        for (int i = 0; i < 20_000; i++) {
            int shards = 1 + random.nextInt(20);
            WalRecord record = records.record();
            List<ShardRecord> routed = new ShardRouter(shards).route(List.of(record));
            String what = record + ", -Dkora.seed=" + seed;
            if (record instanceof WalRecord.FlushDb) {
                assertEquals(shards, routed.size(), what);
            } else {
                assertEquals(List.of(new ShardRecord(slot(record) % shards, record)), routed, what);
            }
        }
    }

    @Test
    void tagsFollowTheFormula() {
        for (int i = 0; i < 20_000; i++) {
            StringBuilder key = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                key.append("{}ab\n".charAt(random.nextInt(5)));
            }
            Bytes bytes = Bytes.utf8(key.toString());
            assertEquals(tagged(bytes), ShardRouter.slot(bytes), key + ", -Dkora.seed=" + seed);
        }
    }

    private static int slot(WalRecord record) {
        Bytes key = requireNonNull(KafkaKeys.of(record));
        boolean document = record instanceof WalRecord.DocSet || record instanceof WalRecord.DocDel;
        return document ? crc(key) : tagged(key);
    }

    private static int tagged(Bytes key) {
        Matcher tag = TAG.matcher(new String(key.array(), StandardCharsets.ISO_8859_1));
        return crc(tag.find() ? Bytes.of(tag.group(1).getBytes(StandardCharsets.ISO_8859_1)) : key);
    }

    /** The bytes as one polynomial over two elements, times x^16, divided bit by bit; of the remainder the lower 14 bits. */
    private static int crc(Bytes bytes) {
        int rest = 0;
        for (int bit = 0; bit < 8 * bytes.length() + 16; bit++) {
            int octet = bit / 8 < bytes.length() ? bytes.array()[bit / 8] : 0;
            rest = (rest << 1) | ((octet >>> (7 - bit % 8)) & 1);
            if (rest >= 0x1_0000) {
                rest ^= GENERATOR;
            }
        }
        return rest % 16_384;
    }
}
