package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicNamesTest {

    @Test
    void namesBothTopicsAndFindsTheDatabaseAgain() {
        assertEquals("kora.wal", TopicNames.wal("kora"));
        assertEquals("my.db_2-x.snapshot", TopicNames.snapshot("my.db_2-x"));
        assertEquals(Optional.of("my.db"), TopicNames.databaseOfWal("my.db.wal"));
        assertEquals(Optional.empty(), TopicNames.databaseOfWal("my.db.snapshot"));
        assertEquals(Optional.empty(), TopicNames.databaseOfWal(".wal"));
        assertEquals(Optional.empty(), TopicNames.databaseOfWal("wal"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", ".a", "-a", "ä", "a\n"})
    void refusesWhatCannotBeginATopicsName(String database) {
        assertThrows(CdcException.Invalid.class, () -> TopicNames.wal(database));
        assertThrows(CdcException.Invalid.class, () -> TopicNames.snapshot(database));
    }

    @Test
    void refusesANameThatLeavesNoRoomForTheTopics() {
        assertEquals(204, TopicNames.wal("a".repeat(200)).length());
        assertThrows(CdcException.Invalid.class, () -> TopicNames.wal("a".repeat(201)));
    }
}
