package dev.kora.cdc.consumer.fold;

import dev.kora.cdc.consumer.store.State;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Limits;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.Optional;

/**
 * Collections of documents, as one entry changes them. Names of collections and documents are text to Kora: what is not
 * UTF-8 in them becomes U+FFFD, so different bytes may name one document.
 */
final class Documents {
    private final State state;
    private final long nowMs;
    private final long sequence;

    Documents(State state, WalEntry entry) {
        this.state = state;
        this.nowMs = entry.timeMs();
        this.sequence = entry.sequence();
    }

    /** Replaces a whole document. Its collection comes into being even where the document is then refused. */
    Outcome set(WalRecord.DocSet record) {
        Optional<JsonDocument> parsed = JsonDocument.parse(record.json());
        if (parsed.isEmpty()) {
            return Outcome.INVALID_JSON;
        }
        Bytes collection = LossyText.of(record.collection());
        createIfMissing(collection);
        JsonDocument document = parsed.get();
        if (!document.isObject()) {
            return Outcome.NO_OBJECT;
        }
        if (document.hasRefusedName()) {
            return Outcome.FIELD_NAME;
        }
        Bytes docId = LossyText.of(record.docId());
        var row = new SnapshotRow.Document(collection, docId, document.normalised(), sequence, nowMs);
        if (!Limits.fits(row)) {
            return Outcome.TOO_LARGE;
        }
        state.put(RowKeys.document(collection, docId), row);
        return Outcome.APPLIED;
    }

    Outcome delete(WalRecord.DocDel record) {
        Bytes rowKey = RowKeys.document(LossyText.of(record.collection()), LossyText.of(record.docId()));
        if (state.find(rowKey) == null) {
            return Outcome.NOTHING_THERE;
        }
        state.delete(rowKey, Tombstone.Reason.DEL, sequence);
        return Outcome.APPLIED;
    }

    private void createIfMissing(Bytes collection) {
        Bytes rowKey = RowKeys.collection(collection);
        if (state.find(rowKey) == null) {
            state.put(rowKey, new SnapshotRow.Collection(collection, sequence, nowMs));
        }
    }
}
