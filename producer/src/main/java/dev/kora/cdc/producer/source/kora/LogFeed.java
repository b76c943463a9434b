package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.source.kora.SourcePosition.Mark;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands over the records of a shard's log, wherever Kora takes it; see {@link ShardFollower}. Not thread-safe. */
final class LogFeed {
    private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);

    private final int shard;
    private final Generations log;
    private final Delivery delivery;
    private final InstantSource clock;

    LogFeed(int shard, Generations log, Delivery delivery, InstantSource clock) {
        this.shard = shard;
        this.log = log;
        this.delivery = delivery;
        this.clock = clock;
    }

    /**
     * Takes up to {@code limit} records from each generation.
     *
     * @param snapshot how far the snapshot was read, which the positions repeat
     */
    void take(int limit, SourcePosition.@Nullable Snapshot snapshot) throws IOException, HaltException {
        takeFromBehind(limit, snapshot);
        takeFromCurrent(limit, snapshot);
    }

    /** What another handle has appended to generations that were rotated away. */
    private void takeFromBehind(int limit, SourcePosition.@Nullable Snapshot snapshot)
            throws IOException, HaltException {
        for (Generation generation : log.behind()) {
            if (generation.behindBytes() > 0) {
                long before = generation.mark().offset();
                takeFrames(generation, limit, snapshot);
                if (generation.mark().offset() > before) {
                    log.grew(generation);
                }
            }
        }
    }

    private void takeFromCurrent(int limit, SourcePosition.@Nullable Snapshot snapshot)
            throws IOException, HaltException {
        if (log.current() == null) {
            return;
        }
        boolean atEnd = takeFromThis(Objects.requireNonNull(log.current()), limit, snapshot);
        while (atEnd && log.rotated()) {
            turnOver();
            atEnd = takeFromThis(Objects.requireNonNull(log.current()), limit, snapshot);
        }
    }

    private boolean takeFromThis(Generation current, int limit, SourcePosition.@Nullable Snapshot snapshot)
            throws IOException, HaltException {
        if (!current.holdsWhatWasRead()) {
            truncated(current);
        }
        return takeFrames(current, limit, snapshot);
    }

    private void truncated(Generation generation) throws HaltException {
        if (generation.mark().lastOffset() < 0) {
            throw new HaltException(generation.file().path()
                    + ": Kora has rewritten its log before any of it was read, so what stood in it cannot be had. "
                    + HaltException.ATTACH_AFRESH);
        }
        LOG.atWarn()
                .addKeyValue("shard", shard)
                .addKeyValue("file", generation.file().path())
                .addKeyValue("offset", generation.mark().offset())
                .log("Kora has truncated the log: reading it from its beginning. Records written between the last look"
                        + " and the truncation are in shard.rdb only");
        generation.restart();
    }

    private void turnOver() throws IOException {
        LOG.atInfo()
                .addKeyValue("shard", shard)
                .addKeyValue("file", log.wal())
                .log("The log was rotated: reading the new file");
        log.turnOver();
    }

    /** Takes whole frames; true where the end of the file was reached, false where room or the limit ended it. */
    private boolean takeFrames(Generation generation, int limit, SourcePosition.@Nullable Snapshot snapshot)
            throws IOException, HaltException {
        for (int i = 0; i < limit; i++) {
            switch (generation.file().read(generation.mark().offset())) {
                case Frame.Whole whole -> {
                    if (!take(generation, whole, snapshot)) {
                        return false;
                    }
                }
                case Frame.Oversized oversized -> passOver(generation, oversized);
                case Frame.Incomplete end -> {
                    warnWhereLongIncomplete(generation, end);
                    return true;
                }
                case Frame.Damaged damaged -> {
                    if (generation.holdsWhatWasRead()) {
                        throw damage(generation, damaged.why());
                    }
                    return false; // truncated just now, which the next step follows
                }
            }
        }
        return false;
    }

    private boolean take(Generation generation, Frame.Whole frame, SourcePosition.@Nullable Snapshot snapshot)
            throws HaltException {
        Mark next =
                after(generation, frame.offset(), frame.crc(), frame.payload().remaining());
        boolean taken = delivery.offer(
                decode(generation, frame),
                log.positionWith(generation, next, snapshot),
                () -> place(generation, frame.offset()));
        if (taken) {
            generation.advance(next);
        }
        return taken;
    }

    private static WalRecord decode(Generation generation, Frame.Whole frame) throws HaltException {
        try {
            return KoraPayload.decode(frame.payload());
        } catch (UndecodableException e) {
            throw damage(generation, "a frame with a right checksum, but " + e.getMessage());
        }
    }

    private void passOver(Generation generation, Frame.Oversized frame) throws HaltException {
        delivery.leaveOut(
                place(generation, frame.offset()),
                "a record of " + frame.payloadBytes() + " bytes is longer than can be carried");
        generation.advance(after(generation, frame.offset(), frame.crc(), frame.payloadBytes()));
    }

    private static Mark after(Generation generation, long offset, int crc, long payloadBytes) {
        return generation.mark().after(offset, crc, offset + payloadBytes + Frame.OVERHEAD_BYTES);
    }

    private static String place(Generation generation, long offset) {
        return generation.file().path() + ", offset " + offset;
    }

    private static HaltException damage(Generation generation, String why) {
        return new HaltException(place(generation, generation.mark().offset()) + ": " + why
                + ". Kora's own recovery stops here too; records behind it cannot be found");
    }

    private void warnWhereLongIncomplete(Generation generation, Frame.Incomplete end) {
        if (generation.endsLongIncomplete(end, clock.millis())) {
            LOG.atWarn()
                    .addKeyValue("shard", shard)
                    .addKeyValue("file", generation.file().path())
                    .addKeyValue("offset", end.offset())
                    .log("The last frame is incomplete for a minute: Kora buffers its log; waiting for the rest");
        }
    }
}
