package dev.kora.cdc.producer;

import dev.kora.cdc.schema.WalRecord;

/** A mutation and the shard whose log it belongs to. */
public record ShardRecord(int shard, WalRecord record) {}
