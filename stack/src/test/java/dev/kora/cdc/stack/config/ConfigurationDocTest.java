package dev.kora.cdc.stack.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/configuration.md against the table of settings, so that it cannot rot. */
final class ConfigurationDocTest {

    @Test
    void showsTheTableOfSettings() throws IOException {
        List<String> shown = Files.readAllLines(document()).stream()
                .dropWhile(line -> !line.equals("## Settings"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
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

    /** It, wherever in the repository the test runs. */
    private static Path document() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
                .map(above -> above.resolve("docs/configuration.md"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
