package dev.kora.cdc.consumer.read;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.server.resp.CommandException;
import dev.kora.cdc.server.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * The items of a reply while it is being gathered, bounded by the memory they take: a client that asks for everything gets
 * an error that names the way to ask for parts, instead of the heap of all.
 */
final class ReplyList {
    /** What an item takes on the heap beside its bytes. */
    static final int ITEM_BYTES = 48;

    private final long limitBytes;
    private final String instead;
    private final List<Reply> items = new ArrayList<>();
    private long bytes;

    /**
     * An empty list.
     *
     * @param limitBytes the most memory that the items may take
     * @param instead how the client can get the same in parts, as the end of a sentence
     */
    ReplyList(long limitBytes, String instead) {
        this.limitBytes = limitBytes;
        this.instead = instead;
    }

    /**
     * Makes sure that so many more items can fit, before anything is read for them.
     *
     * @throws CommandException they cannot, however short they are
     */
    ReplyList expect(long count) {
        if (count > (limitBytes - bytes) / ITEM_BYTES) {
            throw Errors.tooLarge(limitBytes, instead);
        }
        return this;
    }

    /**
     * Adds a string.
     *
     * @throws CommandException the list would become too large
     */
    void add(Bytes value) {
        take(value.length());
        items.add(Reply.bulk(value.array()));
    }

    /**
     * Adds a nil.
     *
     * @throws CommandException the list would become too large
     */
    void addNil() {
        take(0);
        items.add(Reply.NIL);
    }

    /**
     * Adds a number.
     *
     * @throws CommandException the list would become too large
     */
    void addInteger(long value) {
        take(0);
        items.add(Reply.integer(value));
    }

    /** Whether the next item might be too much: a page ends here. */
    boolean isFull() {
        return bytes >= limitBytes / 2;
    }

    /** What was gathered, to be used once. */
    List<Reply> items() {
        return items;
    }

    private void take(int length) {
        bytes += ITEM_BYTES + length;
        if (bytes > limitBytes) {
            throw Errors.tooLarge(limitBytes, instead);
        }
    }
}
