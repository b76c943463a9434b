package dev.kora.cdc.producer.source.resp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/** Counts what a gateway does, by command, from its start. Thread-safe; reading is a sum, not a moment's snapshot. */
public final class GatewayMetrics {
    private final Map<String, Counts> byCommand;

    GatewayMetrics(List<WriteCommand> commands) {
        Map<String, Counts> counts = new LinkedHashMap<>();
        commands.forEach(command -> counts.put(command.name(), new Counts()));
        this.byCommand = Collections.unmodifiableMap(counts);
    }

    /** The counts of each write command, by its name in capitals. */
    public Map<String, Counts> byCommand() {
        return byCommand;
    }

    Counts of(String command) {
        Counts counts = byCommand.get(command);
        if (counts == null) {
            throw new IllegalArgumentException("no write command " + command);
        }
        return counts;
    }

    long sum(ToLongFunction<Counts> count) {
        return byCommand.values().stream().mapToLong(count).sum();
    }

    /** How the calls of one command ended. */
    public static final class Counts {
        private final LongAdder acknowledged = new LongAdder();
        private final LongAdder refused = new LongAdder();
        private final LongAdder uncertain = new LongAdder();
        private final LongAdder deferred = new LongAdder();

        private Counts() {}

        /** Committed in the log. */
        public long acknowledged() {
            return acknowledged.sum();
        }

        /** Answered with an error, nothing being logged. */
        public long refused() {
            return refused.sum();
        }

        /**
         * Answered with an error since the publisher stopped before their end was known, or took too long to commit them: they may
         * be in the log.
         */
        public long uncertain() {
            return uncertain.sum();
        }

        /** Found no room and were offered again later; each time counts. */
        public long deferred() {
            return deferred.sum();
        }

        void acknowledge() {
            acknowledged.increment();
        }

        void refuse() {
            refused.increment();
        }

        void leaveUncertain() {
            uncertain.increment();
        }

        void defer() {
            deferred.increment();
        }
    }
}
