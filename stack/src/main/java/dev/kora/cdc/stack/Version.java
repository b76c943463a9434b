package dev.kora.cdc.stack;

import dev.kora.cdc.schema.WalRecord;
import java.util.Objects;

/** The version of this software, as the build wrote it into the jars. */
public final class Version {
    private Version() {}

    /** Such as {@code 0.1.0}; classes outside a jar have none. */
    public static String text() {
        return Objects.requireNonNullElse(WalRecord.class.getPackage().getImplementationVersion(), "(not packaged)");
    }
}
