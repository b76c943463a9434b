package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.schema.Bytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The draining thread's place in an {@link EntryRing}, and its view of the frame that it read last. */
final class RingReader {
    private final EntryRing ring;
    private final ByteBuffer view;
    /** Behind the last frame read. */
    private long drained;
    /** Where the last frame read begins in the view. */
    private int frame;

    private int frameBytes;

    RingReader(EntryRing ring) {
        this.ring = ring;
        this.view = ring.view();
    }

    /** Whether a complete frame is next. */
    boolean hasNext() {
        int length = ring.length(drained);
        while (length != 0 && flagsAt(ring.index(drained)) == Frame.PADDING) {
            drained += length;
            length = ring.length(drained);
        }
        return length != 0;
    }

    /** Moves on to the next frame if it is complete. */
    boolean next() {
        if (!hasNext()) {
            return false;
        }
        frame = ring.index(drained);
        frameBytes = ring.length(drained);
        drained += frameBytes;
        return true;
    }

    /** The cursor behind the last frame read. */
    long drained() {
        return drained;
    }

    /** Goes back to a cursor that was {@link #drained()} before, at or behind the last release. */
    void rewind(long cursor) {
        drained = cursor;
    }

    int shard() {
        return view.getInt(frame + Frame.SHARD);
    }

    long sequence() {
        return view.getLong(frame + Frame.SEQUENCE);
    }

    long timeMs() {
        return view.getLong(frame + Frame.TIME_MS);
    }

    boolean moreOfCommand() {
        return (flagsAt(frame) & Frame.MORE) != 0;
    }

    boolean opensEpoch() {
        return (flagsAt(frame) & Frame.WRITER_OPENED) != 0;
    }

    int frameBytes() {
        return frameBytes;
    }

    @Nullable
    Bytes key() {
        return part(frame + Frame.HEADER_BYTES, keyBytes());
    }

    Bytes value() {
        byte[] value = new byte[valueBytes()];
        view.get(frame + Frame.HEADER_BYTES + Math.max(0, keyBytes()), value);
        return Bytes.of(value);
    }

    @Nullable
    Bytes sourcePosition() {
        int at = frame + Frame.HEADER_BYTES + Math.max(0, keyBytes()) + valueBytes();
        return part(at, view.getInt(frame + Frame.POSITION_BYTES));
    }

    private int keyBytes() {
        return view.getInt(frame + Frame.KEY_BYTES);
    }

    private int valueBytes() {
        return view.getInt(frame + Frame.VALUE_BYTES);
    }

    private int flagsAt(int index) {
        return view.getInt(index + Frame.FLAGS);
    }

    private @Nullable Bytes part(int at, int bytes) {
        if (bytes == Frame.NONE) {
            return null;
        }
        byte[] part = new byte[bytes];
        view.get(at, part);
        return Bytes.of(part);
    }
}
