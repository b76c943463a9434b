package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.CdcException;
import org.jspecify.annotations.Nullable;

/** What went wrong, in one line. */
final class ErrorLine {
    private ErrorLine() {}

    static String of(Throwable thrown) {
        String message = thrown.getMessage();
        return of(thrown instanceof CdcException && message != null ? message : thrown.toString());
    }

    static String of(@Nullable String message) {
        return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
