package dev.kora.cdc.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.FormatsDoc;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Holds the settings that docs/formats.md lists against those that topics are created with. */
final class TopicSettingsDocTest {

    @Test
    void listsTheSettings() {
        Map<String, String> wal = new TreeMap<>();
        Map<String, String> snapshot = new TreeMap<>();
        for (List<String> row : FormatsDoc.read().rows("setting", "`<db>.wal`", "`<db>.snapshot`")) {
            String setting = FormatsDoc.words(row.get(0)).get(0);
            FormatsDoc.words(row.get(1)).forEach(value -> wal.put(setting, value));
            FormatsDoc.words(row.get(2)).forEach(value -> snapshot.put(setting, value));
        }
        assertEquals(TopicRules.walSettings(TopicLayout.REPLICATED), wal);
        assertEquals(TopicRules.snapshotSettings(TopicLayout.REPLICATED), snapshot);
    }
}
