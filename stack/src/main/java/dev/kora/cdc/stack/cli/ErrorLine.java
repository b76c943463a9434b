package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.CdcException;
import org.jspecify.annotations.Nullable;

/** What went wrong, in words. */
final class ErrorLine {
    private ErrorLine() {}

    /** In one line, whatever it is. */
    static String of(Throwable thrown) {
        return of(asItStands(thrown));
    }

    /** As {@link #of(Throwable)}. */
    static String of(@Nullable String message) {
        return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** In as many lines as it was written in: one for each problem where there are several. */
    static String asItStands(Throwable thrown) {
        String message = thrown.getMessage();
        return (thrown instanceof CdcException && message != null ? message : thrown.toString()).strip();
    }
}
