package dev.kora.cdc.producer.source.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.CommandsDoc;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/commands.md against the code, so that it cannot rot. */
final class CommandsDocTest {
    @Test
    void namesEachCommandThatIsLogged() {
        Set<String> names =
                WriteCommand.ALL.stream().map(WriteCommand::name).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(names, CommandsDoc.commands("Writes"));
    }
}
