package dev.kora.cdc.producer.source.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static List<Line> read(String text, int maxBytes, int piece) throws IOException {
        InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, piece));
            }
        };
        LineReader reader = new LineReader(in, maxBytes, new Head(), 0, 0, false);
        List<Line> lines = new ArrayList<>();
        for (Line line = reader.read(); line != null; line = reader.read()) {
            lines.add(line);
        }
        assertEquals(text.length(), reader.offset());
        return lines;
    }

    private static List<String> texts(List<Line> lines) {
        return lines.stream().map(line -> line.text().text()).toList();
    }

    @Test
    void cutsLinesWhateverPiecesTheyComeIn() throws IOException {
        for (int piece = 1; piece < 12; piece++) {
            List<Line> lines = read("one\ntwo\r\n\nfour", 100, piece);
            assertEquals(List.of("one\n", "two\r\n", "\n", "four"), texts(lines));
            assertEquals(
                    List.of(1L, 2L, 3L, 4L), lines.stream().map(Line::number).toList());
            assertEquals(
                    List.of(4L, 9L, 10L, 14L), lines.stream().map(Line::end).toList());
            assertTrue(lines.get(2).blank());
            assertFalse(lines.get(3).blank());
        }
    }

    @Test
    void passesOverALineThatIsTooLong() throws IOException {
        for (int piece : new int[] {1, 7, 100, 1 << 20}) {
            String longLine = "x".repeat(200_000);
            List<Line> lines = read("a\n" + longLine + "\nb\n" + longLine, 100_000, piece);
            assertEquals(List.of("a\n", "", "b\n", ""), texts(lines));
            assertEquals(
                    List.of(2L, 200_001L, 2L, 200_000L),
                    lines.stream().map(Line::length).toList());
            assertEquals(
                    List.of(false, true, false, true),
                    lines.stream().map(Line::tooLong).toList());
            assertFalse(lines.get(1).blank());
            assertEquals(4, lines.getLast().number());
        }
    }

    @Test
    void takesALineOfTheGreatestLength() throws IOException {
        String text = "x".repeat(99_999) + "\n";
        assertEquals(List.of(text, text), texts(read(text + text, 100_000, 4096)));
        assertTrue(read("x" + text, 100_000, 4096).getFirst().tooLong());
    }

    @Test
    void hasNothingToReadInAnEmptyInput() throws IOException {
        assertEquals(List.of(), read("", 10, 10));
    }
}
