package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps what a follower hands over, with as much room as a test gives it. */
final class CollectingSink implements RecordSink {
    final List<WalRecord> records = new ArrayList<>();
    int room = Integer.MAX_VALUE;
    int maxValueBytes = Integer.MAX_VALUE;
    Optional<Bytes> position = Optional.empty();

    @Override
    public boolean offer(WalRecord record, SourcePosition place) {
        if (records.size() >= room) {
            return false;
        }
        if (record instanceof WalRecord.Set set && set.value().length() > maxValueBytes) {
            throw new CdcException.Invalid("value of " + set.value().length() + " bytes");
        }
        records.add(record);
        position = Optional.of(place.encode());
        return true;
    }

    /** The keys of SETs, in order, joined. */
    String keys() {
        StringBuilder keys = new StringBuilder();
        for (WalRecord record : records) {
            if (record instanceof WalRecord.Set set) {
                keys.append(keys.isEmpty() ? "" : " ").append(set.key().text());
            }
        }
        return keys.toString();
    }
}
