package dev.kora.cdc.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class KafkaErrorsTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    @Test
    void whatSpeaksForItselfMeansTheSameWhateverWasDone() {
        Map<Exception, Kind> meanings = Map.ofEntries(
                Map.entry(new ProducerFencedException("newer"), Kind.FENCED),
                Map.entry(new InvalidTxnStateException("timed out"), Kind.REOPEN),
                Map.entry(new IllegalStateException("broken"), Kind.REOPEN),
                Map.entry(new RecordTooLargeException("large"), Kind.REFUSED),
                Map.entry(new InvalidTimestampException("early"), Kind.REFUSED),
                Map.entry(new TopicAuthorizationException(Set.of("t")), Kind.REFUSED),
                Map.entry(new TransactionalIdAuthorizationException("no"), Kind.REFUSED),
                Map.entry(new SaslAuthenticationException("no"), Kind.REFUSED),
                Map.entry(new TimeoutException("no answer"), Kind.TIMED_OUT),
                Map.entry(new UnknownTopicOrPartitionException("t"), Kind.MISSING),
                Map.entry(new OffsetOutOfRangeException(Map.of(PARTITION, 1L)), Kind.OUT_OF_RANGE),
                Map.entry(truncation(), Kind.WENT_BACK));
        meanings.forEach((e, kind) -> {
            assertEquals(kind, KafkaErrors.kind(e, Kind.ABORTABLE), e::toString);
            assertEquals(kind, KafkaErrors.kind(e, Kind.REOPEN), e::toString);
        });
    }

    private static LogTruncationException truncation() {
        return new LogTruncationException("cut", Map.of(PARTITION, 7L), Map.of());
    }

    @Test
    void whatDoesNotIsDecidedByWhatWasDone() {
        for (Exception e : Set.of(
                new InvalidProducerEpochException("timed out, or fenced"),
                new OutOfOrderSequenceException("behind a failed batch"),
                new CommitFailedException("stale member"),
                new KafkaException("in an error state"))) {
            assertEquals(Kind.ABORTABLE, KafkaErrors.kind(e, Kind.ABORTABLE), e::toString);
            assertEquals(Kind.REOPEN, KafkaErrors.kind(e, Kind.REOPEN), e::toString);
        }
    }

    @Test
    void aPlainWrapperHidesNothing() {
        Exception wrapped = new KafkaException("in an error state", new RecordTooLargeException("8 MiB"));
        assertEquals(Kind.REFUSED, KafkaErrors.kind(wrapped, Kind.ABORTABLE));
        LogException translated = KafkaErrors.translate("commit", wrapped, Kind.ABORTABLE);
        assertEquals(Optional.of(wrapped), Optional.ofNullable(translated.getCause()));
        String message = String.valueOf(translated.getMessage());
        assertTrue(message.contains("commit") && message.contains("8 MiB"), message);
    }

    /** No name is looked up for it: it is none. The clients tell by their message alone. */
    @Test
    void namesThatCannotBeLookedUpNowMayBeAgain() {
        KafkaSettings unknown = KafkaSettings.of("no..name:9092");
        LogException writer =
                assertThrows(LogException.class, () -> KafkaWriter.open(unknown, "id", Duration.ofSeconds(1)));
        LogException reader = assertThrows(
                LogException.class,
                () -> KafkaReader.open(
                        unknown, new LogPartition("t", 0), LogPosition.of(0), new TopicWatch(KafkaFutureImpl::new)));
        assertEquals(Kind.TIMED_OUT, writer.kind());
        assertEquals(Kind.TIMED_OUT, reader.kind());
        KafkaSettings wrong = new KafkaSettings("127.0.0.1:1", Map.of(), Map.of("retries", "0"), Map.of());
        assertThrows(CdcException.Invalid.class, () -> KafkaWriter.open(wrong, "id", Duration.ofSeconds(1)));
    }

    /** The caller must not take a transaction that is lost for a commit whose outcome is unknown. */
    @Test
    void aBatchThatTimedOutIsNoCallThatDid() {
        Exception lost = new TransactionAbortableException("retries exhausted", new TimeoutException("batch expired"));
        assertEquals(Kind.ABORTABLE, KafkaErrors.kind(lost, Kind.REOPEN));
        assertEquals(Kind.ABORTABLE, KafkaErrors.kind(new KafkaException("in an error state", lost), Kind.REOPEN));
        assertEquals(
                Kind.REOPEN,
                KafkaErrors.kind(new KafkaException("odd", new TimeoutException("batch expired")), Kind.REOPEN));
    }
}
