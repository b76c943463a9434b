package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Reply;
import java.util.List;

/**
 * What a command asks for.
 *
 * @param records to log in one commit: at least one
 * @param reply once they are committed
 * @param ofThisMoment whether the records hold the time left from now until a point of time
 */
record Write(List<WalRecord> records, Reply reply, boolean ofThisMoment) {

    /** Replies OK. */
    static Write ok(WalRecord record) {
        return new Write(List.of(record), Reply.OK, false);
    }

    /** Replies OK. */
    static Write ok(List<WalRecord> records) {
        return new Write(records, Reply.OK, false);
    }

    /** Replies the number of what was accepted. */
    static Write accepted(long number, List<WalRecord> records) {
        return new Write(records, Reply.integer(number), false);
    }

    /** Replies 1. */
    static Write one(WalRecord record) {
        return accepted(1, List.of(record));
    }

    /** The same, with records that hold the time left from now until a point of time, if {@code momentary}. */
    Write ofThisMoment(boolean momentary) {
        return new Write(records, reply, momentary);
    }
}
