package dev.kora.cdc.log.kafka;

import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/**
 * Writes the marker that ends a transaction in one partition, as the transaction's coordinator does. Kafka's admin client can
 * only abort, so the request is sent by hand, over a connection of its own. The broker asks for the permission to alter the
 * cluster, as it does for the admin client's abort.
 */
final class MarkerSender {
    private static final String NAME = "kora-cdc-marker-sender";
    private static final Duration CONNECTING = Duration.ofSeconds(10);

    private MarkerSender() {}

    /**
     * Sends one marker for one partition, and returns when it is written.
     *
     * @param leader of the partition
     * @throws LogException its kind says whether to try again
     */
    static void send(KafkaSettings settings, Node leader, TxnMarkerEntry marker) {
        TopicPartition partition = marker.partitions().getFirst();
        String what = "%s marker of a forgotten transaction in %s".formatted(marker.transactionResult(), partition);
        try (Metrics metrics = new Metrics();
                KafkaClient client = connection(settings, metrics)) {
            if (!NetworkClientUtils.awaitReady(client, leader, Time.SYSTEM, CONNECTING.toMillis())) {
                throw new LogException(Kind.TIMED_OUT, what + ": no connection to " + leader, null);
            }
            check(what, partition, marker, call(client, leader, marker));
        } catch (IOException e) {
            throw new LogException(Kind.TIMED_OUT, what + " failed: " + KafkaErrors.said(e), e);
        } catch (KafkaException e) {
            throw KafkaErrors.translate(what, e, Kind.TIMED_OUT);
        }
    }

    private static KafkaClient connection(KafkaSettings settings, Metrics metrics) {
        AdminClientConfig config = new AdminClientConfig(settings.adminProperties());
        return ClientUtils.createNetworkClient(
                config,
                NAME,
                metrics,
                NAME,
                new LogContext(),
                new ApiVersions(),
                Time.SYSTEM,
                1,
                config.getInt(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG),
                null,
                new ManualMetadataUpdater(),
                new DefaultHostResolver(),
                null,
                null);
    }

    private static WriteTxnMarkersResponse call(KafkaClient client, Node leader, TxnMarkerEntry marker)
            throws IOException {
        ClientRequest request = client.newClientRequest(
                leader.idString(),
                new WriteTxnMarkersRequest.Builder(List.of(marker)),
                Time.SYSTEM.milliseconds(),
                true);
        return (WriteTxnMarkersResponse)
                NetworkClientUtils.sendAndReceive(client, request, Time.SYSTEM).responseBody();
    }

    private static void check(
            String what, TopicPartition partition, TxnMarkerEntry marker, WriteTxnMarkersResponse response) {
        Errors error = response.errorsByProducerId()
                .getOrDefault(marker.producerId(), Map.of())
                .getOrDefault(partition, Errors.UNKNOWN_SERVER_ERROR);
        if (error != Errors.NONE) {
            throw KafkaErrors.translate(what, error.exception(), Kind.TIMED_OUT);
        }
    }
}
