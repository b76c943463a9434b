package dev.kora.cdc.stack.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Reads a properties file so that each value knows its line. */
final class PropertiesLines {
    private PropertiesLines() {}

    /**
     * The values of a file, in their order.
     *
     * @param problems takes what is wrong with it
     */
    static List<Value> read(Path file, List<String> problems) {
        List<Value> values = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                int first = i + 1;
                StringBuilder logical = new StringBuilder(lines.get(i));
                while (goesOn(logical) && i + 1 < lines.size()) {
                    i++;
                    logical.append('\n').append(lines.get(i));
                }
                parse(logical.toString(), "%s, line %d".formatted(file, first), values, problems);
            }
        } catch (IOException e) {
            problems.add("%s cannot be read: %s".formatted(file, FileFailure.of(e, file)));
        }
        return values;
    }

    /** Whether the line ends in an odd number of backslashes and is no comment. */
    private static boolean goesOn(CharSequence line) {
        String text = line.toString();
        String last = text.substring(text.lastIndexOf('\n') + 1);
        int backslashes = last.length() - last.replaceAll("\\\\+$", "").length();
        boolean comment = text.strip().startsWith("#") || text.strip().startsWith("!");
        return backslashes % 2 == 1 && !comment;
    }

    private static void parse(String line, String origin, List<Value> values, List<String> problems) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(line));
            properties
                    .stringPropertyNames()
                    .forEach(key -> values.add(new Value(key, properties.getProperty(key), origin)));
        } catch (IOException | IllegalArgumentException e) {
            problems.add("%s is no line of a properties file: %s".formatted(origin, e.getMessage()));
        }
    }
}
