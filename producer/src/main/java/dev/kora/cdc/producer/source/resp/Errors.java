package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.resp.CommandException;

/** The error replies of the gateway: Redis's own words where Redis has them. */
final class Errors {
    private Errors() {}

    static CommandException syntax() {
        return new CommandException("ERR syntax error");
    }

    /** @param command in small letters */
    static CommandException arity(String command) {
        return new CommandException("ERR wrong number of arguments for '" + command + "' command");
    }

    /** @param command in small letters */
    static CommandException expireTime(String command) {
        return new CommandException("ERR invalid expire time in '" + command + "' command");
    }

    static CommandException unsupportedOption(Bytes option) {
        return new CommandException("ERR Unsupported option " + option);
    }

    /** An option whose effect depends on what is stored. */
    static CommandException needsState(String option) {
        return new CommandException(
                "ERR the option " + option
                        + " depends on what the key holds, and the gateway keeps no state: it only logs, so send the command without it");
    }

    /** A command that changes something in a way that no kind of record tells. */
    static CommandException unlogged(String command) {
        return new CommandException("ERR " + command
                + " cannot be logged: the log has no record for it; docs/commands.md says what the gateway takes");
    }

    static CommandException json(String what) {
        return new CommandException("ERR the document is refused: " + what);
    }

    static CommandException notUtf8(String argument) {
        return new CommandException("ERR " + argument + " is not valid UTF-8");
    }

    static CommandException vector(String what) {
        return new CommandException("ERR the vector is refused: " + what);
    }

    static CommandException readElsewhere() {
        return new CommandException("ERR this port takes writes alone: read from the reads' port");
    }

    static CommandException follows(String directory) {
        return new CommandException("READONLY this database follows the Kora engine that writes " + directory
                + ", so the gateway takes no writes: send them to that engine");
    }

    /** Beyond a limit; the cause names what, its size and the limit. */
    static CommandException tooLarge(CdcException.Invalid cause) {
        return new CommandException("TOOLARGE " + cause.getMessage());
    }

    static CommandException stopped(CdcException.Fenced cause) {
        return new CommandException(
                "UNAVAILABLE nothing was logged, the gateway takes no more writes: " + cause.getMessage());
    }

    static CommandException late(CdcException.Unavailable cause) {
        return new CommandException("UNAVAILABLE the command was taken, but is " + cause.getMessage());
    }

    static CommandException uncertain(CdcException cause) {
        return new CommandException(
                "UNAVAILABLE the command may or may not have been logged, since the writer stopped before its commit was known: "
                        + cause.getMessage());
    }
}
