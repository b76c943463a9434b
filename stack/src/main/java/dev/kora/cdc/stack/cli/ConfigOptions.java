package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.config.Configuration;
import dev.kora.cdc.stack.config.Setting;
import dev.kora.cdc.stack.config.Sources;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The settings that a command takes: a mixin whose options are those of the table, and what comes of them together with the
 * environment and the file. Subcommands of the command take them, too.
 */
class ConfigOptions {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigOptions.class);

    private final List<Setting<?>> settings;
    private final Map<Setting<?>, String> flags = new LinkedHashMap<>();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Settings from a properties file (docs/configuration.md). The environment (KORA_CDC_…) goes "
                    + "before it, and the command line before both.")
    private @Nullable Path file;

    @Option(
            names = {"-K", "--kafka"},
            paramLabel = "KEY=VALUE",
            scope = ScopeType.INHERIT,
            description = "Setting of Kafka's clients, as security.protocol=SSL; may be given again and again.")
    private Map<String, String> kafka = new LinkedHashMap<>();

    @Option(
            names = "--registry",
            paramLabel = "KEY=VALUE",
            scope = ScopeType.INHERIT,
            description = "Setting of the registry's client, as basic.auth.user.info=USER:PASSWORD; likewise.")
    private Map<String, String> registry = new LinkedHashMap<>();

    ConfigOptions(List<Setting<?>> settings) {
        this.settings = settings;
    }

    /** Gives each command below that has this mixin the options of its settings. */
    static void declare(CommandLine commandLine) {
        CommandSpec spec = commandLine.getCommandSpec();
        for (CommandSpec mixin : spec.mixins().values()) {
            if (mixin.userObject() instanceof ConfigOptions options) {
                options.settings.forEach(setting -> spec.addOption(options.option(setting)));
            }
        }
        commandLine.getSubcommands().values().forEach(ConfigOptions::declare);
    }

    private OptionSpec option(Setting<?> setting) {
        String byDefault = setting.defaultText();
        return OptionSpec.builder(setting.flag())
                .type(String.class)
                .paramLabel(setting.form().label())
                .description(setting.description() + (byDefault.isEmpty() ? "" : " (default: " + byDefault + ")"))
                .scopeType(ScopeType.INHERIT)
                .setter(set(setting))
                .build();
    }

    private CommandLine.Model.ISetter set(Setting<?> setting) {
        return new CommandLine.Model.ISetter() {
            @Override
            public <T> T set(T value) {
                if (value != null) {
                    flags.put(setting, value.toString());
                }
                return value;
            }
        };
    }

    /**
     * Reads the settings and logs what counts.
     *
     * @throws WrongConfiguration something cannot be
     */
    Configuration read() {
        return read(Set.of());
    }

    /**
     * As above.
     *
     * @param idle settings that this run makes no use of
     */
    Configuration read(Set<Setting<?>> idle) {
        Sources.Flags given = new Sources.Flags();
        flags.forEach(given::set);
        kafka.forEach(given::kafka);
        registry.forEach(given::registry);
        try {
            Configuration configuration =
                    Configuration.read(new Sources(Optional.ofNullable(file), System.getenv(), given), settings, idle);
            configuration.doubts().forEach(LOG::warn);
            return configuration;
        } catch (CdcException.Invalid e) {
            throw new WrongConfiguration(command.commandLine(), e);
        }
    }
}
