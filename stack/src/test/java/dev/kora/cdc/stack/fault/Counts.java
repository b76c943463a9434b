package dev.kora.cdc.stack.fault;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** A line of {@code name=value} pairs that a child printed. */
record Counts(Map<String, String> values) {
    static Counts parse(String line) {
        return new Counts(Arrays.stream(line.split(" "))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new AssertionError("no " + name + " in " + values);
        }
        return value;
    }

    long number(String name) {
        return Long.parseLong(text(name));
    }
}
