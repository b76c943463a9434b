package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Notices that a topic was deleted and created anew while it is being read.
 *
 * <p>Kafka's consumer goes on in the new topic by name; where that has grown as far as the old one, neither offsets nor
 * leader epochs tell. So the id is asked for now and then. Belongs to the thread of its reader.
 */
final class TopicIdentity {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Log log;
    private final LogPartition partition;
    private final String expectedId;
    private final LongSupplier nanos;
    private long checkedAtNanos;
    private boolean checked;

    TopicIdentity(Log log, LogPartition partition, String expectedId, LongSupplier nanos) {
        this.log = log;
        this.partition = partition;
        this.expectedId = expectedId;
        this.nanos = nanos;
    }

    /**
     * Asks for the id if that has not been done for {@link #INTERVAL}.
     *
     * @param offset of the position that the topic is read from, for the message
     * @throws PositionLostException the topic is another one
     * @throws LogException the id cannot be had; the next call asks again
     */
    void check(long offset) {
        if (!checked || nanos.getAsLong() - checkedAtNanos >= INTERVAL.toNanos()) {
            checkNow(offset);
        }
    }

    /** As {@link #check}, however lately that was done. */
    void checkNow(long offset) {
        String actual = log.topicId(partition.topic());
        if (!actual.equals(expectedId)) {
            throw PositionLostException.recreated(partition, offset, expectedId, actual);
        }
        checked = true;
        checkedAtNanos = nanos.getAsLong();
    }
}
