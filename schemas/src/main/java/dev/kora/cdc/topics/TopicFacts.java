package dev.kora.cdc.topics;

import java.util.Map;

/**
 * What Kafka says about a topic.
 *
 * @param replicationFactor of the partition with the fewest replicas
 * @param settings all of them, whether set on the topic or by the brokers' defaults
 */
record TopicFacts(String topic, int partitions, int replicationFactor, Map<String, String> settings) {}
