package dev.kora.cdc.stack.cli;

import dev.kora.cdc.jsonl.JsonLines;
import dev.kora.cdc.reader.LoggedEntry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Prints entries as JSON Lines. Not thread-safe; the stream stays the caller's. */
final class JsonLinesSink implements EntrySink {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;

    JsonLinesSink(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
    }

    @Override
    public void print(int shard, LoggedEntry entry) throws IOException {
        out.write(JsonLines.write(shard, entry.offset(), entry.entry()));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
