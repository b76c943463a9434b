package dev.kora.cdc.consumer.store.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StoreBatch;
import dev.kora.cdc.consumer.store.StoreContract;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.consumer.store.TestRows;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

final class RocksStoreTest extends StoreContract {
    private static final Bytes A = Bytes.utf8("a");
    private static final SnapshotRow ROW = TestRows.string(A, "value", 5);

    @TempDir
    private Path parent;

    private final RocksResources resources = new RocksResources(8 << 20, 1 << 20);
    private @Nullable RocksStore store;

    @BeforeEach
    void open() {
        store = RocksStore.open(directory(), resources);
    }

    @AfterEach
    void close() {
        store().close();
        resources.close();
    }

    @Override
    protected Store store() {
        return opened(store);
    }

    private Path directory() {
        return parent.resolve("deep/down/shard-0");
    }

    @Test
    void everythingIsThereAfterClosingAndOpening() {
        apply(7, put(ROW));
        store().close();
        open();
        assertEquals(List.of(ROW), rows(store()));
        assertEquals(List.of(ROW), expiring(store(), 5));
        assertEquals(TestRows.position(7), store().position());
    }

    @Test
    void anEmptyStoreStaysEmptyWhenItIsOpenedAgain() {
        store().close();
        open();
        assertEquals(StorePosition.EMPTY, store().position());
    }

    @Test
    void aCrashFallsBackToAnEarlierBatchAsAWhole() throws IOException, InterruptedException {
        Path crashed = parent.resolve("crashed");
        long seed = Long.getLong("kora.seed", System.nanoTime());
        for (int run = 0; run < 3; run++) {
            CrashingWriter.run(crashed, seed + run);
            String message = "-Dkora.seed=" + (seed + run);
            try (RocksStore reopened = RocksStore.open(crashed, resources)) {
                long number = reopened.position().snapshot().offset();
                assertTrue(number >= CrashingWriter.FLUSHED, () -> "back at batch " + number + ", " + message);
                SortedMap<Bytes, SnapshotRow> expected = CrashingWriter.stateAt(number, seed + run);
                assertEquals(List.copyOf(expected.values()), rows(reopened), message);
                assertEquals(
                        expiring(CrashingWriter.memoryStoreAt(number, seed + run), Long.MAX_VALUE),
                        expiring(reopened, Long.MAX_VALUE),
                        message);
                reopened.clear();
            }
        }
    }

    @Test
    void aViewOutlivesTheStoreAndKeepsItsDirectoryUntilClosed() {
        apply(1, put(ROW));
        StoreView view = store().view();
        RowCursor cursor = view.scan(Bytes.EMPTY, null);
        store().close();
        assertEquals(List.of(ROW), rows(view));
        assertEquals(List.of(ROW), expiring(view, 5));
        assertTrue(cursor.next());
        assertEquals(ROW, cursor.row());
        assertThrows(CdcException.Unavailable.class, this::open, "the view still holds the lock");
        cursor.close();
        view.close();
        view.close();
        open();
        assertEquals(List.of(ROW), rows(store()));
    }

    @Test
    void aClosedStoreSaysSo() {
        StoreView view = store().view();
        view.close();
        store().close();
        store().close();
        for (Executable call : List.<Executable>of(
                () -> store().find(RowKeys.key(A)),
                () -> store().scan(Bytes.EMPTY, null),
                () -> store().scanExpiring(1),
                () -> store().apply(new StoreBatch(List.of(), List.of(), StorePosition.EMPTY)),
                () -> store().clear(),
                () -> store().flush(),
                () -> store().view(),
                () -> view.find(RowKeys.key(A)),
                () -> view.scan(Bytes.EMPTY, null))) {
            assertThrows(IllegalStateException.class, call);
        }
    }

    @Test
    void aRangeOfManyRowsGoesAsOne() {
        List<StoreBatch.Change> changes = new ArrayList<>();
        for (int n = 0; n < 100_000; n++) {
            changes.add(put(TestRows.item(A, n, "item " + n)));
        }
        store().apply(new StoreBatch(List.of(), changes, TestRows.position(1)));
        store().flush();
        SnapshotRow behind = TestRows.string(A, "", 7);
        store().apply(new StoreBatch(
                List.of(all(RowKind.LIST_ITEM)),
                List.of(put(TestRows.item(A, 50_000, "again")), put(behind)),
                TestRows.position(2)));
        assertEquals(List.of(behind, TestRows.item(A, 50_000, "again")), rows(store()));
        store().close();
        open();
        assertEquals(List.of(behind, TestRows.item(A, 50_000, "again")), rows(store()));
    }

    @Test
    void onlyOneCanHaveItOpen() {
        CdcException.Unavailable e =
                assertThrows(CdcException.Unavailable.class, () -> RocksStore.open(directory(), resources));
        assertMessage(e, directory().toString(), "another process", "still has it open");
    }

