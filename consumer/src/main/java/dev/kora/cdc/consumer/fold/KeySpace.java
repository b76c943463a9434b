package dev.kora.cdc.consumer.fold;

import dev.kora.cdc.consumer.store.State;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Strings, lists, hashes and sets with their times to live, as one entry changes them.
 *
 * <p>Whatever changes an element writes the KEY row too, so that the KEY row tells when the key was last changed.
 */
final class KeySpace {
    private final State state;
    private final long nowMs;
    private final long sequence;

    KeySpace(State state, WalEntry entry) {
        this.state = state;
        this.nowMs = entry.timeMs();
        this.sequence = entry.sequence();
    }

    /** Replaces a key of any type, and its time to live. */
    Outcome set(WalRecord.Set record) {
        SnapshotRow.Key former = findLive(record.key());
        Long ttlMs = record.ttlMs();
        long expiresAtMs = ttlMs == null ? SnapshotRow.NO_EXPIRY : WalEntry.expiresAtMs(nowMs, ttlMs);
        if (isDead(expiresAtMs)) {
            removeIfThere(former, Tombstone.Reason.EXPIRED);
            return Outcome.APPLIED;
        }
        if (former != null) {
            removeElements(former, Tombstone.Reason.TYPE_CHANGE);
        }
        putKey(new SnapshotRow.Key(
                record.key(), ValueType.STRING, record.value(), 0, 0, 0, expiresAtMs, sequence, nowMs));
        return Outcome.APPLIED;
    }

    Outcome delete(Bytes key) {
        SnapshotRow.Key former = findLive(key);
        removeIfThere(former, Tombstone.Reason.DEL);
        return former == null ? Outcome.NOTHING_THERE : Outcome.APPLIED;
    }

    /** Replaces a live key's time to live; one of 0 removes the key. */
    Outcome expire(WalRecord.Expire record) {
        SnapshotRow.Key key = findLive(record.key());
        if (key == null) {
            return Outcome.NOTHING_THERE;
        }
        long expiresAtMs = WalEntry.expiresAtMs(nowMs, record.ttlMs());
        if (isDead(expiresAtMs)) {
            removeDead(key);
        } else {
            putKey(new SnapshotRow.Key(
                    key.key(),
                    key.type(),
                    key.value(),
                    key.size(),
                    key.head(),
                    key.tail(),
                    expiresAtMs,
                    sequence,
                    nowMs));
        }
        return Outcome.APPLIED;
    }

    /** Pushes one value after the other, so the last one ends up first. */
    Outcome pushToHead(Bytes key, List<Bytes> values) {
        SnapshotRow.Key list = findOrBegin(key, ValueType.LIST);
        if (list == null) {
            return Outcome.WRONG_TYPE;
        }
        long head = list.head();
        for (Bytes value : values) {
            head--;
            putItem(key, head, value);
        }
        putCollection(list, values.size(), head, list.tail());
        return Outcome.APPLIED;
    }

    Outcome pushToTail(Bytes key, List<Bytes> values) {
        SnapshotRow.Key list = findOrBegin(key, ValueType.LIST);
        if (list == null) {
            return Outcome.WRONG_TYPE;
        }
        long tail = list.tail();
        for (Bytes value : values) {
            putItem(key, tail, value);
            tail++;
        }
        putCollection(list, values.size(), list.head(), tail);
        return Outcome.APPLIED;
    }

    Outcome setFields(Bytes key, List<WalRecord.Field> fields) {
        SnapshotRow.Key hash = findOrBegin(key, ValueType.HASH);
        if (hash == null) {
            return Outcome.WRONG_TYPE;
        }
        long added = 0;
        for (WalRecord.Field field : fields) {
            Bytes rowKey = RowKeys.hashField(key, field.field());
            if (state.find(rowKey) == null) {
                added++;
            }
            state.put(rowKey, new SnapshotRow.HashField(key, field.field(), field.value(), sequence, nowMs));
        }
        putCollection(hash, added, 0, 0);
        return Outcome.APPLIED;
    }

