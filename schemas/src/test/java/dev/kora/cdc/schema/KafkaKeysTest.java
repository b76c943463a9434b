package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KafkaKeysTest {
    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final RandomRecords records = new RandomRecords(new Random(seed));

    @Test
    void areTheKeysThemselves() {
        Bytes key = Bytes.of(new byte[] {0, 1, -1});
        assertEquals(key, KafkaKeys.of(new WalRecord.Del(key)));
        assertEquals(Bytes.EMPTY, KafkaKeys.of(new WalRecord.VecDel(Bytes.EMPTY)));
    }

    @Test
    void areNoneWhereNoKeyIsChanged() {
        for (WalEntry.Content content : new WalEntry.Content[] {
            new WalRecord.FlushDb(), Control.HEARTBEAT, Control.TRUNCATE, Control.WRITER_OPENED
        }) {
            assertNull(KafkaKeys.of(content));
            assertEquals(KafkaKeys.NONE, KafkaKeys.size(content));
        }
    }

    /** Documents are told apart as their rows are. */
    @Test
    void ofDocumentsAreTheirRowKeysWithoutThePrefix() {
        for (int i = 0; i < 10_000; i++) {
            var record = new WalRecord.DocDel(records.awkward(), records.awkward());
            byte[] rowKey =
                    RowKeys.document(record.collection(), record.docId()).array();
            assertEquals(Bytes.of(Arrays.copyOfRange(rowKey, 1, rowKey.length)), KafkaKeys.of(record));
        }
    }

    @Test
    void areWrittenAsTheyAre() {
        for (int i = 0; i < 10_000; i++) {
            WalEntry.Content content = records.content();
            Bytes key = KafkaKeys.of(content);
            ByteBuffer into = ByteBuffer.allocate(Math.max(0, KafkaKeys.size(content)));
            KafkaKeys.put(content, into);
            assertEquals(key == null ? Bytes.EMPTY : key, Bytes.of(into.array()), () -> "-Dkora.seed=" + seed);
            assertEquals(0, into.remaining());
        }
    }
}
