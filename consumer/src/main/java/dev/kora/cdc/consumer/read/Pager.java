package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.server.resp.CommandException;
import dev.kora.cdc.server.resp.Reply;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads rows page by page, each page in a view of its own, and says where the next one begins.
 *
 * <p><b>Every row that is there throughout is returned, once.</b> The order of the rows never changes, sections are read one
 * after the other, and a page begins just behind the row that the one before it ended with. A row that is added or removed
 * meanwhile may be returned or not.
 */
final class Pager {
    /** Rows looked at for one that counts: a page over dead keys ends at last. */
    private static final long ROWS_PER_COUNT = 10;

    private static final long MIN_ROWS = 1_000;
    private static final long MAX_COUNT = Long.MAX_VALUE / ROWS_PER_COUNT;
    private static final String SMALLER_COUNT = "use a smaller COUNT";

    private final ScanCursors cursors;
    private final long replyBytes;

    Pager(ScanCursors cursors, long replyBytes) {
        this.cursors = cursors;
        this.replyBytes = replyBytes;
    }

    /** A run of rows in one shard; a scan goes through the sections by ascending number. */
    record Section(int number, ShardSight shard, Range range) {}

    /** Puts a row into the page, if it is wanted. */
    @FunctionalInterface
    interface Taker {
        /** Returns whether the row counts for COUNT, wanted or not. */
        boolean take(Section section, RowCursor rows, ReplyList page);
    }

    /**
     * The page that begins at a cursor: the next cursor, 0 behind the last row, and the items.
     *
     * @param whole the sections without regard to any pattern, in which a forgotten cursor is looked for
     * @throws CommandException the cursor stands for no place any more
     */
    Reply page(long cursor, long count, List<Section> sections, List<Section> whole, Taker taker) {
        Page page = new Page(count, taker);
        for (Section section : sections) {
            if (cursor == 0 || section.number() > ScanCursors.section(cursor)) {
                page.read(section, section.range());
            } else if (section.number() == ScanCursors.section(cursor)) {
                page.read(section, section.range().after(place(cursor, whole)));
            }
            if (page.end.isPresent()) {
                break;
            }
        }
        return page.reply();
    }

    /**
     * The cursor that these digits spell.
     *
     * @throws CommandException they spell none
     */
    static long cursor(byte[] decimal) {
        try {
            return Long.parseUnsignedLong(Bytes.of(decimal).text());
        } catch (NumberFormatException e) {
            throw Errors.cursor();
        }
    }

    private Bytes place(long cursor, List<Section> whole) {
        Optional<Bytes> known = cursors.rowKey(cursor);
        if (known.isPresent()) {
            return known.get();
        }
        for (Section section : whole) {
            if (section.number() == ScanCursors.section(cursor)) {
                return search(cursor, section);
            }
        }
        throw Errors.forgotten(cursor);
    }

    private static Bytes search(long cursor, Section section) {
        try (RowCursor rows = section.shard()
                .view()
                .scan(section.range().from(), section.range().to())) {
            while (rows.next()) {
                if (ScanCursors.of(section.number(), rows.rowKey()) == cursor) {
                    return rows.rowKey();
                }
            }
        }
        throw Errors.forgotten(cursor);
    }

    /** A page while it is being filled. */
    private final class Page {
        private final long count;
        private final long maxRows;
        private final Taker taker;
        private final ReplyList items = new ReplyList(replyBytes, SMALLER_COUNT);
        private long counted;
        private long rowsRead;
        private Optional<Bytes> last = Optional.empty();
        private int lastSection;
        private OptionalLong end = OptionalLong.empty();

        Page(long count, Taker taker) {
            this.count = count;
            this.maxRows = Math.max(MIN_ROWS, Math.min(count, MAX_COUNT) * ROWS_PER_COUNT);
            this.taker = taker;
        }

        /** Reads on until the page is full and there is a next row, which then begins the next page. */
        void read(Section section, Range range) {
            if (range.isEmpty()) {
                return;
            }
            try (RowCursor rows = section.shard().view().scan(range.from(), range.to())) {
                while (rows.next()) {
                    if (isFull()) {
                        end = cursors.remember(lastSection, last.orElseThrow());
                        if (end.isPresent()) {
                            return;
                        }
                    }
                    rowsRead++;
                    counted += taker.take(section, rows, items) ? 1 : 0;
                    last = Optional.of(rows.rowKey());
                    lastSection = section.number();
                }
            }
        }

        Reply reply() {
            Reply next = Reply.bulk(Long.toString(end.orElse(0)));
            return Reply.array(List.of(next, Reply.array(items.items())));
        }

        private boolean isFull() {
            return last.isPresent() && (counted >= count || rowsRead >= maxRows || items.isFull());
        }
    }
}
