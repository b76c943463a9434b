package dev.kora.cdc.log.kafka;

import static java.util.Objects.requireNonNull;

import dev.kora.cdc.log.Forgotten;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and ends transactions that their coordinator takes for ended, while a partition still holds them open.
 *
 * <p><b>Why there are any.</b> A coordinator that comes up with a decided transaction sends its markers again. Kafka 4.3.1 skips
 * the partitions that have no leader at that moment, taking them for deleted (KAFKA-20734), and notes the transaction as
 * complete. A broker alone that was killed has no leaders while its former session runs out. docs/decisions/0010 has the dumps.
 *
 * <p><b>How they are told.</b> With transaction version 2 the decision itself raises the producer's epoch. So where the
 * coordinator says "complete" at epoch E, a transaction of the same producer that is open at E - 1 is the one that it decided
 * last, and one that is open at E would be the next. An older one, or any after an initialisation, could have been either.
 */
final class ForgottenTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(ForgottenTransactions.class);
    private static final short TRANSACTION_VERSION = 2;

    private final KafkaSettings settings;
    private final Admin admin;

    ForgottenTransactions(KafkaSettings settings, Admin admin) {
        this.settings = settings;
        this.admin = admin;
    }

    /** As {@link dev.kora.cdc.log.Log#endForgotten}. */
    Forgotten end(String transactionalId, TopicPartition partition) {
        Optional<TransactionDescription> known = describe(transactionalId);
        Optional<TransactionResult> decided = known.flatMap(it -> decided(transactionalId, it));
        if (known.isEmpty() || decided.isEmpty()) {
            return Forgotten.NONE;
        }
        int epoch = known.get().producerEpoch();
        Optional<ProducerState> open = open(partition, known.get().producerId()).stream()
                .filter(producer -> producer.producerEpoch() == epoch - 1)
                .findAny();
        if (open.isEmpty()) {
            return Forgotten.NONE;
        }
        mark(partition, open.get(), (short) epoch, decided.get());
        Forgotten ended = decided.get() == TransactionResult.COMMIT ? Forgotten.COMMITTED : Forgotten.ABORTED;
        LOG.atWarn()
                .addKeyValue("partition", partition)
                .addKeyValue("transactionalId", transactionalId)
                .addKeyValue("ended", ended)
                .log("ended a transaction that a killed broker had forgotten");
        return ended;
    }

    /** What the coordinator decided about the last transaction; empty where it is open, or no longer known. */
    private static Optional<TransactionResult> decided(String transactionalId, TransactionDescription known) {
        if (known.state() == TransactionState.PREPARE_COMMIT || known.state() == TransactionState.PREPARE_ABORT) {
            throw new LogException(
                    Kind.TIMED_OUT, "the coordinator is still ending a transaction of " + transactionalId, null);
        }
        if (known.state() == TransactionState.COMPLETE_COMMIT) {
            return Optional.of(TransactionResult.COMMIT);
        }
        return known.state() == TransactionState.COMPLETE_ABORT
                ? Optional.of(TransactionResult.ABORT)
                : Optional.empty();
    }

    private void mark(TopicPartition partition, ProducerState open, short epoch, TransactionResult result) {
        TxnMarkerEntry marker = new TxnMarkerEntry(
                open.producerId(),
                epoch,
                open.coordinatorEpoch().orElse(0),
                result,
                List.of(partition),
                TRANSACTION_VERSION);
        MarkerSender.send(settings, leader(partition), marker);
    }

    private Node leader(TopicPartition partition) {
        Node leader = KafkaLog.get(
                        "leader of " + partition,
                        requireNonNull(admin.describeTopics(List.of(partition.topic()))
                                .topicNameValues()
                                .get(partition.topic())))
                .partitions()
                .get(partition.partition())
                .leader();
        if (leader == null || leader.isEmpty()) {
            throw new LogException(Kind.TIMED_OUT, partition + " has no leader at the moment", null);
        }
        return leader;
    }

    /** As {@link dev.kora.cdc.log.Log#abortForgotten}. */
    int abort(String transactionalId, TopicPartition partition) {
        Optional<TransactionDescription> known = describe(transactionalId);
        if (known.isEmpty() || isUnderWay(known.get().state())) {
            return 0;
        }
        List<ProducerState> open = open(partition, known.get().producerId());
        for (ProducerState producer : open) {
            AbortTransactionSpec forgotten = new AbortTransactionSpec(
                    partition,
                    producer.producerId(),
                    (short) producer.producerEpoch(),
                    producer.coordinatorEpoch().orElse(0));
            KafkaLog.get(
                    "abort of a forgotten transaction in " + partition,
                    admin.abortTransaction(forgotten).all());
        }
        return open.size();
    }

    private static boolean isUnderWay(TransactionState state) {
        return state == TransactionState.ONGOING
                || state == TransactionState.PREPARE_ABORT
                || state == TransactionState.PREPARE_COMMIT;
    }

    /** Empty where nobody has used the id yet. */
    private Optional<TransactionDescription> describe(String transactionalId) {
        KafkaFuture<TransactionDescription> description =
                admin.describeTransactions(List.of(transactionalId)).description(transactionalId);
        try {
            return Optional.of(KafkaLog.get("state of the transactions of " + transactionalId, description));
        } catch (LogException e) {
            if (e.getCause() instanceof TransactionalIdNotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The producer's transactions that the partition holds open: one, or none. */
    private List<ProducerState> open(TopicPartition partition, long producerId) {
        return KafkaLog.get(
                        "producers of " + partition,
                        admin.describeProducers(List.of(partition)).partitionResult(partition))
                .activeProducers()
                .stream()
                .filter(producer -> producer.producerId() == producerId
                        && producer.currentTransactionStartOffset().isPresent())
                .toList();
    }
}
