package dev.kora.cdc.consumer.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.Tombstone.Reason;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@link FoldPropertyTest} cannot see: bounds, reasons and stamps. */
final class FoldTest {
    private static final Bytes K = Bytes.utf8("k");
    private static final Bytes X = Bytes.utf8("x");
    private static final Bytes COLLECTION = Bytes.utf8("c");

    private final MemoryStore store = new MemoryStore();
    private final Map<Bytes, Tombstone> tombstones = new TreeMap<>();
    private Overlay overlay = open();
    private long sequence;

    @AfterEach
    void close() {
        overlay.close();
    }

    @Test
    void anEntryRemovesSoManyDeadKeysAndNoMore() {
        int keys = Fold.SWEEP_LIMIT + 5;
        for (int n = 0; n < keys; n++) {
            fold(0, new WalRecord.Set(key(n), X, 1_000L + n));
        }
        commit();
        fold(100_000, Control.HEARTBEAT);
        for (int n = 0; n < keys; n++) {
            assertEquals(n < Fold.SWEEP_LIMIT, overlay.find(RowKeys.key(key(n))) == null, "key " + n);
        }
        commit();
        assertEquals(Fold.SWEEP_LIMIT, tombstones.size());
        assertEquals(Reason.EXPIRED, tombstone(RowKeys.key(key(0))).reason());
        assertEquals(keys + 1, tombstone(RowKeys.key(key(0))).sequence());
        fold(100_000, Control.TRUNCATE);
        assertNull(overlay.firstExpired(Long.MAX_VALUE));
    }

    @Test
    void aDeadKeyBeyondTheBoundIsDeadAllTheSame() {
        int dead = Fold.SWEEP_LIMIT * 2;
        for (int n = 0; n < dead; n++) {
            fold(0, new WalRecord.RPush(key(n), List.of(X)));
            fold(0, new WalRecord.Expire(key(n), 1_000 + n));
        }
        assertEquals(Outcome.NOTHING_THERE, fold(100_000, new WalRecord.Expire(key(dead - 1), 5)));
        assertNull(overlay.find(RowKeys.listItem(key(dead - 1), 0)));
        assertNotNull(overlay.find(RowKeys.key(key(dead - 2))));
    }

    @Test
    void aDeadCollectionBeginsAnewWithoutItsElementsAndItsTime() {
        // Dead keys without number keep the sweep away from the one that is looked at.
        for (int n = 0; n < Fold.SWEEP_LIMIT; n++) {
            fold(0, new WalRecord.Set(key(n), X, 10L));
        }
        fold(0, new WalRecord.RPush(K, List.of(X, X)));
        fold(0, new WalRecord.Expire(K, 20));
        assertEquals(Outcome.APPLIED, fold(20, new WalRecord.SAdd(K, List.of(X))));
        SnapshotRow.Key key = (SnapshotRow.Key) overlay.find(RowKeys.key(K));
        assertNotNull(key);
        assertEquals(1, key.size());
        assertEquals(SnapshotRow.NO_EXPIRY, key.expiresAtMs());
        assertNull(overlay.find(RowKeys.listItem(K, 0)));
    }

    @Test
    void tombstonesSayWhy() {
        fold(1, new WalRecord.RPush(K, List.of(X)));
        fold(1, new WalRecord.SAdd(X, List.of(X)));
        fold(1, new WalRecord.DocSet(COLLECTION, X, Bytes.utf8("{}")));
        fold(1, new WalRecord.VecSet(X, 0, Bytes.EMPTY));
        commit();
        fold(2, new WalRecord.Set(K, X, null));
        commit();
        assertEquals(Reason.TYPE_CHANGE, tombstone(RowKeys.listItem(K, 0)).reason());
        fold(3, new WalRecord.DocDel(COLLECTION, X));
        fold(3, new WalRecord.VecDel(X));
        fold(3, new WalRecord.Set(K, X, 0L));
        fold(3, new WalRecord.FlushDb());
        commit();
        assertEquals(Reason.DEL, tombstone(RowKeys.document(COLLECTION, X)).reason());
        assertEquals(Reason.DEL, tombstone(RowKeys.vectorIndex(X)).reason());
        assertEquals(
                Reason.DEL,
                tombstone(RowKeys.vector(X, SipHash13.hash(new byte[0]))).reason());
        assertEquals(Reason.EXPIRED, tombstone(RowKeys.key(K)).reason());
        assertEquals(Reason.FLUSH, tombstone(RowKeys.key(X)).reason());
        assertEquals(Reason.FLUSH, tombstone(RowKeys.setMember(X, X)).reason());
        assertEquals(sequence, tombstone(RowKeys.setMember(X, X)).sequence());
        assertEquals(6, tombstones.size());
    }

