package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.fold.LossyText;
import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * DOC.GET, DOC.KEYS, DOC.COLLECTIONS. A collection may have documents in any shard. Names that are not UTF-8 are taken for
 * the text that the fold takes them for.
 */
final class DocumentReads {
    private static final String BY_SHARD = "restrict the connection to one shard after the other with SHARD n";

    private final long replyBytes;

    DocumentReads(long replyBytes) {
        this.replyBytes = replyBytes;
    }

    List<ReadCommand> commands() {
        return List.of(
                ReadCommand.ofKey("DOC.GET", 3, DocumentReads::get),
                ReadCommand.ofKey("DOC.KEYS", 2, this::keys),
                ReadCommand.keyless("DOC.COLLECTIONS", 1, this::collections));
    }

    /** The document as JSON text, or nil. */
    private static Reply get(Sight sight, Request request) {
        Bytes rowKey = RowKeys.document(name(request, 1), name(request, 2));
        return sight.find(shard -> document(shard, rowKey), SnapshotRow.Document::updatedAtMs)
                .map(hit -> Reply.bulk(hit.row().json().array()))
                .orElse(Reply.NIL);
    }

    private static Optional<SnapshotRow.Document> document(ShardSight shard, Bytes rowKey) {
        return shard.view().find(rowKey) instanceof SnapshotRow.Document row ? Optional.of(row) : Optional.empty();
    }

    /** The ids of all documents in a collection. */
    private Reply keys(Sight sight, Request request) {
        ReplyList ids = new ReplyList(replyBytes, BY_SHARD);
        Range range = Range.of(RowKeys.documents(name(request, 1)));
        for (ShardSight shard : sight.all()) {
            try (RowCursor rows = shard.view().scan(range.from(), range.to())) {
                while (rows.next()) {
                    ids.add(range.name(rows.rowKey()));
                }
            }
        }
        return Reply.array(ids.items());
    }

    /** The names of all collections, those without documents included, each once. */
    private Reply collections(Sight sight, Request request) {
        TreeSet<Bytes> names = new TreeSet<>();
        ReplyList items = new ReplyList(replyBytes, BY_SHARD);
        Range range = Range.of(RowKeys.all(RowKind.COLLECTION));
        for (ShardSight shard : sight.all()) {
            try (RowCursor rows = shard.view().scan(range.from(), range.to())) {
                while (rows.next()) {
                    Bytes name = range.name(rows.rowKey());
                    if (names.add(name)) {
                        items.add(name);
                    }
                }
            }
        }
        return Reply.array(items.items());
    }

    private static Bytes name(Request request, int index) {
        return LossyText.of(Bytes.of(request.argument(index)));
    }
}