    @Test
    void aDirectoryThatCannotBeCreatedIsNamed() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");
        for (Path wrong : List.of(file, file.resolve("below"))) {
            CdcException.Invalid e = assertThrows(CdcException.Invalid.class, () -> RocksStore.open(wrong, resources));
            assertMessage(e, wrong.toString(), "give a path that can be written");
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed() throws IOException {
        // To root everything is writable; a directory where RocksDB needs a file is in anybody's way.
        Path blocked = parent.resolve("blocked");
        Files.createDirectories(blocked.resolve("LOCK"));
        CdcException e = assertThrows(CdcException.Invalid.class, () -> RocksStore.open(blocked, resources));
        assertMessage(e, blocked.toString(), "LOCK");
    }

    @Test
    void aForeignDatabaseIsLeftAlone() throws RocksDBException {
        Path foreign = parent.resolve("foreign");
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, foreign.toString())) {
            db.put("k1".getBytes(UTF_8), "somebody's data".getBytes(UTF_8));
        }
        CdcException.Corrupt e = assertThrows(CdcException.Corrupt.class, () -> RocksStore.open(foreign, resources));
        assertMessage(e, foreign.toString(), "another program's", "another path");
        try (Options options = new Options();
                RocksDB db = RocksDB.open(options, foreign.toString())) {
            assertEquals("somebody's data", new String(opened(db.get("k1".getBytes(UTF_8))), UTF_8));
            db.createColumnFamily(new ColumnFamilyDescriptor("more".getBytes(UTF_8)))
                    .close();
        }
        assertThrows(CdcException.Corrupt.class, () -> RocksStore.open(foreign, resources));
    }

    @Test
    void aStoreOfAnotherVersionIsRefused() throws RocksDBException {
        store().close();
        try (Options options = new Options();
                RocksDB db = RocksDB.open(options, directory().toString())) {
            db.put(LocalKeys.FORMAT, "kora-cdc store 9".getBytes(UTF_8));
        }
        CdcException.Corrupt e = assertThrows(CdcException.Corrupt.class, this::open);
        assertMessage(e, directory().toString(), "kora-cdc store 9", "kora-cdc store 1", "rebuilt");
    }

    @Test
    void aDamagedFileIsFoundAndNamed() throws IOException {
        Random random = new Random(1);
        for (int n = 0; n < 100; n++) {
            byte[] noise = new byte[1000];
            random.nextBytes(noise);
            apply(n, put(new SnapshotRow.ListItem(A, n, Bytes.of(noise), 1, 1)));
        }
        store().close();
        for (Path file : files(".sst")) {
            byte[] bytes = Files.readAllBytes(file);
            Arrays.fill(bytes, 20_000, 20_100, (byte) 0x55);
            Files.write(file, bytes);
        }
        CdcException.Corrupt e = assertThrows(CdcException.Corrupt.class, () -> {
            open();
            rows(store());
        });
        assertMessage(e, directory().toString(), "rebuilt from the compacted topic");
    }

    @Test
    void lostManifestsAreFoundAndNamed() throws IOException {
        apply(1, put(ROW));
        store().close();
        for (Path file : files("")) {
            if (file.getFileName().toString().startsWith("MANIFEST")) {
                Files.write(file, new byte[100]);
            }
        }
        CdcException.Corrupt e = assertThrows(CdcException.Corrupt.class, this::open);
        assertMessage(e, directory().toString(), "rebuilt from the compacted topic");
    }

    @Test
    void aRowThatIsNoneIsFoundAndNamed() throws RocksDBException {
        apply(1, put(ROW));
        store().close();
        try (Options options = new Options();
                RocksDB db = RocksDB.open(options, directory().toString())) {
            db.put(RowKeys.key(A).array(), new byte[] {9, 9, 9});
        }
        open();
        assertMessage(
                assertThrows(CdcException.Corrupt.class, () -> store().find(RowKeys.key(A))),
                directory().toString(),
                "rebuilt from the compacted topic");
    }

    @Test
    void anExpiryWithoutItsKeyIsFoundAndNamed() throws RocksDBException {
        apply(1, put(ROW));
        store().close();
        try (Options options = new Options();
                RocksDB db = RocksDB.open(options, directory().toString())) {
            db.delete(RowKeys.key(A).array());
        }
        open();
        assertMessage(
                assertThrows(CdcException.Corrupt.class, () -> expiring(store(), 5)),
                directory().toString(),
                "rebuilt from the compacted topic");
    }

    @Test
    void cannotSetAsideWriteBuffersBeyondTheCache() {
        assertThrows(IllegalArgumentException.class, () -> new RocksResources(10, 11));
        assertThrows(IllegalArgumentException.class, () -> new RocksResources(10, 0));
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(suffix)).toList();
            assertFalse(found.isEmpty());
            return found;
        }
    }

    private static void assertMessage(Exception e, String... parts) {
        for (String part : parts) {
            assertTrue(String.valueOf(e.getMessage()).contains(part), () -> part + " is not in: " + e.getMessage());
        }
    }
}
