package dev.kora.cdc.stack;

import dev.kora.cdc.consumer.fold.Fold;
import dev.kora.cdc.consumer.store.Changes;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntry;
import java.util.List;

/** Reads the WAL of a running stack from its beginning, checks it, and folds it anew. */
public final class WalProbe implements AutoCloseable {
    private final KafkaLog log;
    private final DatabaseCodecs codecs;
    private final String database;
    private final int shards;

    private WalProbe(KafkaLog log, DatabaseCodecs codecs, String database, int shards) {
        this.log = log;
        this.codecs = codecs;
        this.database = database;
        this.shards = shards;
    }

    public static WalProbe open(Stack stack) {
        return open(stack.bootstrapServers(), stack.registryUrl(), stack.database(), stack.shards());
    }

    public static WalProbe open(String bootstrapServers, String registryUrl, String database, int shards) {
        try (RegistryClient registry = RegistryClient.open(RegistrySettings.of(registryUrl))) {
            DatabaseCodecs codecs = DatabaseCodecs.lookup(registry, database);
            return new WalProbe(KafkaLog.open(KafkaSettings.of(bootstrapServers)), codecs, database, shards);
        }
    }

    /** The entries of a shard; no loss, no duplicate and order are checked. */
    public List<WalEntry> entries(int shard) {
        return WalChecker.check(log, partition(shard), codecs.wal());
    }

    public LogPartition partition(int shard) {
        return new LogPartition(TopicNames.wal(database), shard);
    }

    /** Entries of all shards that are no controls. */
    public long mutations() {
        long mutations = 0;
        for (int shard = 0; shard < shards; shard++) {
            mutations += entries(shard).stream()
                    .filter(entry -> !(entry.content() instanceof Control))
                    .count();
        }
        return mutations;
    }

    /** What a fold of entries, one by one from nothing, comes to. */
    public static Tally fold(List<WalEntry> entries) {
        try (Store store = new MemoryStore()) {
            for (WalEntry entry : entries) {
                try (Overlay overlay = new Overlay(store, store.position(), TombstoneSink.NONE)) {
                    Fold.apply(entry, overlay);
                    Changes changes = overlay.seal();
                    store.apply(changes.toBatch(null, "", LogPosition.of(0)));
                }
            }
            return Tally.at(store.position());
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
