package dev.kora.cdc.stack;

import dev.kora.cdc.producer.source.jsonl.JsonlInput;
import dev.kora.cdc.producer.source.jsonl.JsonlListener;
import dev.kora.cdc.producer.source.kora.FollowerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What feeds a database. One process has all feeds of a database, for it has one publisher. Each kind is opened by {@link
 * WriteSide}, and chosen by a subcommand of {@code produce}.
 */
public sealed interface Feed {

    /** Redis clients, through the gateway. Beside a Kora engine it refuses their writes: shards are the engine's there. */
    record Gateway() implements Feed {}

    /** The logs of a Kora engine in its data directory. */
    record Kora(Path directory, FollowerOptions options) implements Feed {}

    /**
     * JSON Lines.
     *
     * @param fromBeginning whether a file is read from its first line, whatever of it was read before
     * @param listener is told what people want to know
     */
    record Jsonl(JsonlInput input, boolean fromBeginning, JsonlListener listener) implements Feed {}

    /** The Kora engine among these feeds, if there is one. */
    static Optional<Kora> kora(List<Feed> feeds) {
        return feeds.stream()
                .filter(Kora.class::isInstance)
                .map(Kora.class::cast)
                .findFirst();
    }
}
