package dev.kora.cdc.producer.source.jsonl;

import java.util.Optional;

/**
 * How a start after this one goes on, in words. Belongs to the reading thread.
 *
 * <p>A reading from the first line, whatever was read before, stands in the log from its first committed line on. Ended before that,
 * it has left nothing behind, and a start that does not ask for the first line again would go on behind an older reading's.
 */
final class NextStart {
    private final JsonlInput input;
    private final boolean anew;
    private boolean told;

    /** @param anew whether a line of an older reading is the last one in the log, until one of this is */
    NextStart(JsonlInput input, boolean anew) {
        this.input = input;
        this.anew = anew;
    }

    /**
     * What to do when reading has ended.
     *
     * @param line number of the last line that is committed; 0 where none is
     */
    String words(long line) {
        return switch (input) {
            case JsonlInput.OfStream stream -> "give the rest again from line %d on".formatted(line + 1);
            case JsonlInput.OfFile file -> "start again%s".formatted(ofFile(line));
        };
    }

    private String ofFile(long line) {
        if (anew && line == 0) {
            return " with --from-beginning, for without it a line of an earlier reading is gone on behind";
        }
        return "%s, and it goes on at line %d".formatted(anew ? " without --from-beginning" : "", line + 1);
    }

    /** What has changed about that, once: from now on, no start is to ask for the first line. */
    Optional<String> news(long line) {
        if (!anew || told || line == 0) {
            return Optional.empty();
        }
        told = true;
        return Optional.of("%s: its first lines are committed; a start without --from-beginning now goes on behind them"
                .formatted(input.name()));
    }
}
