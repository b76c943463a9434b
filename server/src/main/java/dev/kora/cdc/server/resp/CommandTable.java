package dev.kora.cdc.server.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a port by name, capitals or not. Immutable.
 *
 * <p>Finding one makes no object: a gateway looks a name up for every request.
 */
public final class CommandTable {
    private final Map<String, Command> byName;
    private final @Nullable Command[][] buckets;

    private CommandTable(Map<String, Command> byName) {
        this.byName = byName;
        this.buckets = buckets(byName.values());
    }

    /**
     * A table of these commands.
     *
     * @throws IllegalArgumentException two of them have the same name
     */
    public static CommandTable of(List<Command> commands) {
        Map<String, Command> byName = new LinkedHashMap<>();
        for (Command command : commands) {
            if (byName.put(command.name(), command) != null) {
                throw new IllegalArgumentException("two commands named " + command.name());
            }
        }
        return new CommandTable(byName);
    }

    /** This table and, where it has no command of that name, those of {@code others}. */
    CommandTable or(List<Command> others) {
        Map<String, Command> both = new LinkedHashMap<>(byName);
        others.forEach(command -> both.putIfAbsent(command.name(), command));
        return new CommandTable(both);
    }

    /** All commands in the order they were given in. */
    Collection<Command> all() {
        return byName.values();
    }

    /** The command of this name, or null. */
    @Nullable
    Command find(byte[] name) {
        Command[] bucket = buckets[hash(name) & (buckets.length - 1)];
        if (bucket != null) {
            for (Command command : bucket) {
                if (Words.equal(name, command.name())) {
                    return command;
                }
            }
        }
        return null;
    }

    private static @Nullable Command[][] buckets(Collection<Command> commands) {
        @Nullable Command[][] buckets = new Command[Integer.highestOneBit(commands.size() * 4 + 1)][];
        for (Command command : commands) {
            int at = hash(command.name().getBytes(StandardCharsets.US_ASCII)) & (buckets.length - 1);
            Command[] bucket = buckets[at];
            int size = bucket == null ? 0 : bucket.length;
            Command[] longer = bucket == null ? new Command[1] : Arrays.copyOf(bucket, size + 1);
            longer[size] = command;
            buckets[at] = longer;
        }
        return buckets;
    }

    private static int hash(byte[] name) {
        int hash = 0;
        for (byte b : name) {
            hash = hash * 31 + Words.upper(b);
        }
        return hash ^ (hash >>> 16);
    }
}
