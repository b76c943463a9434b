package dev.kora.cdc.reader;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Digest;
import java.util.OptionalLong;

/** The rows that a subscriber of {@link SnapshotThenWal} holds itself, as far as the reader has to know them. */
@FunctionalInterface
public interface HeldRows {

    /**
     * The {@link Digest} hash of the row under a row key; empty where there is none. Asked within {@code poll}, while a state is
     * read; by then every change that earlier polls returned must have had its effect.
     */
    OptionalLong hash(Bytes rowKey);
}
