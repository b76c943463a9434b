package dev.kora.cdc.producer.source.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file grows, and its source dies anywhere and comes back, with any run of the lines it took committed: each good line is in the
 * log of its shard once, in the order of the file.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JsonlSourcePropertyTest {
    private static final int RUNS = 100;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path directory;

    @Test
    void eachLineIsLoggedOnceWhereverTheSourceDies() throws Exception {
        int crashes = 0;
        for (int run = 0; run < RUNS; run++) {
            try {
                Path own = Files.createDirectory(directory.resolve("run-" + run));
                crashes += new Story(new JsonlRig(own, 1 + random.nextInt(4))).tell();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("run " + run + ", -Dkora.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
        assertTrue(crashes > RUNS, "only " + crashes + " crashes");
    }

    /** The end of a process, wherever it was. */
    private static final class Killed extends RuntimeException {}

    private final class Story {
        private final JsonlRig rig;
        private final int shards;
        private final ShardRouter router;
        private final List<List<String>> expected = new ArrayList<>();
        private int written;
        /** Whether the last line has no end yet. */
        private boolean unended;

        private int crashes;

        Story(JsonlRig rig) {
            this.rig = rig;
            this.shards = rig.publisher.shards();
            this.router = new ShardRouter(shards);
            for (int i = 0; i < shards; i++) {
                expected.add(new ArrayList<>());
            }
        }

        int tell() {
            int acts = 5 + random.nextInt(10);
            for (int i = 0; i < acts; i++) {
                grow();
                live();
            }
            rig.publisher.full(false);
            rig.load();
            assertEquals(expected, logged());
            return crashes;
        }

        private void grow() {
            StringBuilder text = new StringBuilder();
            int lines = random.nextInt(30);
            for (int i = 0; i < lines; i++) {
                text.append(line()).append(random.nextInt(10) == 0 ? "\r\n" : "\n");
            }
            // Now and then without the last line end, which comes later.
            String rest = unended ? "\n" : "";
            unended = !text.isEmpty() && text.charAt(text.length() - 1) == '\n' && random.nextInt(3) == 0;
            rig.append(rest + (unended ? text.substring(0, text.length() - 1) : text.toString()));
        }

        private String line() {
            return switch (random.nextInt(12)) {
                case 0 -> "";
                case 1 -> "{\"op\":\"HEARTBEAT\"}";
                case 2 -> "{\"op\":\"SET\",\"key\"";
                case 3 -> "{\"op\":\"SET\",\"key\":\"%s\",\"value\":\"\"}".formatted("x".repeat(70_000));
                case 4 -> {
                    expected.forEach(shard -> shard.add("FLUSHDB"));
                    yield "{\"op\":\"FLUSHDB\"}";
                }
                case 5, 6 -> {
                    String key = key();
                    int shard = random.nextInt(shards);
                    expected.get(shard).add(key);
                    yield "{\"shard\":%d,\"op\":\"DEL\",\"key\":\"%s\"}".formatted(shard, key);
                }
                default -> {
                    String key = key();
                    expected.get(router.shardOf(Bytes.utf8(key))).add(key);
                    yield "{\"op\":\"DEL\",\"key\":\"%s\"}".formatted(key);
                }
            };
        }

        private String key() {
            return "k" + written++ + "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 5000 : 20));
        }

        /** A process that reads, and is killed at any call of its publisher, or comes to the end. */
        private void live() {
            try (JsonlSource source = rig.open()) {
                rig.publisher.meanwhile(this::happen);
                source.run();
            } catch (Killed e) {
                crashes++;
                rig.publisher.crash();
            }
        }

        private void happen() {
            int uncommitted = rig.publisher.uncommitted();
            switch (random.nextInt(12)) {
                case 0 -> rig.publisher.commit(uncommitted);
                case 1, 2 -> rig.publisher.commit(random.nextInt(uncommitted + 1));
                case 3 -> rig.publisher.full(true);
                case 4, 5, 6 -> rig.publisher.full(false);
                case 7 -> {
                    if (random.nextInt(4) == 0) {
                        throw new Killed();
                    }
                }
                default -> {}
            }
        }

        private List<List<String>> logged() {
            List<List<String>> logged = new ArrayList<>();
            for (int i = 0; i < shards; i++) {
                int shard = i;
                logged.add(rig.records().stream()
                        .filter(each -> each.shard() == shard)
                        .map(Story::text)
                        .toList());
            }
            return logged;
        }

        private static String text(ShardRecord each) {
            return each.record() instanceof WalRecord.Del del ? del.key().text() : "FLUSHDB";
        }
    }
}
