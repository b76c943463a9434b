package dev.kora.cdc.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.FormatsDoc;
import dev.kora.cdc.schema.WalEntry;
import org.junit.jupiter.api.Test;

/** Holds the lines that docs/formats.md shows against the code. */
final class JsonLinesDocTest {

    @Test
    void showsLinesAsTheyAreWritten() {
        int lines = 0;
        for (FormatsDoc.Block block : FormatsDoc.read().blocks("jsonl")) {
            for (String line : block.lines()) {
                assertEquals(line, writtenAgain(JsonLines.parse(line)));
                lines++;
            }
        }
        assertTrue(lines > 5, "only " + lines + " lines were found");
    }

    private static String writtenAgain(JsonLine line) {
        long timeMs = line.timeMs().orElseThrow();
        var entry =
                new WalEntry(line.epoch().orElseThrow(), line.sequence().orElseThrow(), timeMs, line.content(timeMs));
        return JsonLines.text(line.shard().orElseThrow(), line.offset().orElseThrow(), entry);
    }
}
