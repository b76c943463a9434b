package dev.kora.cdc.consumer.read;

import dev.kora.cdc.schema.CdcException;
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
        return new CommandException(
                "READONLY this port reads the snapshot and takes no writes: send them to the gateway, or to the engine that is followed");
    }

    /** A shard could not be read although it is served: the cause says what failed, and where. */
    static CommandException failed(CdcException cause) {
        return switch (cause) {
            case CdcException.Corrupt corrupt -> new CommandException("HALTED " + corrupt.getMessage());
            case CdcException.Invalid invalid -> new CommandException("ERR " + invalid.getMessage());
            case CdcException.Unavailable away -> new CommandException("UNAVAILABLE " + away.getMessage());
            case CdcException.Fenced fenced ->
                new CommandException("UNAVAILABLE " + fenced.getMessage() + ": try again");
        };
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