    @Test
    void rowsTellWhichEntryChangedThemLast() {
        fold(10, new WalRecord.HSet(K, List.of(new WalRecord.Field(K, K), new WalRecord.Field(X, K))));
        fold(20, new WalRecord.HSet(K, List.of(new WalRecord.Field(X, K))));
        fold(30, new WalRecord.LPush(K, List.of(X)));
        assertEquals(new SnapshotRow.HashField(K, K, K, 1, 10), overlay.find(RowKeys.hashField(K, K)));
        assertEquals(new SnapshotRow.HashField(K, X, K, 2, 20), overlay.find(RowKeys.hashField(K, X)));
        SnapshotRow key = overlay.find(RowKeys.key(K));
        assertNotNull(key);
        assertEquals(2, key.sequence(), "the refused push changed nothing");
        assertEquals(20, key.updatedAtMs());
    }

    @Test
    void aDocumentThatBecomesTooLargeIsRefused() {
        fold(1, new WalRecord.DocSet(COLLECTION, X, Bytes.utf8("{\"former\":1}")));
        String grows = "{\"a\":[" + "1e15,".repeat(600_000) + "0]}";
        assertEquals(Outcome.TOO_LARGE, fold(2, new WalRecord.DocSet(COLLECTION, X, Bytes.utf8(grows))));
        assertEquals(
                new SnapshotRow.Document(COLLECTION, X, Bytes.utf8("{\"former\":1}"), 1, 1),
                overlay.find(RowKeys.document(COLLECTION, X)));
        assertEquals(
                Outcome.TOO_LARGE, fold(2, new WalRecord.DocSet(Bytes.utf8("only refused"), X, Bytes.utf8(grows))));
        assertNotNull(overlay.find(RowKeys.collection(Bytes.utf8("only refused"))));
    }

    @Test
    void namesOfDocumentsAreText() {
        Bytes wrong = Bytes.of(new byte[] {'n', (byte) 0xff});
        fold(1, new WalRecord.DocSet(wrong, wrong, Bytes.utf8("{}")));
        Bytes text = Bytes.utf8("n\uFFFD");
        assertNotNull(overlay.find(RowKeys.collection(text)));
        assertNotNull(overlay.find(RowKeys.document(text, text)));
        assertEquals(Outcome.APPLIED, fold(1, new WalRecord.DocDel(wrong, Bytes.of(new byte[] {'n', (byte) 0xfe}))));
    }

    @Test
    void onlyRefusedEffectsCountAsRejected() {
        List<Outcome> rejected = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            if (outcome.rejected()) {
                rejected.add(outcome);
            }
        }
        assertEquals(
                List.of(
                        Outcome.WRONG_TYPE,
                        Outcome.INVALID_JSON,
                        Outcome.NO_OBJECT,
                        Outcome.FIELD_NAME,
                        Outcome.TOO_LARGE,
                        Outcome.OTHER_DIMENSIONS,
                        Outcome.VECTOR_LENGTH),
                rejected);
        assertEquals("wrong_type", Outcome.WRONG_TYPE.text());
    }

    private Outcome fold(long timeMs, WalEntry.Content content) {
        sequence++;
        return Fold.apply(new WalEntry(1, sequence, timeMs, content), overlay);
    }

    private void commit() {
        tombstones.clear();
        try (Overlay sealed = overlay) {
            store.apply(sealed.seal().toBatch(null, "", LogPosition.of(0)));
        }
        overlay = open();
    }

    private Overlay open() {
        return new Overlay(store, store.position(), tombstones::put);
    }

    private Tombstone tombstone(Bytes rowKey) {
        Tombstone tombstone = tombstones.get(rowKey);
        if (tombstone == null) {
            throw new AssertionError("no tombstone of " + rowKey);
        }
        return tombstone;
    }

    private static Bytes key(int n) {
        return Bytes.utf8("key " + n);
    }
}
