package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.reader.InspectWords;
import dev.kora.cdc.reader.PoisonException;
import dev.kora.cdc.reader.PositionLostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a halt into words: where, why, and the commands that help. */
final class HaltWords {
    private final ShardSetup setup;

    HaltWords(ShardSetup setup) {
        this.setup = setup;
    }

    /**
     * A halt of this shard.
     *
     * @param at the partition that was worked on; a cause that names another place knows better
     * @param reason a sentence
     */
    Halt halt(LogPartition at, String reason, Throwable cause) {
        return switch (cause) {
            case PoisonException poison -> halt(poison.partition(), poison.offset(), reason, isSkippable(poison));
            case PositionLostException lost -> halt(lost.partition(), lost.offset(), reason, false);
            default -> halt(at, null, reason, false);
        };
    }

    /** Only entries of the WAL are skipped: a compacted partition without one of its rows is no state. */
    private boolean isSkippable(PoisonException poison) {
        return poison.skippable() && poison.partition().equals(setup.wal());
    }

    private Halt halt(LogPartition at, @Nullable Long offset, String reason, boolean skippable) {
        List<String> commands = new ArrayList<>();
        if (offset != null) {
            commands.add(InspectWords.command(at, offset));
        }
        String resume = "kora-cdc resume --shard " + setup.shard();
        commands.add(resume);
        String then = "Mend the cause, then: " + resume;
        if (skippable) {
            String skip = "kora-cdc skip --shard %d --offset %d --reason 'WHY'".formatted(setup.shard(), offset);
            commands.add(skip);
            then += ". Or go on without this entry: " + skip;
        }
        String sentence = reason.strip().replaceAll("\\s*\\R\\s*", " ");
        String stop = sentence.endsWith(".") ? " " : ". ";
        return new Halt(at.topic(), at.partition(), offset, sentence + stop + then, setup.nowMs(), skippable, commands);
    }
}
