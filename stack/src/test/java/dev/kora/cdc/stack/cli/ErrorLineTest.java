package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.CdcException;
import org.junit.jupiter.api.Test;

final class ErrorLineTest {
    private final CdcException problems = new CdcException.Invalid("mend this:\n- one\n  - two\n");

    @Test
    void problemsStandInLinesOfTheirOwnOrAllInOne() {
        assertEquals("mend this:\n- one\n  - two", ErrorLine.asItStands(problems));
        assertEquals("mend this: - one - two", ErrorLine.of(problems));
    }

    @Test
    void whatWasNotForeseenIsNamedByItsKind() {
        assertEquals("java.lang.IllegalStateException: no", ErrorLine.of(new IllegalStateException("no")));
        assertEquals("java.lang.IllegalStateException", ErrorLine.asItStands(new IllegalStateException()));
    }
}
