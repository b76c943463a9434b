package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** HGET, HMGET, HGETALL, HKEYS, HVALS, HLEN, HEXISTS. Fields come in the order of their bytes. */
final class HashReads {
    private final long replyBytes;

    HashReads(long replyBytes) {
        this.replyBytes = replyBytes;
    }

    List<ReadCommand> commands() {
        return List.of(
                ReadCommand.ofKey("HGET", 3, HashReads::hget),
                ReadCommand.ofKey("HMGET", -3, this::hmget),
                ReadCommand.ofKey("HGETALL", 2, this::hgetall),
                ReadCommand.ofKey("HKEYS", 2, this::hkeys),
                ReadCommand.ofKey("HVALS", 2, this::hvals),
                ReadCommand.ofKey("HLEN", 2, HashReads::hlen),
                ReadCommand.ofKey("HEXISTS", 3, HashReads::hexists));
    }

    private static Reply hget(Sight sight, Request request) {
        return hash(sight, request)
                .flatMap(hash -> field(hash, request.argument(2)))
                .map(field -> Reply.bulk(field.value().array()))
                .orElse(Reply.NIL);
    }

    private static Reply hexists(Sight sight, Request request) {
        boolean there = hash(sight, request)
                .flatMap(hash -> field(hash, request.argument(2)))
                .isPresent();
        return Reply.integer(there ? 1 : 0);
    }

    private Reply hmget(Sight sight, Request request) {
        Optional<Sight.Hit<SnapshotRow.Key>> hash = hash(sight, request);
        ReplyList values = new ReplyList(replyBytes, "ask for fewer fields at once");
        for (int i = 2; i < request.size(); i++) {
            byte[] name = request.argument(i);
            hash.flatMap(found -> field(found, name))
                    .ifPresentOrElse(field -> values.add(field.value()), values::addNil);
        }
        return Reply.array(values.items());
    }

    private Reply hgetall(Sight sight, Request request) {
        return new Reply.Pairs(fields(sight, request, 2, (list, field) -> {
            list.add(field.field());
            list.add(field.value());
        }));
    }

    private Reply hkeys(Sight sight, Request request) {
        return Reply.array(fields(sight, request, 1, (list, field) -> list.add(field.field())));
    }

    private Reply hvals(Sight sight, Request request) {
        return Reply.array(fields(sight, request, 1, (list, field) -> list.add(field.value())));
    }

    private static Reply hlen(Sight sight, Request request) {
        return Reply.integer(hash(sight, request).map(hit -> hit.row().size()).orElse(0L));
    }

    private List<Reply> fields(
            Sight sight, Request request, int itemsPerField, BiConsumer<ReplyList, SnapshotRow.HashField> add) {
        ReplyList items = new ReplyList(replyBytes, "use HSCAN");
        Optional<Sight.Hit<SnapshotRow.Key>> hash = hash(sight, request);
        if (hash.isPresent()) {
            items.expect(hash.get().row().size() * itemsPerField);
            Range range = Range.of(RowKeys.hashFields(hash.get().row().key()));
            try (RowCursor rows = hash.get().shard().view().scan(range.from(), range.to())) {
                while (rows.next() && rows.row() instanceof SnapshotRow.HashField field) {
                    add.accept(items, field);
                }
            }
        }
        return items.items();
    }

    private static Optional<SnapshotRow.HashField> field(Sight.Hit<SnapshotRow.Key> hash, byte[] name) {
        Bytes rowKey = RowKeys.hashField(hash.row().key(), Bytes.of(name));
        return hash.shard().view().find(rowKey) instanceof SnapshotRow.HashField field
                ? Optional.of(field)
                : Optional.empty();
    }

    private static Optional<Sight.Hit<SnapshotRow.Key>> hash(Sight sight, Request request) {
        return sight.find(Bytes.of(request.argument(1)), ValueType.HASH);
    }
}
