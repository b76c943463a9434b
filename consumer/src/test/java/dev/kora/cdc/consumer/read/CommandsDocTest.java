package dev.kora.cdc.consumer.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.CommandsDoc;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/commands.md against the code, so that it cannot rot. */
final class CommandsDocTest {
    @Test
    void namesEachCommandThatReads() {
        Set<String> names = RespReads.reads(new Random(1), ReadLimits.DEFAULT).stream()
                .map(ReadCommand::name)
                .collect(Collectors.toCollection(TreeSet::new));
        names.add("SHARD");
        assertEquals(names, CommandsDoc.commands("Reads"));
    }
}
