package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code that docs/reading.md shows is the one that {@link SubscriberIT} runs. */
final class ReadingDocTest {

    @Test
    void showsTheCodeThatIsRun() throws IOException {
        String code = Files.readString(find("stack/src/test/java/dev/kora/cdc/stack/Mirror.java"));
        List<String> blocks = blocks(Files.readString(find("docs/reading.md")));
        assertEquals(1, blocks.size());
        String shown = blocks.getFirst().indent(4).replaceAll("(?m)^ +$", "");
        assertTrue(code.contains(shown), () -> "not in Mirror:\n" + shown);
    }

    private static List<String> blocks(String text) {
        return Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static Path find(String path) {
        return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
                .map(above -> above.resolve(path))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
