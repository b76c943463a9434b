package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.store.Changes;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.reader.SnapshotPiece;
import dev.kora.cdc.reader.SnapshotProgress;
import dev.kora.cdc.reader.SnapshotSink;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Digest;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import java.util.OptionalLong;

/** Puts the rows of the compacted partition into a store. For the thread that owns the store. */
final class StoreSink implements SnapshotSink {
    private final Store store;

    StoreSink(Store store) {
        this.store = store;
    }

    @Override
    public SnapshotProgress progress() {
        StorePosition at = store.position();
        return new SnapshotProgress(at.checkpoint(), at.snapshotTopicId(), at.snapshot(), at.rows(), at.digest());
    }

    @Override
    public OptionalLong hash(Bytes rowKey) {
        SnapshotRow row = store.find(rowKey);
        return row == null ? OptionalLong.empty() : OptionalLong.of(Digest.of(row));
    }

    @Override
    public void apply(SnapshotPiece piece) {
        Changes changes = changes(piece);
        SnapshotProgress progress = piece.progress();
        if (changes.tally().rows() != progress.rows() || changes.tally().digest() != progress.digest()) {
            throw new CdcException.Corrupt(
                    "the store would hold %d rows with digest %016x where %d with %016x were read: report this"
                            .formatted(
                                    changes.tally().rows(),
                                    changes.tally().digest(),
                                    progress.rows(),
                                    progress.digest()));
        }
        store.apply(changes.toBatch(progress.checkpoint(), progress.topicId(), progress.position()));
    }

    /** The piece as an overlay sees it: that knows former expiries and counts keys. */
    private Changes changes(SnapshotPiece piece) {
        try (Overlay overlay = new Overlay(store, store.position(), TombstoneSink.NONE)) {
            piece.deletions().forEach(rowKey -> overlay.delete(rowKey, Tombstone.Reason.DEL, 0));
            piece.puts().forEach(row -> overlay.put(RowKeys.of(row), row));
            return overlay.seal();
        }
    }

    @Override
    public void clear() {
        store.clear();
    }
}
