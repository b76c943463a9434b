package dev.kora.cdc.stack.config;

import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.registry.Spelling;
import dev.kora.cdc.schema.CdcException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The settings of a process as they count, checked. Immutable. */
public final class Configuration {
    private final List<Setting<?>> settings;
    private final Set<Setting<?>> idle;
    private final Map<String, Value> given;
    private final Map<String, Object> parsed = new HashMap<>();
    private final KafkaSettings kafka;
    private final RegistrySettings registry;

    /**
     * Finds and checks what counts.
     *
     * @param settings those that the process needs; others may be given too, in a file or in the environment
     * @throws CdcException.Invalid something cannot be; the message has a line for each problem, which says where it comes from
     */
    public static Configuration read(Sources sources, List<Setting<?>> settings) {
        return read(sources, settings, Set.of());
    }

    /**
     * As above.
     *
     * @param idle those among them that this run makes no use of: with which others they do not go does not matter
     */
    public static Configuration read(Sources sources, List<Setting<?>> settings, Set<Setting<?>> idle) {
        List<String> problems = new ArrayList<>();
        Layers layers = new Layers(problems);
        sources.effectiveFile().ifPresent(layers::file);
        layers.environment(sources.environment());
        layers.flags(sources.flags().values());
        Configuration configuration = new Configuration(settings, idle, layers.values(), problems);
        problems.addAll(Conflicts.of(configuration));
        if (!problems.isEmpty()) {
            throw new CdcException.Invalid(String.join("\n", problems));
        }
        return configuration;
    }

    private Configuration(
            List<Setting<?>> settings, Set<Setting<?>> idle, Map<String, Value> given, List<String> problems) {
        this.settings = List.copyOf(settings);
        this.idle = Set.copyOf(idle);
        this.given = Map.copyOf(given);
        settings.forEach(setting -> parse(setting, problems));
        this.kafka = kafkaSettings(problems);
        this.registry = registrySettings(problems);
    }

    private void parse(Setting<?> setting, List<String> problems) {
        Value value = given.get(setting.key());
        try {
            parsed.put(setting.key(), setting.form().parse(value == null ? setting.defaultText() : value.text()));
        } catch (CdcException.Invalid e) {
            Value wrong = Objects.requireNonNull(value, () -> "default of " + setting.key());
            problems.add("%s %s, not '%s'".formatted(wrong.named(), e.getMessage(), wrong.shown()));
        }
    }

    private KafkaSettings kafkaSettings(List<String> problems) {
        Map<String, String> common = new HashMap<>();
        Map<String, String> producer = new HashMap<>();
        Map<String, String> consumer = new HashMap<>();
        for (Value value : passedOn(Layers.KAFKA)) {
            String name = KnownKeys.kafkaName(value.key());
            if (KafkaSettings.isFixed(name)) {
                problems.add("%s cannot be set: %s"
                        .formatted(
                                value.named(),
                                name.equals(Settings.BOOTSTRAP_SERVERS.key())
                                        ? "its key is " + name
                                        : "the promises rest on it; leave it out"));
            } else {
                map(value.key(), common, producer, consumer).put(name, value.text());
            }
        }
        return new KafkaSettings(text(Settings.BOOTSTRAP_SERVERS), common, producer, consumer);
    }

    private static Map<String, String> map(
            String key, Map<String, String> common, Map<String, String> producer, Map<String, String> consumer) {
        if (key.startsWith(Layers.KAFKA + KnownKeys.PRODUCER)) {
            return producer;
        }
        return key.startsWith(Layers.KAFKA + KnownKeys.CONSUMER) ? consumer : common;
    }

