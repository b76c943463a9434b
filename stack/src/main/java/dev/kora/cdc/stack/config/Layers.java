package dev.kora.cdc.stack.config;

import dev.kora.cdc.registry.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The values that were given, layer upon layer: what a later layer says of a key counts. What cannot be is told to {@code
 * problems} and left out.
 *
 * <p>A secret may be given by the file that holds it, under its key with {@code .file} behind. Belongs to one thread.
 */
final class Layers {
    static final String KAFKA = "kafka.";
    static final String REGISTRY = "registry.";
    /** Variables with our prefix that are no settings. */
    private static final Set<String> OTHER_VARIABLES = Set.of(Sources.CONFIG_VARIABLE, Setting.variable("java.opts"));

    private final List<String> problems;
    private final Map<String, Value> values = new TreeMap<>();

    Layers(List<String> problems) {
        this.problems = problems;
    }

    /** By key, as they count. */
    Map<String, Value> values() {
        return values;
    }

    /** Adds what a file says. */
    void file(Path file) {
        add(PropertiesLines.read(file, problems));
    }

    /** Adds what the environment says: a variable that is empty says nothing. */
    void environment(Map<String, String> environment) {
        List<Value> layer = new ArrayList<>();
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (variable.startsWith(Setting.VARIABLE_PREFIX)
                    && !OTHER_VARIABLES.contains(variable)
                    && !text.isEmpty()) {
                Optional<String> key = key(variable);
                if (key.isPresent()) {
                    layer.add(new Value(key.get(), text, variable));
                } else {
                    problems.add("unknown variable %s; did you mean %s?"
                            .formatted(variable, Spelling.nearest(variable, variables())));
                }
            }
        });
        add(layer);
    }

    /** Adds what the command line says. */
    void flags(List<Value> flags) {
        add(flags);
    }

    private static Optional<String> key(String variable) {
        String name = variable.substring(Setting.VARIABLE_PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace('_', '.');
        return isKnown(name) ? Optional.of(name) : Optional.empty();
    }

    private static boolean isKnown(String key) {
        return isPassedOn(key)
                || keys().contains(key)
                || secretOfFile(key).filter(Layers::isKnown).isPresent();
    }

    /** Whether the key is one of Kafka's or of the registry's client. */
    static boolean isPassedOn(String key) {
        return !keys().contains(key) && (key.startsWith(KAFKA) || key.startsWith(REGISTRY));
    }

    private static Set<String> keys() {
        return KnownKeys.OURS;
    }

    private static List<String> variables() {
        return keys().stream().map(Setting::variable).toList();
    }

    /** The secret whose file this key names; Kafka has keys of its own that end so. */
    private static Optional<String> secretOfFile(String key) {
        return key.endsWith(Secrets.FILE_SUFFIX) && !KnownKeys.ofKafka(key)
                ? Optional.of(key.substring(0, key.length() - Secrets.FILE_SUFFIX.length()))
                        .filter(Secrets::isSecret)
                : Optional.empty();
    }

    private void add(List<Value> layer) {
        Map<String, Value> added = new HashMap<>();
        for (Value given : layer) {
            if (isKnown(given.key())) {
                Value value = secretOfFile(given.key())
                        .flatMap(secret -> load(secret, given))
                        .orElse(given);
                Value before = added.put(value.key(), value);
                if (before != null) {
                    problems.add(
                            "%s is given twice: %s and %s".formatted(value.key(), before.origin(), value.origin()));
                }
            } else {
                problems.add("unknown key %s; did you mean %s?"
                        .formatted(given.named(), Spelling.nearest(given.key(), keys())));
            }
        }
        values.putAll(added);
    }

    private Optional<Value> load(String secret, Value file) {
        String origin = "%s, which names %s".formatted(file.origin(), file.text());
        try {
            String text = Files.readString(Path.of(file.text())).strip();
            return Optional.of(new Value(secret, text, origin));
        } catch (IOException e) {
            problems.add("%s cannot be read: %s".formatted(file.named(), FileFailure.of(e, Path.of(file.text()))));
        } catch (InvalidPathException e) {
            problems.add("%s is no path: %s".formatted(file.named(), e.getMessage()));
        }
        return Optional.empty();
    }
}
