package dev.kora.cdc.consumer.read;

import static java.util.Objects.requireNonNull;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.Optional;

/** GET, MGET, STRLEN. */
final class StringReads {
    private final long replyBytes;

    StringReads(long replyBytes) {
        this.replyBytes = replyBytes;
    }

    List<ReadCommand> commands() {
        return List.of(
                ReadCommand.ofKey("GET", 2, StringReads::get),
                ReadCommand.ofKeys("MGET", -2, this::mget),
                ReadCommand.ofKey("STRLEN", 2, StringReads::strlen));
    }

    private static Reply get(Sight sight, Request request) {
        return string(sight, request).map(value -> Reply.bulk(value.array())).orElse(Reply.NIL);
    }

    private static Reply strlen(Sight sight, Request request) {
        return Reply.integer(string(sight, request).map(Bytes::length).orElse(0));
    }

    /** A key of another type is nil here, as in Redis. */
    private Reply mget(Sight sight, Request request) {
        ReplyList values = new ReplyList(replyBytes, "ask for fewer keys at once");
        for (int i = 1; i < request.size(); i++) {
            Optional<SnapshotRow.Key> row =
                    sight.find(Bytes.of(request.argument(i))).map(Sight.Hit::row);
            if (row.isPresent() && row.get().type() == ValueType.STRING) {
                values.add(value(row.get()));
            } else {
                values.addNil();
            }
        }
        return Reply.array(values.items());
    }

    private static Optional<Bytes> string(Sight sight, Request request) {
        return sight.find(Bytes.of(request.argument(1)), ValueType.STRING).map(hit -> value(hit.row()));
    }

    private static Bytes value(SnapshotRow.Key row) {
        return requireNonNull(row.value(), "a string without a value");
    }
}
