package dev.kora.cdc.producer.publisher;

/**
 * How an entry stands in the ring: a header of fixed fields, then the Kafka key, the value and the source position, then
 * padding up to a multiple of 8.
 */
final class Frame {
    static final int ALIGNMENT = 8;
    /** A length of this says that the part is not there. */
    static final int NONE = -1;

    /** Of the whole frame; written last, zero until then. */
    static final int LENGTH = 0;

    static final int FLAGS = 4;
    static final int SEQUENCE = 8;
    static final int TIME_MS = 16;
    static final int SHARD = 24;
    static final int KEY_BYTES = 28;
    static final int VALUE_BYTES = 32;
    static final int POSITION_BYTES = 36;
    static final int HEADER_BYTES = 40;

    /** More frames of the same command follow. */
    static final int MORE = 1;
    /** The entry opens an epoch. */
    static final int WRITER_OPENED = 2;
    /** The frame holds nothing. */
    static final int PADDING = 4;

    private Frame() {}

    /** The length of a frame whose parts have these lengths, each possibly {@link #NONE}. */
    static int bytes(int key, int value, int position) {
        int bytes = HEADER_BYTES + Math.max(0, key) + value + Math.max(0, position);
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
