package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.Optional;

/** LLEN, LRANGE, LINDEX. Positions from the head are 0, 1, …; from the tail -1, -2, …. */
final class ListReads {
    private final long replyBytes;

    ListReads(long replyBytes) {
        this.replyBytes = replyBytes;
    }

    List<ReadCommand> commands() {
        return List.of(
                ReadCommand.ofKey("LLEN", 2, ListReads::llen),
                ReadCommand.ofKey("LRANGE", 4, this::lrange),
                ReadCommand.ofKey("LINDEX", 3, ListReads::lindex));
    }

    private static Reply llen(Sight sight, Request request) {
        return Reply.integer(list(sight, request).map(hit -> hit.row().size()).orElse(0L));
    }

    private static Reply lindex(Sight sight, Request request) {
        Optional<Sight.Hit<SnapshotRow.Key>> list = list(sight, request);
        if (list.isEmpty()) {
            return Reply.NIL;
        }
        long asked = request.integer(2);
        SnapshotRow.Key row = list.get().row();
        long position = asked < 0 ? asked + row.size() : asked;
        if (position < 0 || position >= row.size()) {
            return Reply.NIL;
        }
        Bytes rowKey = RowKeys.listItem(row.key(), row.head() + position);
        if (list.get().shard().view().find(rowKey) instanceof SnapshotRow.ListItem item) {
            return Reply.bulk(item.item().array());
        }
        throw missing(row);
    }

    private Reply lrange(Sight sight, Request request) {
        long start = request.integer(2);
        long stop = request.integer(3);
        Optional<Sight.Hit<SnapshotRow.Key>> list = list(sight, request);
        if (list.isEmpty()) {
            return Reply.EMPTY_ARRAY;
        }
        long size = list.get().row().size();
        long first = Math.max(start < 0 ? start + size : start, 0);
        long last = Math.min(stop < 0 ? stop + size : stop, size - 1);
        return first > last ? Reply.EMPTY_ARRAY : Reply.array(items(list.get(), first, last));
    }

    private List<Reply> items(Sight.Hit<SnapshotRow.Key> list, long first, long last) {
        SnapshotRow.Key row = list.row();
        long count = last - first + 1;
        ReplyList items = new ReplyList(replyBytes, "ask for a narrower range").expect(count);
        Bytes from = RowKeys.listItem(row.key(), row.head() + first);
        Bytes to = Range.successor(RowKeys.listItem(row.key(), row.head() + last));
        try (RowCursor rows = list.shard().view().scan(from, to)) {
            while (rows.next() && rows.row() instanceof SnapshotRow.ListItem item) {
                items.add(item.item());
            }
        }
        if (items.items().size() != count) {
            throw missing(row);
        }
        return items.items();
    }

    private static Optional<Sight.Hit<SnapshotRow.Key>> list(Sight sight, Request request) {
        return sight.find(Bytes.of(request.argument(1)), ValueType.LIST);
    }

    private static CdcException.Corrupt missing(SnapshotRow.Key row) {
        return new CdcException.Corrupt("the list " + row.key() + " should have items at the indexes from " + row.head()
                + " to " + row.tail() + ", but not all are there; delete this shard's store to have it rebuilt");
    }
}
