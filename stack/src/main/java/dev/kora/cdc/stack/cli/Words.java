package dev.kora.cdc.stack.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Understands the constants of an enum as the words that a user types: in lower case, though any case will do. */
final class Words<E extends Enum<E>> implements ITypeConverter<E> {
    private final E[] constants;

    Words(Class<E> type) {
        this.constants = type.getEnumConstants();
    }

    @Override
    public E convert(String text) {
        return Arrays.stream(constants)
                .filter(each -> each.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("must be %s, not '%s'".formatted(all(), text)));
    }

    private String all() {
        return Arrays.stream(constants)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" or "));
    }
}
