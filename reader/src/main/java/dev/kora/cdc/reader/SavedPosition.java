package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscriber of one shard goes on: opaque, to be kept as {@link #toBytes bytes} beside what its changes have led to. It
 * knows its shard and topic, and the last entry before it, so that a wrong one, or a log that is no longer the same, is noticed.
 * Immutable.
 *
 * <p>The bytes are a persisted format (docs/formats.md); numbers are big-endian.
 *
 * <pre>
 * saved  := version (1 byte, 01) 00: nothing received | version 01 shard (4) start
 * start  := offset (8) leader_epoch (4) epoch (8) sequence (8) seen_from (8) passed  WAL topic id (the rest, UTF-8)
 * passed := 00 | 01 epoch (8) sequence (8) unread (8): entries were skipped just before
 * </pre>
 */
public final class SavedPosition {
    /** Nothing was received yet, or only a part of a state: the reading starts from the state. */
    public static final SavedPosition NONE = new SavedPosition(-1, null);

    static final byte VERSION = 1;

    private static final byte NOTHING = 0;
    private static final byte SOMETHING = 1;
    /** The longest encoding, but for the topic id. */
    private static final int MAX_FIXED_SIZE = 2 + 4 + 8 + 4 + 3 * 8 + 1 + 3 * 8;

    private final int shard;
    private final @Nullable WalStart start;

    private SavedPosition(int shard, @Nullable WalStart start) {
        this.shard = shard;
        this.start = start;
    }

    static SavedPosition at(int shard, WalStart start) {
        return new SavedPosition(shard, start);
    }

    /** Where a subscriber goes on that holds the state of a shard at a checkpoint. */
    public static SavedPosition at(int shard, SnapshotRow.Checkpoint checkpoint) {
        return new SavedPosition(shard, WalStart.at(checkpoint));
    }

    /**
     * Reads a position back.
     *
     * @throws CdcException.Corrupt the bytes are of another version, or no saved position
     */
    public static SavedPosition of(byte[] bytes) {
        try {
            ByteBuffer from = ByteBuffer.wrap(bytes);
            byte version = from.get();
            if (version != VERSION) {
                throw new CdcException.Corrupt(
                        "a saved position has version %d, this program reads version %d: start again from the state (SavedPosition.NONE)"
                                .formatted(version, VERSION));
            }
            return read(from);
        } catch (BufferUnderflowException e) {
            throw new CdcException.Corrupt("a saved position of %d bytes is cut off".formatted(bytes.length), e);
        }
    }

    private static SavedPosition read(ByteBuffer from) {
        if (!flag(from)) {
            if (from.hasRemaining()) {
                throw new CdcException.Corrupt("%d bytes follow a saved position".formatted(from.remaining()));
            }
            return NONE;
        }
        int shard = from.getInt();
        LogPosition position = new LogPosition(from.getLong(), from.getInt());
        long epoch = from.getLong();
        long sequence = from.getLong();
        long seenFrom = from.getLong();
        Passed passed = flag(from) ? new Passed(from.getLong(), from.getLong(), from.getLong()) : null;
        String topicId = StandardCharsets.UTF_8.decode(from).toString();
        if (shard < 0 || position.offset() < 0 || epoch < 0 || sequence < 0 || topicId.isEmpty()) {
            throw new CdcException.Corrupt(
                    "a saved position says shard %d, offset %d, epoch %d, sequence %d of topic '%s'"
                            .formatted(shard, position.offset(), epoch, sequence, topicId));
        }
        return new SavedPosition(shard, new WalStart(topicId, position, epoch, sequence, passed, seenFrom));
    }

    private static boolean flag(ByteBuffer from) {
        byte flag = from.get();
        if (flag != NOTHING && flag != SOMETHING) {
            throw new CdcException.Corrupt("a saved position has %d where 0 or 1 must stand".formatted(flag));
        }
        return flag == SOMETHING;
    }

    /** The bytes to keep. */
    public byte[] toBytes() {
        WalStart from = start;
        if (from == null) {
            return new byte[] {VERSION, NOTHING};
        }
        byte[] topicId = from.topicId().getBytes(StandardCharsets.UTF_8);
        ByteBuffer into = ByteBuffer.allocate(MAX_FIXED_SIZE + topicId.length);
        into.put(VERSION).put(SOMETHING).putInt(shard);
        into.putLong(from.position().offset()).putInt(from.position().leaderEpoch());
        into.putLong(from.epoch()).putLong(from.sequence()).putLong(from.seenFrom());
        Passed passed = from.passed();
        if (passed == null) {
            into.put(NOTHING);
        } else {
            into.put(SOMETHING)
                    .putLong(passed.epoch())
                    .putLong(passed.sequence())
                    .putLong(passed.unread());
        }
        into.put(topicId).flip();
        byte[] bytes = new byte[into.remaining()];
        into.get(bytes);
        return bytes;
    }

    /** Where to start in the WAL; null where the reading starts from the state. */
    @Nullable
    WalStart start() {
        return start;
    }

    /** Makes sure that it belongs to a shard. */
    void check(int expectedShard) {
        if (start != null && shard != expectedShard) {
            throw new CdcException.Invalid("the saved position is one of shard %d, and shard %d is to be read"
                    .formatted(shard, expectedShard));
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SavedPosition that && shard == that.shard && Objects.equals(start, that.start);
    }

    @Override
    public int hashCode() {
        return Objects.hash(shard, start);
    }

    /** For people. */
    @Override
    public String toString() {
        return start == null
                ? "nothing yet"
                : "shard %d, offset %d, behind sequence %d in epoch %d"
                        .formatted(shard, start.position().offset(), start.sequence(), start.epoch());
    }
}
