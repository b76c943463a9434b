package dev.kora.cdc.producer.source.kora;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole directory, followed into a publisher. */
class KoraSourceTest {
    private static final WalEntryCodec CODEC = new WalEntryCodec(7, SchemaSource.NONE);

    @TempDir
    Path directory;

    private final FakeLog log = new FakeLog().createTopic("db.wal", 2);
    private KoraWriter first;
    private KoraWriter second;
    private KafkaPublisher publisher;
    private KoraSource source;

    @BeforeEach
    void start() throws IOException {
        first = new KoraWriter(directory.resolve("shard-0"));
        second = new KoraWriter(directory.resolve("shard-1"));
        first.set("a", "1");
        second.set("b", "1");
        open();
    }

    private void open() {
        publisher = openPublisher();
        source = KoraSource.open(directory, FollowerOptions.DEFAULT, publisher, InstantSource.system());
    }

    private KafkaPublisher openPublisher() {
        return KafkaPublisher.open(PublisherConfig.of("db", 2), log, CODEC, InstantSource.system());
    }

    @AfterEach
    void close() {
        source.close();
        source.close();
        publisher.close();
    }

    private List<String> keys(int shard) {
        return WalChecker.check(log, new LogPartition("db.wal", shard), CODEC).stream()
                .filter(entry -> entry.content() instanceof WalRecord.Set)
                .map(entry -> ((WalRecord.Set) entry.content()).key().text())
                .toList();
    }

    private void awaitKeys(int shard, String... keys) {
        await().untilAsserted(() -> assertEquals(List.of(keys), keys(shard)));
    }

    @Test
    void followsEachShardIntoItsPartitionAndGoesOnAfterARestart() throws IOException {
        awaitKeys(0, "a");
        awaitKeys(1, "b");
        source.close();
        publisher.close();
        first.set("c", "1");
        open();
        awaitKeys(0, "a", "c");
        awaitKeys(1, "b");
        assertTrue(source.status().stream().noneMatch(FollowerStatus::halted));
    }

    @Test
    void aDamagedShardHaltsAlone() throws IOException {
        first.append(new byte[12]);
        await().until(() -> source.status().get(0).halted());
        first.set("behind", "1");
        second.set("c", "1");
        awaitKeys(1, "b", "c");
        awaitKeys(0, "a");
        assertFalse(source.status().get(1).halted());
    }

    @Test
    void everyShardHasHaltedOnceThePublisherHasStopped() throws IOException {
        awaitKeys(0, "a");
        try (KafkaPublisher successor = openPublisher()) {
            first.set("c", "1");
            await().until(() -> source.status().stream().allMatch(FollowerStatus::halted));
            String reason = String.valueOf(source.status().get(1).haltReason());
            assertTrue(reason.contains("newer writer"), reason);
            assertEquals(2, successor.shards());
        }
        assertThrows(CdcException.Fenced.class, publisher::close);
        publisher = openPublisher(); // the file's last record is not in the log, and is read again
        source.close();
        source = KoraSource.open(directory, FollowerOptions.DEFAULT, publisher, InstantSource.system());
        awaitKeys(0, "a", "c");
    }

    @Test
    void refusesADirectoryOfAnotherNumberOfShards() {
        source.close();
        new KoraWriter(directory.resolve("shard-2"));
        CdcException.Invalid refused = assertThrows(
                CdcException.Invalid.class,
                () -> KoraSource.open(directory, FollowerOptions.DEFAULT, publisher, InstantSource.system()));
        assertTrue(refused.toString().contains("has 3 shards, the database has 2"), refused.toString());
    }

    @Test
    void refusesADirectoryThatIsNoneOfKoras() {
        Path none = directory.resolve("none");
        CdcException.Invalid missing = assertThrows(CdcException.Invalid.class, () -> KoraDirectory.shards(none));
        assertTrue(missing.toString().contains("there is no directory"), missing.toString());
        Path hole = directory.resolve("hole");
        new KoraWriter(hole.resolve("shard-1"));
        CdcException.Invalid holes = assertThrows(CdcException.Invalid.class, () -> KoraDirectory.shards(hole));
        assertTrue(holes.toString().contains("has no shard-0, but a shard-1"), holes.toString());
    }
}
