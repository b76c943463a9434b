package dev.kora.cdc.consumer.truncation;

import java.time.Duration;
import java.util.Locale;

/** One reason not to delete a WAL any further than to an offset. What an offset of 0 bounds may not be deleted at all. */
public sealed interface Bound {

    /** Nothing from this offset on may be deleted. */
    long offset();

    /** Which kind of reason it is. */
    Limit limit();

    /** The reason, as a sentence without its full stop. */
    String words();

    /** The newest truncation marker that a checkpoint covers. */
    record Marker(long offset) implements Bound {
        @Override
        public Limit limit() {
            return Limit.MARKER;
        }

        @Override
        public String words() {
            return "the newest truncation marker stands at offset " + offset;
        }
    }

    /** An operator wants as much deleted as may be. */
    record Request() implements Bound {
        @Override
        public long offset() {
            return Long.MAX_VALUE;
        }

        @Override
        public Limit limit() {
            return Limit.REQUEST;
        }

        @Override
        public String words() {
            return "an operator asked for everything that may go";
        }
    }

    /** So much may stay on the disk. */
    record Size(long offset, long maxBytes) implements Bound {
        @Override
        public Limit limit() {
            return Limit.SIZE;
        }

        @Override
        public String words() {
            return String.format(Locale.ROOT, "about %,d bytes may stay, which begin at offset %d", maxBytes, offset);
        }
    }

    /** What is younger than that, by the time of the last applied entry, may stay. */
    record Age(long offset, Duration maxAge) implements Bound {
        @Override
        public Limit limit() {
            return Limit.AGE;
        }

        @Override
        public String words() {
            return offset == Long.MAX_VALUE
                    ? "all entries are older than " + shown(maxAge)
                    : "entries may stay for %s, and the first that is no older stands at offset %d"
                            .formatted(shown(maxAge), offset);
        }
    }

    /** The newest checkpoint that was committed long enough ago. */
    record OldCheckpoint(long offset, Duration minAge) implements Bound {
        @Override
        public Limit limit() {
            return Limit.CHECKPOINT;
        }

        @Override
        public String words() {
            return "the newest checkpoint that is at least %s old covers what stands before offset %d"
                    .formatted(shown(minAge), offset);
        }
    }

    /** There is none yet. */
    record NoOldCheckpoint(Duration minAge) implements Bound {
        @Override
        public long offset() {
            return 0;
        }

        @Override
        public Limit limit() {
            return Limit.CHECKPOINT;
        }

        @Override
        public String words() {
            return "no checkpoint is %s old yet, as seen by this process since it took the shard over"
                    .formatted(shown(minAge));
        }
    }

    /** A consumer group that is not to be overtaken. */
    record Hold(String group, long offset) implements Bound {
        @Override
        public Limit limit() {
            return Limit.HOLD;
        }

        @Override
        public String words() {
            return "the group %s has committed offset %d".formatted(group, offset);
        }
    }

    /** A consumer group that is not to be overtaken, and of which nobody knows how far it is. */
    record UnknownHold(String group) implements Bound {
        @Override
        public long offset() {
            return 0;
        }

        @Override
        public Limit limit() {
            return Limit.HOLD;
        }

        @Override
        public String words() {
            return "the group %s has never committed an offset here, so it holds everything".formatted(group);
        }
    }

    /** The last entry that the owner has applied: the last committed one stands there or behind it. */
    record LastEntry(long offset) implements Bound {
        @Override
        public Limit limit() {
            return Limit.LAST_ENTRY;
        }

        @Override
        public String words() {
            return "the last entry applied, at offset %d, stays: a writer that opens the shard has to find it"
                    .formatted(offset);
        }
    }

    /** Nobody knows where the last entry stands, since what the checkpoint ends with was skipped. */
    record UnknownLastEntry() implements Bound {
        @Override
        public long offset() {
            return 0;
        }

        @Override
        public Limit limit() {
            return Limit.LAST_ENTRY;
        }

        @Override
        public String words() {
            return "the last entry stays, and since those behind it were skipped it is not known here before the next one";
        }
    }

    private static String shown(Duration time) {
        return time.toMillis() % 1_000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
