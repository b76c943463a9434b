package dev.kora.cdc.producer.source.kora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardFollowerTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    @TempDir
    Path directory;

    private KoraWriter kora;
    private CollectingSink sink;
    private ShardFollower follower;

    @BeforeEach
    void start() {
        kora = new KoraWriter(directory);
        sink = new CollectingSink();
        follower = attach(Optional.empty(), FollowerOptions.DEFAULT);
    }

    private ShardFollower attach(Optional<Bytes> position, FollowerOptions options) {
        ShardFollower attached = new ShardFollower(0, directory, options, sink, CLOCK);
        attached.attach(position);
        return attached;
    }

    /** Ends the follower and starts another where the last offered record left off. */
    private void restart() throws IOException {
        follower.close();
        follower = attach(sink.position, FollowerOptions.DEFAULT);
    }

    private void drain() {
        while (follower.step(3)) {
            assertFalse(
                    follower.status().halted(),
                    () -> String.valueOf(follower.status().haltReason()));
        }
    }

    private String haltReason() {
        drainHalting();
        assertTrue(follower.status().halted(), "should have halted; read " + sink.keys());
        return Objects.requireNonNull(follower.status().haltReason());
    }

    private void drainHalting() {
        while (follower.step(3)) {}
    }

    @Test
    void followsAFileThatAppearsLaterAndGrows() throws IOException {
        drain();
        kora.set("a", "1");
        drain();
        kora.set("b", "2");
        kora.set("c", "3");
        drain();
        assertEquals("a b c", sink.keys());
        assertTrue(follower.status().caughtUp());
    }

    @Test
    void waitsForTheRestOfATornFrame() throws IOException {
        byte[] frame = KoraWriter.setFrame("b", "2");
        kora.set("a", "1");
        for (int cut = 1; cut < frame.length; cut++) {
            kora.append(new byte[] {frame[cut - 1]});
            drain();
            assertEquals("a", sink.keys());
        }
        kora.append(new byte[] {frame[frame.length - 1]});
        drain();
        assertEquals("a b", sink.keys());
    }

    @Test
    void aRestartNeitherRepeatsNorSkips() throws IOException {
        for (int i = 0; i < 20; i++) {
            kora.set("k" + i, "v");
        }
        sink.room = 7;
        drain();
        restart();
        sink.room = Integer.MAX_VALUE;
        drain();
        restart();
        drain();
        assertEquals(20, sink.records.size());
        assertTrue(sink.keys().endsWith("k18 k19"), sink.keys());
    }

    @Test
    void finishesARotatedFileBeforeTheNewOne() throws IOException {
        kora.set("a", "1");
        drain();
        kora.set("b", "2");
        kora.rotate();
        kora.set("c", "3");
        drain();
        assertEquals("a b c", sink.keys());
    }

    @Test
    void readsWhatAnotherHandleStillAppendsToTheOldFile() throws IOException {
        kora.set("a", "1");
        drain();
        kora.rotate();
        kora.set("b", "2");
        drain();
        kora.appendOld(KoraWriter.setFrame("late", "x"));
        drain();
        assertEquals("a b late", sink.keys());
        restart();
        kora.appendOld(KoraWriter.setFrame("later", "x"));
        kora.set("c", "3");
        drain();
        assertEquals("a b late later c", sink.keys());
    }

    @Test
    void losesNoGenerationWhileThereIsNoRoom() throws IOException {
        kora.set("a", "1");
        drain();
        sink.room = 1;
        for (String key : List.of("b", "c", "d")) {
            kora.set(key, "v");
            follower.step(10);
            kora.rotate();
            follower.step(10);
        }
        sink.room = Integer.MAX_VALUE;
        drain();
        assertEquals("a b c d", sink.keys());
    }

    @Test
    void finishesTheOldFileAfterARestartWhereThePositionLiesInIt() throws IOException {
        kora.set("a", "1");
        drain();
        kora.set("b", "2");
        kora.rotate();
        kora.set("c", "3");
        restart();
        drain();
        assertEquals("a b c", sink.keys());
    }

    @Test
    void ignoresAnOldFileThatItNeverFollowed() throws IOException {
        kora.set("before", "1");
        kora.rotate();
        kora.set("a", "1");
        follower.close();
        follower = attach(Optional.empty(), FollowerOptions.DEFAULT);
        drain();
        assertEquals("a", sink.keys());
    }

    @Test
    void haltsWhereTwoRotationsHaveDestroyedItsGeneration() throws IOException {
        kora.set("a", "1");
        drain();
        follower.close();
        Path keep = directory.resolve("keeps-the-inode-in-use");
        Files.createLink(keep, kora.wal());
        kora.rotate();
        kora.rotate();
        follower = attach(sink.position, FollowerOptions.DEFAULT);
        String reason = haltReason();
        assertTrue(reason.contains("shard.wal") && reason.contains("FLUSHDB"), reason);
    }

    @Test
    void haltsWhereTwoRotationsHaveGivenTheInodeOfItsGenerationToAnother() throws IOException {
        kora.set("a", "1");
        drain();
        kora.set("lost", "1");
        follower.close();
        Path keep = directory.resolve("keeps-the-inode-in-use");
        Files.createLink(keep, kora.wal());
        kora.rotate();
        kora.set("lost too", "1");
        kora.rotate();
        // As a file system does it that gives the number of a deleted file to the next one.
        Files.write(keep, KoraWriter.setFrame("b", "a longer one"));
        Files.move(keep, kora.wal(), StandardCopyOption.ATOMIC_MOVE);
        follower = attach(sink.position, FollowerOptions.DEFAULT);
        String reason = haltReason();
        assertTrue(reason.contains("neither shard.wal nor shard.wal.old"), reason);
        assertEquals("a", sink.keys());
    }

    @Test
    void haltsWhereALogMayBeMissingBetweenTwoLooks() throws IOException {
        kora.set("a", "1");
        drain();
        kora.rotate();
        kora.set("unseen", "1");
        kora.rotate();
        kora.set("b", "1");
        String reason = haltReason();
        assertTrue(reason.contains("more than once between two looks"), reason);
        assertEquals("a", sink.keys());
    }

    @Test
    void haltsWhereMoreLogsWaitThanAreHeldOpen() throws IOException {
        kora.set("a", "1");
        drain();
        sink.room = 1;
        for (int i = 0; i < 70; i++) {
            kora.set("k" + i, "v");
            kora.rotate();
            follower.step(10);
        }
        assertTrue(haltReason().contains("64 times"), "should say how many logs wait");
    }

    @Test
    void noticesATruncationOfALogThatStillWaitsBehindAnother() throws IOException {
        kora.set("a", "1");
        drain();
        sink.room = 1;
        kora.set("b", "1");
        kora.rotate();
        kora.set("lost", "1");
        follower.step(10);
        kora.truncate();
        kora.set("c", "12");
        sink.room = Integer.MAX_VALUE;
        String reason = haltReason();
        assertTrue(reason.contains("before any of it was read"), reason);
        assertEquals("a b", sink.keys());
    }

    @Test
    void watchesTheOldLogThatIsStillWrittenToLongerThanOthers() throws IOException {
        kora.set("a", "1");
        drain();
        Path written = directory.resolve("written-by-another-handle");
        Files.createLink(written, kora.wal());
        for (int i = 0; i < 20; i++) {
            kora.rotate();
            kora.set("k" + i, "v");
            Files.write(written, KoraWriter.setFrame("d" + i, "v"), StandardOpenOption.APPEND);
            drain();
        }
        for (int i = 0; i < 20; i++) {
            assertTrue(sink.keys().contains("d" + i), sink.keys());
        }
    }

    @Test
    void anEndThatIsIncompleteInTwoLogsIsWaitedForInBoth() throws IOException {
        byte[] late = KoraWriter.setFrame("late", "x");
        kora.set("a", "1");
        drain();
        kora.rotate();
        kora.set("b", "1");
        drain();
        kora.appendOld(Arrays.copyOf(late, 5));
        kora.append(Arrays.copyOf(late, 7));
        drain();
        kora.appendOld(Arrays.copyOfRange(late, 5, late.length));
        kora.append(Arrays.copyOfRange(late, 7, late.length));
        drain();
        assertEquals("a b late late", sink.keys());
    }

    @Test
    void anUnreadableFileHaltsSayingWhy() throws IOException {
        Files.createDirectory(kora.wal());
        String reason = haltReason();
        assertTrue(reason.contains("Is a directory"), reason);
    }

    @Test
    void aBugHaltsTheShardInsteadOfItsThread() throws IOException {
        kora.set("a", "1");
        follower.close();
        follower = new ShardFollower(
                0,
                directory,
                FollowerOptions.DEFAULT,
                (record, position) -> {
                    throw new IllegalStateException("made up");
                },
                CLOCK);
        follower.attach(Optional.empty());
        assertTrue(haltReason().contains("made up"));
    }

    @Test
    void aHaltTellsHowFarItCame() throws IOException {
        kora.set("a", "1");
        kora.set("b", "1");
        kora.append(new byte[8]);
        while (follower.step(10)) {}
        assertTrue(follower.status().halted());
        assertEquals(2, follower.status().records());
        assertEquals(Files.size(kora.wal()) - 8, follower.status().offset());
    }

    @Test
    void startsAgainAtTheBeginningOfATruncatedFile() throws IOException {
        kora.set("a", "1");
        kora.set("b", "2");
        drain();
        kora.truncate();
        drain();
        kora.set("c", "3");
        drain();
        assertEquals("a b c", sink.keys());
    }

    @Test
    void noticesATruncatedFileThatHasGrownPastItsPlace() throws IOException {
        kora.set("a", "1");
        drain();
        kora.truncate();
        kora.set("b", "1");
        kora.set("c", "1");
        drain();
        assertEquals("a b c", sink.keys());
    }

    @Test
    void noticesATruncationWhileItWasAway() throws IOException {
        kora.set("a", "1");
        kora.set("b", "1");
        drain();
        kora.truncate();
        kora.set("c", "1");
        restart();
        drain();
        assertEquals("a b c", sink.keys());
    }

    @Test
    void readsTheSnapshotBeforeTheLogAndOnlyOnce() throws IOException {
        kora.snapshot(List.of(field("s1", "v"), field("s2", "v"), field("s3", "v")), "list", List.of("x", "y"));
        kora.set("a", "1");
        follower.close();
        follower = attach(Optional.empty(), FollowerOptions.DEFAULT);
        sink.room = 2;
        drain();
        restart();
        sink.room = Integer.MAX_VALUE;
        drain();
        restart();
        drain();
        assertEquals("s1 s2 s3 a", sink.keys());
        assertEquals(
                new WalRecord.RPush(Bytes.utf8("list"), List.of(Bytes.utf8("x"), Bytes.utf8("y"))),
                sink.records.get(3));
        assertEquals(5, sink.records.size());
    }

    @Test
    void haltsWhereAHalfReadSnapshotWasReplaced() throws IOException {
        kora.snapshot(List.of(field("s1", "v"), field("s2", "v")), "list", List.of());
        follower.close();
        follower = attach(Optional.empty(), FollowerOptions.DEFAULT);
        sink.room = 1;
        drain();
        kora.snapshot(List.of(field("other", "v")), "list", List.of());
        follower.close();
        follower = attach(sink.position, FollowerOptions.DEFAULT);
        String reason = haltReason();
        assertTrue(reason.contains("shard.rdb") && reason.contains("FLUSHDB"), reason);
    }

    @Test
    void haltsWhereTheLogWasRewrittenWhileItReadTheSnapshot() throws IOException {
        kora.snapshot(List.of(field("s1", "v"), field("s2", "v")), "list", List.of());
        kora.set("a", "1");
        follower.close();
        follower = attach(Optional.empty(), FollowerOptions.DEFAULT);
        sink.room = 1;
        drain();
        kora.truncate();
        sink.room = Integer.MAX_VALUE;
        assertTrue(haltReason().contains("rewritten"), "should say that the log was rewritten");
    }

    @Test
    void leavesTheSnapshotOutOnRequest() throws IOException {
        kora.snapshot(List.of(field("s1", "v")), "list", List.of());
        kora.set("a", "1");
        follower.close();
        follower = attach(Optional.empty(), new FollowerOptions(false, false));
        drain();
        assertEquals("a", sink.keys());
    }

    @Test
    void haltsAtADamagedSnapshot() throws IOException {
        kora.snapshot(List.of(field("s1", "v")), "list", List.of());
        byte[] bytes = Files.readAllBytes(directory.resolve("shard.rdb"));
        bytes[25] ^= 1;
        Files.write(directory.resolve("shard.rdb"), bytes);
        follower.close();
        follower = attach(Optional.empty(), FollowerOptions.DEFAULT);
        assertTrue(haltReason().contains("--no-rdb"));
        assertEquals("", sink.keys());
    }

    @Test
    void haltsAtDamageNamingFileAndOffset() throws IOException {
        kora.set("a", "1");
        long offset = Files.size(kora.wal());
        byte[] frame = KoraWriter.setFrame("b", "2");
        frame[9] ^= 1;
        kora.append(frame);
        kora.set("c", "3");
        String reason = haltReason();
        assertTrue(reason.contains("shard.wal, offset " + offset) && reason.contains("checksum"), reason);
        assertEquals("a", sink.keys());
    }

    @Test
    void haltsAtARecordBeyondTheLimitsUnlessToldToLeaveItOut() throws IOException {
        sink.maxValueBytes = 10;
        kora.set("a", "1");
        kora.set("big", "12345678901");
        kora.set("c", "3");
        assertTrue(haltReason().contains("--skip-oversized"));
        follower.close();
        follower = attach(sink.position, new FollowerOptions(true, true));
        drain();
        assertEquals("a c", sink.keys());
        assertEquals(1, follower.status().skipped());
    }

    @Test
    void checksAndLeavesOutAFrameTooLongToLoad() throws IOException {
        byte[] payload = new byte[LogFile.MAX_LOADED_BYTES + 1];
        Arrays.fill(payload, (byte) 1);
        kora.set("a", "1");
        kora.append(KoraWriter.frame(payload));
        kora.set("b", "1");
        follower.close();
        follower = attach(Optional.empty(), new FollowerOptions(true, true));
        drain();
        assertEquals("a b", sink.keys());
    }

    private static WalRecord.Field field(String name, String value) {
        return new WalRecord.Field(Bytes.utf8(name), Bytes.utf8(value));
    }
}
