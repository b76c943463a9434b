package dev.kora.cdc.server.resp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits an inline command as Redis does: at blanks, with words in double quotes (escapes {@code \n \r \t \b \a \xHH \"
 * \\}) or in single quotes (escape {@code \'}); behind a closing quote must come a blank or the end.
 */
final class InlineWords {
    private final byte[] line;
    private final List<byte[]> words = new ArrayList<>();
    private int at;

    private InlineWords(byte[] line) {
        this.line = line;
    }

    /**
     * The words of a line, without its line feed.
     *
     * @throws ProtocolException a quote is not closed, or not where a word ends
     */
    static List<byte[]> split(byte[] line) throws ProtocolException {
        return new InlineWords(line).split();
    }

    private List<byte[]> split() throws ProtocolException {
        while (true) {
            while (at < line.length && isBlank(line[at])) {
                at++;
            }
            if (at == line.length) {
                return words;
            }
            words.add(word());
        }
    }

    private byte[] word() throws ProtocolException {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        while (at < line.length && !isBlank(line[at])) {
            byte b = line[at++];
            switch (b) {
                case '"' -> doubleQuoted(word);
                case '\'' -> singleQuoted(word);
                default -> word.write(b);
            }
        }
        return word.toByteArray();
    }

    private void doubleQuoted(ByteArrayOutputStream word) throws ProtocolException {
        while (at < line.length) {
            byte b = line[at++];
            if (b == '"') {
                endOfWord();
                return;
            }
            word.write(b == '\\' && at < line.length ? escaped() : b);
        }
        throw unbalanced();
    }

    private int escaped() {
        byte b = line[at++];
        if (b == 'x' && at + 1 < line.length) {
            int high = Character.digit(line[at], 16);
            int low = Character.digit(line[at + 1], 16);
            if (high >= 0 && low >= 0) {
                at += 2;
                return high * 16 + low;
            }
        }
        return switch (b) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> b;
        };
    }

    private void singleQuoted(ByteArrayOutputStream word) throws ProtocolException {
        while (at < line.length) {
            byte b = line[at++];
            if (b == '\'') {
                endOfWord();
                return;
            }
            if (b == '\\' && at < line.length && line[at] == '\'') {
                b = line[at++];
            }
            word.write(b);
        }
        throw unbalanced();
    }

    private void endOfWord() throws ProtocolException {
        if (at < line.length && !isBlank(line[at])) {
            throw unbalanced();
        }
    }

    private static ProtocolException unbalanced() {
        return new ProtocolException("unbalanced quotes in request");
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }
}