    private RegistrySettings registrySettings(List<String> problems) {
        Map<String, String> properties = new HashMap<>();
        List<Value> passedOn = passedOn(Layers.REGISTRY);
        passedOn.forEach(value -> properties.put(value.key().substring(Layers.REGISTRY.length()), value.text()));
        try {
            return RegistrySettings.of(text(Settings.REGISTRY_URL), properties);
        } catch (CdcException.Invalid e) {
            List<String> origins = new ArrayList<>();
            origins.add(origin(Settings.REGISTRY_URL));
            passedOn.forEach(value -> origins.add(value.origin()));
            problems.add("%s (%s)".formatted(e.getMessage(), String.join("; ", origins)));
            return RegistrySettings.of(Settings.REGISTRY_URL.defaultText());
        }
    }

    private List<Value> passedOn(String prefix) {
        return given.values().stream()
                .filter(value -> Layers.isPassedOn(value.key()) && value.key().startsWith(prefix))
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .toList();
    }

    private String text(Setting<?> setting) {
        Value value = given.get(setting.key());
        return value == null ? setting.defaultText() : value.text();
    }

    /** The value of a setting, which must be one of those that were asked for. */
    @SuppressWarnings("unchecked") // parsed by the form of the setting with this key
    public <T> T get(Setting<T> setting) {
        return (T) Objects.requireNonNull(parsed.get(setting.key()), setting::key);
    }

    /** The value of a setting, where the run makes use of it and it can be understood. */
    @SuppressWarnings("unchecked") // as above
    <T> Optional<T> find(Setting<T> setting) {
        return idle.contains(setting) ? Optional.empty() : Optional.ofNullable((T) parsed.get(setting.key()));
    }

    /** A setting as it counts, in words: "shards is 3 (--shards)". */
    String shown(Setting<?> setting) {
        String text = settings.stream()
                .filter(own -> own.key().equals(setting.key())) // its default may be another
                .findFirst()
                .map(this::text)
                .orElse("");
        return text.isEmpty()
                ? setting.key() + " is not set"
                : "%s is %s (%s)".formatted(setting.key(), Secrets.shown(setting.key(), text), origin(setting));
    }

    /** How Kafka is reached. */
    public KafkaSettings kafka() {
        return kafka;
    }

    /** How the schema registry is reached. */
    public RegistrySettings registry() {
        return registry;
    }

    /** Where the value of a setting comes from: "--shards", "prod.properties, line 3", "default". */
    public String origin(Setting<?> setting) {
        Value value = given.get(setting.key());
        return value == null ? "default" : value.origin();
    }

    /** Where a setting is mended that turns out to be wrong: the flag that sets it, and where it was set. */
    public String named(Setting<?> setting) {
        Value value = given.get(setting.key());
        return value == null || value.origin().equals(setting.flag())
                ? setting.flag()
                : "%s, set by %s".formatted(setting.key(), value.origin());
    }

    /** A setting as it counts, to be shown. */
    public record Effective(String key, String shown, String origin) {
        @Override
        public String toString() {
            return "%s (%s)".formatted(shown, origin);
        }
    }

    /** All that counts, secrets masked: our settings in the order of the table, then what is passed on. */
    public List<Effective> effective() {
        List<Effective> effective = new ArrayList<>();
        for (Setting<?> setting : settings) {
            String text = text(setting);
            if (!text.isEmpty()) {
                effective.add(new Effective(setting.key(), Secrets.shown(setting.key(), text), origin(setting)));
            }
        }
        for (String prefix : List.of(Layers.KAFKA, Layers.REGISTRY)) {
            passedOn(prefix).forEach(value -> effective.add(new Effective(value.key(), value.shown(), value.origin())));
        }
        return effective;
    }

    /** A sentence for each setting of Kafka's that none of its clients knows: it is passed on, for a plug-in may. */
    public List<String> doubts() {
        return passedOn(Layers.KAFKA).stream()
                .filter(value -> !KnownKeys.ofKafka(value.key()))
                .map(value -> "%s is unknown to Kafka's clients and passed on all the same; did you mean %s?"
                        .formatted(value.named(), Spelling.nearest(KnownKeys.kafkaName(value.key()), KnownKeys.KAFKAS)))
                .collect(Collectors.toList());
    }
}
