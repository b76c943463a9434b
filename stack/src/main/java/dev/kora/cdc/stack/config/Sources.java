package dev.kora.cdc.stack.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where settings are given, the weakest first: a file, the environment, the command line.
 *
 * @param file of properties; where it is empty, the one that the environment names
 * @param environment variables of the process
 * @param flags what the command line says
 */
public record Sources(Optional<Path> file, Map<String, String> environment, Flags flags) {
    /** Names the file where the command line does not. */
    public static final String CONFIG_VARIABLE = Setting.variable("config");

    public Sources {
        environment = Map.copyOf(environment);
    }

    Optional<Path> effectiveFile() {
        return file.or(() -> Optional.ofNullable(environment.get(CONFIG_VARIABLE))
                .filter(name -> !name.isEmpty())
                .map(Path::of));
    }

    /** What the command line says. Belongs to one thread. */
    public static final class Flags {
        private final List<Value> values = new ArrayList<>();

        /** A setting by its flag; the last one of its kind counts. */
        public void set(Setting<?> setting, String text) {
            values.removeIf(value -> value.key().equals(setting.key()));
            values.add(new Value(setting.key(), text, setting.flag()));
        }

        /** A setting of Kafka's clients. */
        public void kafka(String name, String text) {
            values.add(new Value(Layers.KAFKA + name, text, "-K " + name));
        }

        /** A setting of the registry's client. */
        public void registry(String name, String text) {
            values.add(new Value(Layers.REGISTRY + name, text, "--registry " + name));
        }

        List<Value> values() {
            return values;
        }
    }
}
