package dev.kora.cdc.consumer.read;

/**
 * Which database a process serves, so that who asks finds out whether it asks the right one.
 *
 * @param database its name
 * @param clusterId of the Kafka cluster that holds its topics
 */
public record DatabaseIdentity(String database, String clusterId) {}