    Outcome addMembers(Bytes key, List<Bytes> members) {
        SnapshotRow.Key set = findOrBegin(key, ValueType.SET);
        if (set == null) {
            return Outcome.WRONG_TYPE;
        }
        long added = 0;
        for (Bytes member : members) {
            Bytes rowKey = RowKeys.setMember(key, member);
            if (state.find(rowKey) == null) {
                state.put(rowKey, new SnapshotRow.SetMember(key, member, sequence, nowMs));
                added++;
            }
        }
        putCollection(set, added, 0, 0);
        return Outcome.APPLIED;
    }

    /** Removes all keys; documents and vectors stay. */
    Outcome flush() {
        for (RowKind kind : List.of(RowKind.KEY, RowKind.LIST_ITEM, RowKind.HASH_FIELD, RowKind.SET_MEMBER)) {
            state.deleteAll(RowKeys.all(kind), Tombstone.Reason.FLUSH, sequence);
        }
        return Outcome.APPLIED;
    }

    /** Removes a key whose time to live has ended, with its elements. */
    void removeDead(SnapshotRow.Key key) {
        remove(key, Tombstone.Reason.EXPIRED);
    }

    /** The key, if it is there and not dead; a dead one is removed. */
    private SnapshotRow.@Nullable Key findLive(Bytes key) {
        SnapshotRow.Key row = (SnapshotRow.Key) state.find(RowKeys.key(key));
        if (row != null && isDead(row.expiresAtMs())) {
            removeDead(row);
            return null;
        }
        return row;
    }

    /** The collection under a key, an empty one where nothing is there, or null where the key is of another type. */
    private SnapshotRow.@Nullable Key findOrBegin(Bytes key, ValueType type) {
        SnapshotRow.Key row = findLive(key);
        if (row == null) {
            return new SnapshotRow.Key(key, type, null, 0, 0, 0, SnapshotRow.NO_EXPIRY, sequence, nowMs);
        }
        return row.type() == type ? row : null;
    }

    private boolean isDead(long expiresAtMs) {
        return expiresAtMs != SnapshotRow.NO_EXPIRY && expiresAtMs <= nowMs;
    }

    private void removeIfThere(SnapshotRow.@Nullable Key key, Tombstone.Reason reason) {
        if (key != null) {
            remove(key, reason);
        }
    }

    private void remove(SnapshotRow.Key key, Tombstone.Reason reason) {
        removeElements(key, reason);
        state.delete(RowKeys.key(key.key()), reason, sequence);
    }

    private void removeElements(SnapshotRow.Key key, Tombstone.Reason reason) {
        if (key.size() > 0) {
            state.deleteAll(elements(key), reason, sequence);
        }
    }

    private static Bytes elements(SnapshotRow.Key key) {
        return switch (key.type()) {
            case LIST -> RowKeys.listItems(key.key());
            case HASH -> RowKeys.hashFields(key.key());
            case SET -> RowKeys.setMembers(key.key());
            case STRING, COLLECTION, DOCUMENT, VECTOR, CHECKPOINT ->
                throw new IllegalStateException("a key of type " + key.type() + " has elements: " + key.key());
        };
    }

    private void putItem(Bytes key, long index, Bytes item) {
        state.put(RowKeys.listItem(key, index), new SnapshotRow.ListItem(key, index, item, sequence, nowMs));
    }

    private void putCollection(SnapshotRow.Key former, long added, long head, long tail) {
        putKey(new SnapshotRow.Key(
                former.key(),
                former.type(),
                null,
                former.size() + added,
                head,
                tail,
                former.expiresAtMs(),
                sequence,
                nowMs));
    }

    private void putKey(SnapshotRow.Key row) {
        state.put(RowKeys.key(row.key()), row);
    }
}
