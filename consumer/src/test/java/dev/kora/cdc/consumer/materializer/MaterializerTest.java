package dev.kora.cdc.consumer.materializer;

import static dev.kora.cdc.consumer.materializer.MaterializerRig.set;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.log.FakeGroup;
import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The materialiser with its threads and with real stores, on a fake log and a fake group. */
@Timeout(60)
final class MaterializerTest {
    private static final MaterializerConfig CONFIG =
            MaterializerConfig.of("db", 2, "member").withTimeouts(Duration.ofMinutes(15), Duration.ofSeconds(1));

    @TempDir
    Path directory;

    private final FakeLog log = new FakeLog().createTopic("db.wal", 2).createTopic("db.snapshot", 2);
    private final WalScript wal0 = script(0);
    private final WalScript wal1 = script(1);
    private RocksResources resources;
    private Materializer materializer;

    @BeforeEach
    void open() {
        resources = new RocksResources(32 << 20, 8 << 20);
        materializer = Materializer.open(
                CONFIG,
                log,
                MaterializerRig.WAL_CODEC,
                MaterializerRig.ROW_CODEC,
                new RocksStores(directory, resources),
                InstantSource.system());
        wal0.open().append(set("a", "0"));
        wal1.open().append(set("a", "1"));
    }

    @AfterEach
    void close() {
        materializer.close();
        resources.close();
    }

    @Test
    void theShardsThatTheGroupGivesAreReadHere() {
        assertEquals(2, materializer.shards());
        assertInstanceOf(ShardAccess.Elsewhere.class, materializer.access(0));
        assertEquals(new ShardStatus(0, ShardState.ELSEWHERE, "", null), materializer.status(0));

        member().assign(0, 1);

        awaitValue(0, "a", "0");
        awaitValue(1, "a", "1");
        wal1.append(set("a", "2"));
        awaitValue(1, "a", "2");
        assertEquals("0", value(0, "a"));
    }

    @Test
    void aHaltedShardSaysWhereAndLetsTheOthersGoOn() {
        member().assign(0, 1);
        awaitValue(0, "a", "0");
        wal0.put(new WalEntry(1, 99, 1_000_000, set("gap", "")));

        awaitState(0, ShardState.HALTED);
        String reason = assertInstanceOf(ShardAccess.Halted.class, materializer.access(0))
                .reason();
        assertTrue(reason.startsWith("db.wal-0, offset 4: expected sequence 3 in epoch 1"), reason);
        assertEquals(reason, materializer.status(0).reason());
        wal1.append(set("a", "2"));
        awaitValue(1, "a", "2");
    }

    @Test
    void aRevokedShardIsGivenUpInOrderAndGoesOnWhereverItComesNext() {
        member().assign(0, 1);
        awaitValue(0, "a", "0");
        awaitValue(1, "a", "1");
        var views = assertInstanceOf(ShardAccess.Served.class, materializer.access(0))
                .views();

        member().revoke(0);

        assertInstanceOf(ShardAccess.Elsewhere.class, materializer.access(0));
        assertThrows(CdcException.Unavailable.class, views::open);
        wal0.append(set("a", "3"));
        wal1.append(set("a", "4"));
        awaitValue(1, "a", "4");
        member().assign(0);
        awaitValue(0, "a", "3");
    }

    @Test
    void aShardThatComesBackWaitsForTheReadersOfItsFormerStore() {
        member().assign(0);
        awaitValue(0, "a", "0");
        try (StoreView view = view(0)) {
            member().revoke(0);
            member().assign(0);
            await().until(() -> materializer.status(0).reason().contains("still has it open"));
            assertEquals("0", value(view, "a"));
        }
        awaitValue(0, "a", "0");
    }

    @Test
    void aLostShardStopsAtOnce() {
        member().assign(0, 1);
        awaitValue(0, "a", "0");
        awaitValue(1, "a", "1");
        member().lose(0);
        assertInstanceOf(ShardAccess.Elsewhere.class, materializer.access(0));
        wal1.append(set("a", "2"));
        awaitValue(1, "a", "2");
    }

    @Test
    void aGroupThatFailsForAMomentIsJoinedAgain() {
        member().assign(0, 1);
        awaitValue(0, "a", "0");
        FakeGroup former = member();
        former.fail(Kind.REOPEN);
        assertTrue(materializer.status(0).reason().startsWith("not a member of the group"));
        await().until(() -> member() != former);
        member().assign(0, 1);
        awaitValue(0, "a", "0");
    }

    @Test
    void aGroupThatAnotherInstanceTookOverIsLeftAlone() {
        member().assign(0);
        awaitValue(0, "a", "0");
        FakeGroup former = member();
        former.fail(Kind.FENCED);
        assertInstanceOf(ShardAccess.Elsewhere.class, materializer.access(0));
        assertTrue(materializer.status(1).reason().startsWith("not a member of the group"));
        long looks = log.calls(Op.TOPIC_ID);
        await().until(() -> log.calls(Op.TOPIC_ID) > looks + 1);
        assertEquals(former, member());
    }

    @Test
    void lagIsSeenWhileCommitsFail() {
        member().assign(0);
        awaitValue(0, "a", "0");
        await().until(() -> progress(0).lagRecords() == 0);
        member().expire();
        wal0.at(1_005_000).append(set("a", "1")).append(set("a", "2"));
        await().until(() -> progress(0).lagRecords() == 2);
        assertEquals(5_000, progress(0).lagMs());
        assertEquals(
                log.ends(new LogPartition("db.wal", 0)).lastStable(),
                progress(0).logEnd());
    }

    @Test
    void closingLeavesTheGroupAndNoThreads() {
        member().assign(0, 1);
        awaitValue(0, "a", "0");
        materializer.close();
        materializer.close();
        assertTrue(member().isClosed());
        assertInstanceOf(ShardAccess.Elsewhere.class, materializer.access(0));
        assertEquals(List.of(), threads());
    }

    @Test
    void closingIsBoundedThoughTheLogIsAway() {
        member().assign(0, 1);
        awaitValue(0, "a", "0");
        log.beforeNext(Op.SEND_OFFSET, () -> log.setAvailable(false));
        wal0.append(set("a", "2"));
        await().until(() -> materializer.status(0).reason().startsWith("trying again after"));
        materializer.close();
        assertEquals(List.of(), threads());
        assertInstanceOf(ShardAccess.Elsewhere.class, materializer.access(0));
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("kora-"))
                .toList();
    }

    private FakeGroup member() {
        return log.member("member");
    }

    private WalScript script(int shard) {
        return new WalScript(log, new LogPartition("db.wal", shard), MaterializerRig.WAL_CODEC);
    }

    private void awaitState(int shard, ShardState state) {
        await().until(() -> materializer.status(shard).state() == state);
    }

    private void awaitValue(int shard, String key, String value) {
        await().until(() ->
                materializer.access(shard) instanceof ShardAccess.Served && value.equals(value(shard, key)));
    }

    private ShardStatus.Progress progress(int shard) {
        return Objects.requireNonNull(materializer.status(shard).progress());
    }

    private StoreView view(int shard) {
        return assertInstanceOf(ShardAccess.Served.class, materializer.access(shard))
                .views()
                .open();
    }

    private String value(int shard, String key) {
        try (StoreView view = view(shard)) {
            return value(view, key);
        }
    }

    private static String value(StoreView view, String key) {
        return view.find(RowKeys.key(Bytes.utf8(key))) instanceof SnapshotRow.Key row
                ? Objects.requireNonNull(row.value()).text()
                : "";
    }
}
