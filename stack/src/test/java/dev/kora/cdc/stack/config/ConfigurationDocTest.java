package dev.kora.cdc.stack.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Repository;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/configuration.md against the table of settings, so that it cannot rot. */
final class ConfigurationDocTest {

    @Test
    void showsTheTableOfSettings() {
        List<String> shown = Repository.section("docs/configuration.md", "Settings").stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertEquals(
                Settings.ALL.stream().map(ConfigurationDocTest::row).collect(Collectors.joining("\n")),
                String.join("\n", shown));
    }

    private static String row(Setting<?> setting) {
        String byDefault = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        return "| `%s` | `%s` | `%s` | %s | %s |"
                .formatted(setting.key(), setting.flag(), setting.variable(), byDefault, setting.description());
    }

    @Test
    void eachSettingOfACommandStandsInTheTable() {
        Set<String> all = Settings.ALL.stream().map(Setting::key).collect(Collectors.toSet());
        assertEquals(Settings.ALL.size(), all.size(), "a key stands there twice");
        Stream.of(Settings.OF_READERS, Settings.OF_PRODUCE, Settings.OF_MATERIALIZE, Settings.OF_STACK)
                .flatMap(List::stream)
                .forEach(setting -> assertTrue(all.contains(setting.key()), setting::key));
    }
}
