package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.Optional;

/** VEC.KEYS, VEC.DIM, VEC.GET. Indexes of vectors have names of their own, apart from the keys. */
final class VectorReads {
    private static final String BY_SHARD = "restrict the connection to one shard after the other with SHARD n";
    private static final String FROM_TOPIC = "read the index from the snapshot topic";

    private final long replyBytes;

    VectorReads(long replyBytes) {
        this.replyBytes = replyBytes;
    }

    List<ReadCommand> commands() {
        return List.of(
                ReadCommand.keyless("VEC.KEYS", 1, this::keys),
                ReadCommand.ofKey("VEC.DIM", 2, VectorReads::dim),
                ReadCommand.ofKey("VEC.GET", 2, this::get));
    }

    /** The names of all indexes. */
    private Reply keys(Sight sight, Request request) {
        ReplyList names = new ReplyList(replyBytes, BY_SHARD);
        Range range = Range.of(RowKeys.all(RowKind.VECTOR_INDEX));
        for (ShardSight shard : sight.all()) {
            try (RowCursor rows = shard.view().scan(range.from(), range.to())) {
                while (rows.next()) {
                    names.add(range.name(rows.rowKey()));
                }
            }
        }
        return Reply.array(names.items());
    }

    /** The dimensions of an index, or nil. */
    private static Reply dim(Sight sight, Request request) {
        return index(sight, request)
                .map(hit -> Reply.integer(Integer.toUnsignedLong(hit.row().dimensions())))
                .orElse(Reply.NIL);
    }

    /** Id, floats in little-endian bytes, id, floats, …; empty if there is no such index. */
    private Reply get(Sight sight, Request request) {
        ReplyList items = new ReplyList(replyBytes, FROM_TOPIC);
        Optional<Sight.Hit<SnapshotRow.VectorIndex>> index = index(sight, request);
        if (index.isPresent()) {
            items.expect(index.get().row().size() * 2);
            Range range = Range.of(RowKeys.vectors(index.get().row().key()));
            try (RowCursor rows = index.get().shard().view().scan(range.from(), range.to())) {
                while (rows.next() && rows.row() instanceof SnapshotRow.Vector vector) {
                    items.addInteger(vector.id());
                    items.add(vector.vector());
                }
            }
        }
        return Reply.array(items.items());
    }

    private static Optional<Sight.Hit<SnapshotRow.VectorIndex>> index(Sight sight, Request request) {
        Bytes rowKey = RowKeys.vectorIndex(Bytes.of(request.argument(1)));
        return sight.find(
                shard -> shard.view().find(rowKey) instanceof SnapshotRow.VectorIndex row
                        ? Optional.of(row)
                        : Optional.empty(),
                SnapshotRow.VectorIndex::updatedAtMs);
    }
}
