package dev.kora.cdc.stack.cli;

import dev.kora.cdc.reader.LoggedEntry;
import java.io.IOException;

/** Where {@link Tail} prints entries to. */
interface EntrySink {

    /** Prints an entry; it need not be seen before the next {@link #flush}. */
    void print(int shard, LoggedEntry entry) throws IOException;

    /** Shows what was printed. */
    void flush() throws IOException;
}
