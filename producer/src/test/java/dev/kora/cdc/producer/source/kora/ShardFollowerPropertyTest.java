package dev.kora.cdc.producer.source.kora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.kora.cdc.schema.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kora writes, tears, rotates and truncates its log at random, and a follower with little room dies and comes back: what each
 * of Kora's two handles wrote comes out once and in order.
 */
class ShardFollowerPropertyTest {
    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path directory;

    @Test
    void whatKoraLogsComesOutOnceAndInOrder() throws IOException {
        for (int run = 0; run < 60; run++) {
            try {
                new Story(directory.resolve("run-" + run)).tell();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("run " + run + ", -Dkora.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private final class Story {
        private final Path shard;
        private final KoraWriter kora;
        private final CollectingSink sink = new CollectingSink();
        private final List<String> keys = new ArrayList<>();
        private final List<String> documents = new ArrayList<>();
        private byte[] rest = {};
        private ShardFollower follower;
        /** How many records are surely committed. */
        private int safe;

        private boolean rotatedBefore;

        Story(Path shard) throws IOException {
            this.shard = shard;
            this.kora = new KoraWriter(shard);
            this.follower = attach(Optional.empty());
            write();
            drainForGood();
        }

        private ShardFollower attach(Optional<Bytes> position) {
            ShardFollower attached =
                    new ShardFollower(0, shard, FollowerOptions.DEFAULT, sink, InstantSource.fixed(Instant.EPOCH));
            attached.attach(position);
            return attached;
        }

        void tell() throws IOException {
            for (int i = 0; i < 200; i++) {
                act();
            }
            complete();
            drain();
            follower.close();
            assertEquals(keys, taken("k"));
            assertEquals(documents, taken("d"));
        }

        private void act() throws IOException {
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3, 4 -> write();
                case 5, 6, 7, 8 -> step();
                case 9, 10 -> tear();
                case 11 -> rotate();
                case 12 -> writeDocument();
                case 13 -> truncate();
                default -> crash();
            }
        }

        private void write() throws IOException {
            complete();
            String key = "k" + keys.size();
            keys.add(key);
            kora.set(key, "v".repeat(random.nextInt(50)));
        }

        private void tear() throws IOException {
            complete();
            String key = "k" + keys.size();
            keys.add(key);
            byte[] frame = KoraWriter.setFrame(key, "torn");
            int cut = 1 + random.nextInt(frame.length - 1);
            kora.append(Arrays.copyOf(frame, cut));
            rest = Arrays.copyOfRange(frame, cut, frame.length);
        }

        private void complete() throws IOException {
            kora.append(rest);
            rest = new byte[0];
        }

        /** By the handle that stays on the old file. */
        private void writeDocument() throws IOException {
            if (rotatedBefore) {
                String key = "d" + documents.size();
                documents.add(key);
                kora.appendOld(KoraWriter.setFrame(key, "v"));
            }
        }

        private void step() {
            sink.room = sink.records.size() + random.nextInt(4);
            follower.step(1 + random.nextInt(5));
            assertFalse(
                    follower.status().halted(),
                    () -> String.valueOf(follower.status().haltReason()));
        }

        private void drain() {
            sink.room = Integer.MAX_VALUE;
            while (follower.step(3)) {}
            assertFalse(
                    follower.status().halted(),
                    () -> String.valueOf(follower.status().haltReason()));
        }

        private void rotate() throws IOException {
            write(); // no log is rotated away while it is empty
            if (random.nextBoolean()) {
                drain();
            }
            kora.rotate();
            rotatedBefore = true;
            follower.step(1); // Kora takes longer to fill a log than we to look
            drainForGood();
        }

        /** From here on a crash loses nothing of what was handed over: Kora's files may change their places. */
        private void drainForGood() {
            drain();
            safe = sink.records.size();
        }

        private void truncate() throws IOException {
            complete();
            drainForGood();
            kora.truncate();
            follower.step(1);
        }

        private void crash() throws IOException {
            follower.close();
            int kept = safe + random.nextInt(sink.records.size() - safe + 1);
            sink.keep(kept);
            follower = attach(sink.position);
        }

        private List<String> taken(String kind) {
            return Arrays.stream(sink.keys().split(" ", -1))
                    .filter(key -> key.startsWith(kind))
                    .toList();
        }
    }
}
