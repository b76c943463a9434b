package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code that docs/reading.md shows is the one that {@link SubscriberIT} runs. */
final class ReadingDocTest {

    @Test
    void showsTheCodeThatIsRun() throws IOException {
        String code = Files.readString(Repository.file("stack/src/test/java/dev/kora/cdc/stack/Mirror.java"));
        List<String> blocks = blocks(Files.readString(Repository.file("docs/reading.md")));
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
}
