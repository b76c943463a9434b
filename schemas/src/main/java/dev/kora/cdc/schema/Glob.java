package dev.kora.cdc.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern over bytes as Redis's KEYS and MATCH understand it. Immutable.
 *
 * <ul>
 *   <li>{@code *} stands for any bytes, also none; {@code ?} for one byte;
 *   <li>{@code [abc]}, {@code [a-f]} for one byte of these, {@code [^abc]} for one byte that is none of them. A range may be
 *       given backwards; a class that is not closed ends with the pattern; {@code []} matches nothing;
 *   <li>{@code \x} is the byte x itself, inside a class too; a backslash at the very end is itself.
 * </ul>
 *
 * <p>Bytes are unsigned and no charset is assumed: {@code ?} is one byte of a character that takes several.
 *
 * <p><b>Matching</b> goes through the text once and remembers only the last star: when something fails behind it, the star
 * takes one byte more. An earlier star never needs to be tried again, since what stood between the two has been found at the
 * first place possible. So a match takes at most (length of text × length of pattern) steps, whatever the pattern.
 */
public final class Glob {
    /** Matches everything. */
    public static final Glob ALL = of(Bytes.utf8("*"));

    private static final int BYTE_VALUES = 256;

    private final List<Token> tokens;

    private Glob(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    /** What one place of the pattern stands for. */
    private sealed interface Token {
        /** Any bytes. */
        record Star() implements Token {}

        /** One byte of these. */
        record OneOf(BitSet values) implements Token {}

        /** This byte. */
        record Literal(byte value) implements Token {}
    }

    /** The pattern that these bytes spell; any bytes are a pattern. */
    public static Glob of(Bytes pattern) {
        return new Glob(new Parser(pattern.array()).parse());
    }

    /** Whether the pattern matches the whole of {@code text}. */
    public boolean matches(Bytes text) {
        byte[] bytes = text.array();
        int at = 0;
        int token = 0;
        int afterStar = -1;
        int starEnd = 0;
        while (at < bytes.length) {
            if (token < tokens.size() && tokens.get(token) instanceof Token.Star) {
                token++;
                afterStar = token;
                starEnd = at;
            } else if (token < tokens.size() && takes(tokens.get(token), bytes[at])) {
                token++;
                at++;
            } else if (afterStar >= 0) {
                token = afterStar;
                starEnd++;
                at = starEnd;
            } else {
                return false;
            }
        }
        while (token < tokens.size() && tokens.get(token) instanceof Token.Star) {
            token++;
        }
        return token == tokens.size();
    }

    /**
     * The bytes that every match begins with: those before the first star, question mark or class. A search in sorted keys
     * need not look elsewhere.
     */
    public Bytes prefix() {
        byte[] prefix = new byte[tokens.size()];
        int length = 0;
        while (length < tokens.size() && tokens.get(length) instanceof Token.Literal literal) {
            prefix[length] = literal.value();
            length++;
        }
        return Bytes.of(Arrays.copyOf(prefix, length));
    }

    private static boolean takes(Token token, byte value) {
        return switch (token) {
            case Token.Star star -> false;
            case Token.OneOf oneOf -> oneOf.values().get(Byte.toUnsignedInt(value));
            case Token.Literal literal -> literal.value() == value;
        };
    }

    /** Reads a pattern from left to right. */
    private static final class Parser {
        private final byte[] pattern;
        private int at;

        Parser(byte[] pattern) {
            this.pattern = pattern;
        }

        List<Token> parse() {
            List<Token> tokens = new ArrayList<>();
            while (at < pattern.length) {
                Token token = next();
                boolean again =
                        token instanceof Token.Star && !tokens.isEmpty() && tokens.getLast() instanceof Token.Star;
                if (!again) {
                    tokens.add(token);
                }
            }
            return tokens;
        }

        private Token next() {
            byte first = pattern[at++];
            return switch (first) {
                case '*' -> new Token.Star();
                case '?' -> new Token.OneOf(all());
                case '[' -> new Token.OneOf(oneOf());
                case '\\' -> new Token.Literal(at < pattern.length ? pattern[at++] : first);
                default -> new Token.Literal(first);
            };
        }

        /** The class behind an opening bracket. */
        private BitSet oneOf() {
            boolean negated = at < pattern.length && pattern[at] == '^';
            if (negated) {
                at++;
            }
            BitSet values = new BitSet(BYTE_VALUES);
            while (at < pattern.length && pattern[at] != ']') {
                member(values);
            }
            at++;
            if (negated) {
                values.flip(0, BYTE_VALUES);
            }
            return values;
        }

        private void member(BitSet values) {
            if (pattern[at] == '\\' && at + 1 < pattern.length) {
                values.set(Byte.toUnsignedInt(pattern[at + 1]));
                at += 2;
            } else if (at + 2 < pattern.length && pattern[at + 1] == '-') {
                int one = Byte.toUnsignedInt(pattern[at]);
                int other = Byte.toUnsignedInt(pattern[at + 2]);
                values.set(Math.min(one, other), Math.max(one, other) + 1);
                at += 3;
            } else {
                values.set(Byte.toUnsignedInt(pattern[at]));
                at++;
            }
        }

        private static BitSet all() {
            BitSet values = new BitSet(BYTE_VALUES);
            values.set(0, BYTE_VALUES);
            return values;
        }
    }
}
