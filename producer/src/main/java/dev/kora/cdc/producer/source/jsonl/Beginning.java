package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;

/**
 * Where the reading of a file begins.
 *
 * @param load number of this reading, see {@link LinePosition}
 * @param behind the last committed line of an earlier source that read the same file; empty where reading begins anew
 */
record Beginning(int load, Optional<LinePosition> behind) {

    /**
     * Chooses it.
     *
     * @param fromBeginning whether the first line is wanted, whatever was read before
     * @throws CdcException.Invalid the database was fed from another file last, or from a Kora directory
     */
    static Beginning of(String name, LineFile file, boolean fromBeginning, Publisher publisher) throws IOException {
        Optional<LinePosition> last = lastCommitted(publisher);
        if (last.isEmpty() || fromBeginning) {
            return new Beginning(last.map(LinePosition::load).orElse(0) + 1, Optional.empty());
        }
        Optional<String> difference = file.difference(last.get());
        if (difference.isPresent()) {
            throw new CdcException.Invalid(
                    "%s is not the file that this database was fed from last, up to line %d: %s. --from-beginning reads it from its first line; what of it is in the log already will be there twice"
                            .formatted(name, last.get().line(), difference.get()));
        }
        return new Beginning(last.get().load(), last);
    }

    /** Whether this reading begins at the first line although the log holds lines of an earlier one. */
    boolean anew() {
        return load > 1 && behind.isEmpty();
    }

    /**
     * The last committed line: that of the newest load which came furthest, in whatever shard it stands. All lines before it are
     * committed as well, since one transaction holds a run of them, whatever their shards.
     */
    private static Optional<LinePosition> lastCommitted(Publisher publisher) {
        Optional<LinePosition> last = Optional.empty();
        Comparator<LinePosition> order =
                Comparator.comparingInt(LinePosition::load).thenComparingLong(LinePosition::offset);
        for (int shard = 0; shard < publisher.shards(); shard++) {
            Optional<LinePosition> each = publisher.sourcePosition(shard).map(LinePosition::decode);
            if (each.isPresent() && (last.isEmpty() || order.compare(each.get(), last.get()) > 0)) {
                last = each;
            }
        }
        return last;
    }
}
