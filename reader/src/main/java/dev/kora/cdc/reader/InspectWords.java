package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.schema.TopicNames;

/** The command that shows a record of one of a database's topics. */
public final class InspectWords {
    private InspectWords() {}

    /** For the record at an offset, as it is to be typed where brokers and registry have their default addresses. */
    public static String command(LogPartition partition, long offset) {
        boolean wal = TopicNames.databaseOfWal(partition.topic()).isPresent();
        String database = TopicNames.databaseOfWal(partition.topic())
                .or(() -> TopicNames.databaseOfSnapshot(partition.topic()))
                .orElse(TopicNames.DEFAULT_DATABASE);
        return "kora-cdc inspect --shard %d --offset %d%s%s"
                .formatted(
                        partition.partition(),
                        offset,
                        wal ? "" : " --topic snapshot",
                        database.equals(TopicNames.DEFAULT_DATABASE) ? "" : " --database " + database);
    }
}
