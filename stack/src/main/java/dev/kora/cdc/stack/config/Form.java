package dev.kora.cdc.stack.config;

import dev.kora.cdc.schema.CdcException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the text of a setting is understood.
 *
 * @param label stands for a value in help texts
 * @param expected what a text must be, for the message where it is not: "a port, from 0 to 65535"
 * @param parser returns empty, or throws {@link IllegalArgumentException} or {@link CdcException.Invalid}, where it is not
 */
public record Form<T>(String label, String expected, Function<String, Optional<T>> parser) {
    private static final Pattern MEASURE = Pattern.compile("(\\d{1,12})\\s*([A-Za-z]*)");
    private static final Map<String, Long> BYTES = Map.of("", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    /** Any text but an empty one. */
    static Form<String> text(String label) {
        return new Form<>(label, "a text", text -> Optional.of(text).filter(any -> !any.isBlank()));
    }

    static Form<Integer> number(int least, int most) {
        return new Form<>(
                "N",
                "a number from %d to %d".formatted(least, most),
                text -> Optional.of(Integer.parseInt(text)).filter(number -> number >= least && number <= most));
    }

    static Form<Integer> port() {
        return number(0, 65_535).named("PORT", "a port, from 1 to 65535, or 0 for any free one");
    }

    static Form<Boolean> yesOrNo() {
        return new Form<>("true|false", "true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    static Form<Path> path() {
        return new Form<>(
                "DIR",
                "a path",
                text -> Optional.of(text).filter(any -> !any.isBlank()).map(Path::of));
    }

    /** Bytes, as in {@code 64MiB}. */
    static Form<Long> size(long least, long most) {
        return new Form<>(
                "SIZE",
                "a size from %s to %s, such as 64MiB (KiB, MiB, GiB)".formatted(sized(least), sized(most)),
                text -> measure(text, BYTES).filter(bytes -> bytes >= least && bytes <= most));
    }

    private static String sized(long bytes) {
        if (bytes % (1 << 20) == 0) {
            return bytes / (1 << 20) + "MiB";
        }
        return bytes % (1 << 10) == 0 ? bytes / (1 << 10) + "KiB" : Long.toString(bytes);
    }

    /** A span of time, as in {@code 20ms}. */
    static Form<Duration> span(Duration most) {
        return new Form<>(
                "TIME",
                "a time up to %d s, such as 20ms or 15s (ms, s, m, h, d)".formatted(most.toSeconds()),
                text -> measure(text, MILLIS).map(Duration::ofMillis).filter(span -> span.compareTo(most) <= 0));
    }

    private static Optional<Long> measure(String text, Map<String, Long> units) {
        Matcher matcher = MEASURE.matcher(text);
        return matcher.matches()
                ? Optional.ofNullable(units.get(matcher.group(2).toLowerCase(Locale.ROOT)))
                        .map(unit -> Math.multiplyExact(Long.parseLong(matcher.group(1)), unit))
                : Optional.empty();
    }

    Form<T> named(String newLabel, String newExpected) {
        return new Form<>(newLabel, newExpected, parser);
    }

    /** As this one, with one more condition. */
    Form<T> where(String newExpected, Function<T, Boolean> holds) {
        return new Form<>(label, newExpected, text -> parser.apply(text).filter(holds::apply));
    }

    /** As this one; an empty text is no value. */
    Form<Optional<T>> optional() {
        return new Form<>(
                label, expected, text -> text.isEmpty() ? Optional.of(Optional.empty()) : present(parser.apply(text)));
    }

    /** A value that there is; empty where the text was not what it must be. */
    private static <T> Optional<Optional<T>> present(Optional<T> value) {
        return value.isPresent() ? Optional.of(value) : Optional.empty();
    }

    /** @throws CdcException.Invalid the text is not what is expected; the message goes on behind "must be " */
    T parse(String text) {
        try {
            return parser.apply(text.strip()).orElseThrow(this::unexpected);
        } catch (IllegalArgumentException | ArithmeticException | CdcException.Invalid e) {
            throw unexpected();
        }
    }

    private CdcException.Invalid unexpected() {
        return new CdcException.Invalid("must be " + expected);
    }
}
