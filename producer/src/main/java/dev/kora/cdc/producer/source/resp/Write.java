package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command asks for.
 *
 * @param records to log in one commit: at least one
 * @param reply once they are committed
 * @param expiresAtMs the point of time that the key ends at, in milliseconds since 1970; null where its time to live counts
 */
record Write(List<WalRecord> records, Reply reply, @Nullable Long expiresAtMs) {

    /** Replies OK. */
    static Write ok(WalRecord record) {
        return new Write(List.of(record), Reply.OK, null);
    }

    /** Replies OK. */
    static Write ok(List<WalRecord> records) {
        return new Write(records, Reply.OK, null);
    }

    /** Replies the number of what was accepted. */
    static Write accepted(long number, List<WalRecord> records) {
        return new Write(records, Reply.integer(number), null);
    }

    /** Replies 1. */
    static Write one(WalRecord record) {
        return accepted(1, List.of(record));
    }

    /** The same, with a key that ends at a point of time, if that is not null. */
    Write endingAt(@Nullable Long atMs) {
        return new Write(records, reply, atMs);
    }
}
