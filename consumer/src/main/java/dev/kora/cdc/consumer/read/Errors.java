package dev.kora.cdc.consumer.read;

import dev.kora.cdc.server.resp.CommandException;

/** The error replies of reads: Redis's own words where Redis has them. */
final class Errors {
    private Errors() {}

    static CommandException wrongType() {
        return new CommandException("WRONGTYPE Operation against a key holding the wrong kind of value");
    }

    static CommandException syntax() {
        return new CommandException("ERR syntax error");
    }

    static CommandException readOnly() {
        return new CommandException("READONLY You can't write against a read only replica.");
    }

    static CommandException cursor() {
        return new CommandException("ERR invalid cursor");
    }

    /** The place that a cursor stands for can no longer be found. */
    static CommandException forgotten(long cursor) {
        return new CommandException("ERR cursor " + cursor
                + " is not known any more: what it stood at was deleted meanwhile; begin again with cursor 0");
    }

    static CommandException noShard(int shards) {
        return new CommandException("ERR no such shard: there are shards 0 to " + (shards - 1));
    }

    /**
     * The reply does not fit into memory.
     *
     * @param instead what to ask for instead, as the end of a sentence
     */
    static CommandException tooLarge(long limitBytes, String instead) {
        return new CommandException(
                "TOOLARGE the reply would take more than " + limitBytes + " bytes of memory; " + instead);
    }
}
