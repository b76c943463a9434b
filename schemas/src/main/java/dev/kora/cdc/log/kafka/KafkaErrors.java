package dev.kora.cdc.log.kafka;

import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.schema.CdcException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InconsistentTopicIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What the exceptions of Kafka's clients mean to a caller of the port, as Kafka 4.3.1 was seen to throw them.
 *
 * <p>The first exception in the chain of causes that says anything decides. The clients wrap what made a transaction fail in
 * plain ones ("we are in an error state"); those say nothing, and where all of the chain does so, what was being done decides.
 *
 * <p>Two are not what they seem. {@code InvalidProducerEpoch} means that the own transaction timed out <i>or</i> that another
 * writer took over; only the abort tells, so it stays with what was being done. A time-out <i>below</i> another exception is the
 * end of some batch's patience, not of the caller's: the transaction is lost, and its outcome is known.
 */
final class KafkaErrors {
    private static final Map<Kind, List<Class<? extends Exception>>> MEANINGS = Map.of(
            Kind.FENCED, List.of(ProducerFencedException.class, FencedInstanceIdException.class),
            Kind.ABORTABLE, List.of(TransactionAbortableException.class),
            Kind.REOPEN,
                    List.of(
                            InvalidTxnStateException.class,
                            InvalidPidMappingException.class,
                            // The producer's own state is broken: our writers check the order of calls themselves.
                            IllegalStateException.class),
            Kind.MISSING,
                    List.of(
                            UnknownTopicOrPartitionException.class,
                            UnknownTopicIdException.class,
                            InconsistentTopicIdException.class),
            Kind.OUT_OF_RANGE,
                    List.of(
                            OffsetOutOfRangeException.class,
                            org.apache.kafka.common.errors.OffsetOutOfRangeException.class),
            Kind.REFUSED,
                    List.of(
                            RecordTooLargeException.class,
                            RecordBatchTooLargeException.class,
                            InvalidTimestampException.class,
                            InvalidRecordException.class,
                            PolicyViolationException.class,
                            UnsupportedForMessageFormatException.class,
                            AuthorizationException.class,
                            AuthenticationException.class,
                            InvalidTopicException.class,
                            InvalidTxnTimeoutException.class,
                            InvalidGroupIdException.class,
                            InconsistentGroupProtocolException.class,
                            InvalidConfigurationException.class,
                            UnsupportedVersionException.class,
                            ConfigException.class,
                            IllegalArgumentException.class));

    /** The clients have no exception of their own for it. */
    private static final String UNKNOWN_NAMES = "No resolvable bootstrap urls";

    private KafkaErrors() {}

    /**
     * Says what a failure means.
     *
     * @param otherwise where the exception itself does not say
     */
    static Kind kind(Throwable e, Kind otherwise) {
        if (e instanceof TimeoutException || e instanceof InterruptException) {
            return Kind.TIMED_OUT;
        }
        for (Throwable each = e; each != null; each = each.getCause()) {
            Optional<Kind> meaning = meaning(each);
            if (meaning.isPresent()) {
                return meaning.get();
            }
        }
        return otherwise;
    }

    private static Optional<Kind> meaning(Throwable e) {
        if (e instanceof LogTruncationException) { // an OffsetOutOfRangeException, too
            return Optional.of(Kind.WENT_BACK);
        }
        return MEANINGS.entrySet().stream()
                .filter(each -> each.getValue().stream().anyMatch(type -> type.isInstance(e)))
                .map(Map.Entry::getKey)
                .findAny();
    }

    /**
     * As the port's exception.
     *
     * @param what was done with what
     * @param otherwise as in {@link #kind}
     */
    static LogException translate(String what, Throwable e, Kind otherwise) {
        return new LogException(kind(e, otherwise), what + " failed: " + said(e), e);
    }

    /**
     * Why a client could not be made. The names of the servers are looked up then, and those were known when the log was opened:
     * that they are not now may pass. What else there is, are the settings.
     *
     * @param client {@code producer} or {@code consumer}
     */
    static RuntimeException notMade(String client, KafkaException e) {
        return said(e).contains(UNKNOWN_NAMES)
                ? new LogException(Kind.TIMED_OUT, "the names of Kafka's servers cannot be looked up: " + said(e), e)
                : new CdcException.Invalid("Kafka's %s refuses its settings: %s".formatted(client, said(e)), e);
    }

    /** What the innermost exception says, for it names what happened. */
    static String said(Throwable e) {
        Throwable innermost = e;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost.getClass().getSimpleName() + ": " + innermost.getMessage();
    }
}
