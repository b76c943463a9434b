package dev.kora.cdc.server.resp;

import java.util.Locale;
import java.util.function.Supplier;

/**
 * A command of a port: what {@code COMMAND} tells of it, and who executes it.
 *
 * @param name in capitals
 * @param arity the number of arguments, the name included; negative: at least so many
 * @param kind what it does to data
 * @param keys where in a request its keys stand
 * @param handler executes it
 * @param refused whether it is known only so that its refusal can say why: {@code COMMAND} does not tell of it
 */
public record Command(String name, int arity, Kind kind, Keys keys, Handler handler, boolean refused) {

    /** What a command does to data. */
    public enum Kind {
        READ("readonly"),
        WRITE("write"),
        CONNECTION("fast");

        private final String flag;

        Kind(String flag) {
            this.flag = flag;
        }

        /** The word for it in {@code COMMAND}. */
        String flag() {
            return flag;
        }
    }

    /**
     * Where in a request the keys stand.
     *
     * @param first index of the first key; 0 for none
     * @param last index of the last key; -1 for the last argument
     * @param step distance between two keys
     */
    public record Keys(int first, int last, int step) {
        public static final Keys NONE = new Keys(0, 0, 0);
        /** One key, behind the name. */
        public static final Keys ONE = new Keys(1, 1, 1);
        /** Every argument is a key. */
        public static final Keys ALL = new Keys(1, -1, 1);
        /** Key, value, key, value, … */
        public static final Keys PAIRS = new Keys(1, -1, 2);
    }

    public Command {
        if (arity == 0 || !name.equals(name.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException("command " + name + " with arity " + arity);
        }
    }

    /** A command that reads data and answers when it returns. */
    public static Command read(String name, int arity, Keys keys, Handler.Immediate handler) {
        return new Command(name, arity, Kind.READ, keys, replying(handler), false);
    }

    /** A command that changes data and may answer later. */
    public static Command write(String name, int arity, Keys keys, Handler handler) {
        return new Command(name, arity, Kind.WRITE, keys, handler, false);
    }

    /** A command about the connection, which answers when it returns. */
    public static Command connection(String name, int arity, Handler.Immediate handler) {
        return new Command(name, arity, Kind.CONNECTION, Keys.NONE, replying(handler), false);
    }

    /** A command that the port does not execute, whatever its arguments, and says so. */
    public static Command refused(String name, Kind kind, Supplier<CommandException> why) {
        return new Command(
                name,
                -1,
                kind,
                Keys.NONE,
                (session, request, to) -> {
                    throw why.get();
                },
                true);
    }

    /** Whether a request with {@code size} arguments, the name included, is one of these. */
    boolean takes(int size) {
        return arity > 0 ? size == arity : size >= -arity;
    }

    private static Handler replying(Handler.Immediate handler) {
        return (session, request, to) -> to.reply(handler.answer(session, request));
    }
}
