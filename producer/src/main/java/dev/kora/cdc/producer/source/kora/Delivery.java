package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a shard's records over and counts them; what cannot be carried halts the shard or is left out. Not thread-safe. */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final int shard;
    private final boolean skipOversized;
    private final RecordSink sink;
    private long records;
    private long skipped;

    Delivery(int shard, boolean skipOversized, RecordSink sink) {
        this.shard = shard;
        this.skipOversized = skipOversized;
        this.sink = sink;
    }

    /**
     * Hands a record over.
     *
     * @param behind where the source stands behind it
     * @param place where it stands, for people
     * @return false where there is no room now; true where it was taken, or left out
     */
    boolean offer(WalRecord record, SourcePosition behind, Supplier<String> place) throws HaltException {
        try {
            if (!sink.offer(record, behind)) {
                return false;
            }
            records++;
        } catch (CdcException.Invalid e) {
            leaveOut(place.get(), String.valueOf(e.getMessage()));
        }
        return true;
    }

    /** Passes over a record that cannot be carried, if that was asked for. */
    void leaveOut(String place, String why) throws HaltException {
        if (!skipOversized) {
            throw new HaltException(place + ": " + why + "; --skip-oversized leaves such records out");
        }
        skipped++;
        LOG.atWarn()
                .addKeyValue("shard", shard)
                .addKeyValue("place", place)
                .addKeyValue("reason", why)
                .log("Left out a record");
    }

    /** Taken since the start of this process. */
    long records() {
        return records;
    }

    /** Left out since the start of this process. */
    long skipped() {
        return skipped;
    }
}
