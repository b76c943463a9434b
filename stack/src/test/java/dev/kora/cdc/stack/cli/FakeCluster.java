package dev.kora.cdc.stack.cli;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.SnapshotScript;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.util.List;
import java.util.stream.IntStream;

/** A database in memory, with a script for each partition. */
final class FakeCluster {
    final FakeLog log;
    final Cluster cluster;
    final List<WalScript> wal;
    final List<SnapshotScript> snapshot;

    FakeCluster(int shards) {
        var codecs =
                new DatabaseCodecs(new WalEntryCodec(7, SchemaSource.NONE), new SnapshotRowCodec(8, SchemaSource.NONE));
        log = new FakeLog().createTopic("kora.wal", shards).createTopic("kora.snapshot", shards);
        cluster = new Cluster(
                log,
                new Identity("kora", shards, "a-cluster"),
                codecs,
                RegistryClient.open(RegistrySettings.of("http://127.0.0.1:1")));
        wal = IntStream.range(0, shards)
                .mapToObj(shard -> new WalScript(log, cluster.wal(shard), codecs.wal()))
                .toList();
        snapshot = IntStream.range(0, shards)
                .mapToObj(shard ->
                        new SnapshotScript(log, cluster.snapshot(shard), codecs.snapshot(), log.topicId("kora.wal")))
                .toList();
    }

    static WalRecord.Set set(String key) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8("v"), null);
    }
}
