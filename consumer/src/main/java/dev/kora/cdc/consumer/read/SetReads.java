package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** SMEMBERS, SISMEMBER, SMISMEMBER, SCARD. Members come in the order of their bytes. */
final class SetReads {
    private final long replyBytes;

    SetReads(long replyBytes) {
        this.replyBytes = replyBytes;
    }

    List<ReadCommand> commands() {
        return List.of(
                ReadCommand.ofKey("SMEMBERS", 2, this::smembers),
                ReadCommand.ofKey("SISMEMBER", 3, SetReads::sismember),
                ReadCommand.ofKey("SMISMEMBER", -3, SetReads::smismember),
                ReadCommand.ofKey("SCARD", 2, SetReads::scard));
    }

    private Reply smembers(Sight sight, Request request) {
        ReplyList members = new ReplyList(replyBytes, "use SSCAN");
        Optional<Sight.Hit<SnapshotRow.Key>> set = set(sight, request);
        if (set.isPresent()) {
            members.expect(set.get().row().size());
            Range range = Range.of(RowKeys.setMembers(set.get().row().key()));
            try (RowCursor rows = set.get().shard().view().scan(range.from(), range.to())) {
                while (rows.next()) {
                    members.add(range.name(rows.rowKey()));
                }
            }
        }
        return new Reply.Members(members.items());
    }

    private static Reply sismember(Sight sight, Request request) {
        return contains(set(sight, request), request.argument(2));
    }

    private static Reply smismember(Sight sight, Request request) {
        Optional<Sight.Hit<SnapshotRow.Key>> set = set(sight, request);
        List<Reply> replies = new ArrayList<>();
        for (int i = 2; i < request.size(); i++) {
            replies.add(contains(set, request.argument(i)));
        }
        return Reply.array(replies);
    }

    private static Reply scard(Sight sight, Request request) {
        return Reply.integer(set(sight, request).map(hit -> hit.row().size()).orElse(0L));
    }

    private static Reply contains(Optional<Sight.Hit<SnapshotRow.Key>> set, byte[] member) {
        boolean there = set.isPresent()
                && set.get()
                                .shard()
                                .view()
                                .find(RowKeys.setMember(set.get().row().key(), Bytes.of(member)))
                        != null;
        return Reply.integer(there ? 1 : 0);
    }

    private static Optional<Sight.Hit<SnapshotRow.Key>> set(Sight sight, Request request) {
        return sight.find(Bytes.of(request.argument(1)), ValueType.SET);
    }
}
