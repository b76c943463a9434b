package dev.kora.cdc.log.kafka;

import static java.util.Objects.requireNonNull;

import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogSize;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Asks what a partition takes on its leader's disk. Needs the permission to describe the cluster, and that to describe the
 * topic's settings. Thread-safe.
 */
final class PartitionSizes {
    private final Admin admin;

    PartitionSizes(Admin admin) {
        this.admin = admin;
    }

    /** @param partitions of the topic, as it was just described */
    LogSize of(TopicPartition partition, List<TopicPartitionInfo> partitions) {
        Node leader = partitions.get(partition.partition()).leader();
        if (leader == null || leader.isEmpty()) {
            throw new LogException(Kind.TIMED_OUT, partition + " has no leader, whose disk could be asked for", null);
        }
        return new LogSize(bytes(partition, leader.id()), segmentBytes(partition.topic()));
    }

    private long bytes(TopicPartition partition, int leader) {
        String what = "size of " + partition;
        return KafkaLog.get(
                        what,
                        requireNonNull(admin.describeLogDirs(List.of(leader))
                                .descriptions()
                                .get(leader)))
                .values()
                .stream()
                .map(directory -> directory.replicaInfos().get(partition))
                .filter(Objects::nonNull)
                .filter(replica -> !replica.isFuture())
                .mapToLong(replica -> replica.size())
                .findFirst()
                .orElseThrow(() -> new LogException(
                        Kind.TIMED_OUT, "%s: broker %d has moved it just now".formatted(what, leader), null));
    }

    private long segmentBytes(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config settings = KafkaLog.get(
                "settings of topic " + topic,
                requireNonNull(admin.describeConfigs(List.of(resource)).values().get(resource)));
        return Long.parseLong(settings.get(TopicConfig.SEGMENT_BYTES_CONFIG).value());
    }
}
