package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void remembersTheFirstStart() {
        DatabaseFile first = DatabaseFile.settle(StackConfig.of(directory).withShards(2));
        first.write(directory);
        assertEquals(Optional.of(first), DatabaseFile.read(directory));
        assertEquals(first, DatabaseFile.settle(StackConfig.of(directory)));
        assertTrue(refused(3).contains("holds a database of 2 shards, not 3: give --shards 2, or "));
    }

    @Test
    void refusesMoreShardsThanAProcessCanTakeBeforeAnythingRemembersThem() {
        for (int shards : new int[] {-1, 0, StackConfig.MAX_SHARDS + 1}) {
            assertEquals(shards + " shards cannot be run: one process takes 1 to 256", refused(shards));
        }
        assertEquals(Optional.empty(), DatabaseFile.read(directory));
    }

    private String refused(int shards) {
        StackConfig config = StackConfig.of(directory).withShards(shards);
        return String.valueOf(assertThrows(CdcException.Invalid.class, () -> DatabaseFile.settle(config))
                .getMessage());
    }
}
