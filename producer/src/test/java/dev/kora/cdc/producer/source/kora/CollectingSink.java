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
    private final List<Bytes> positions = new ArrayList<>();

    @Override
    public boolean offer(WalRecord record, SourcePosition place) {
        if (records.size() >= room) {
            return false;
        }
        if (record instanceof WalRecord.Set set && set.value().length() > maxValueBytes) {
            throw new CdcException.Invalid("value of " + set.value().length() + " bytes");
        }
        records.add(record);
        positions.add(place.encode());
        position = Optional.of(positions.getLast());
        return true;
    }

    /** Forgets what came after the first {@code count} records, at least one: it was never committed. */
    void keep(int count) {
        records.subList(count, records.size()).clear();
        positions.subList(count, positions.size()).clear();
        position = Optional.of(positions.getLast());
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
