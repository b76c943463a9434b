package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.del;
import static dev.kora.cdc.consumer.read.TestShards.sadd;
import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.DirectCalls;
import dev.kora.cdc.server.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Scans while entries are committed between their pages: what is there throughout is returned once, nothing is returned
 * twice, and nothing is made up.
 */
final class ScanPropertyTest {
    private static final int RUNS = 300;

    @Test
    void scansOfKeys() {
        forEachSeed(seed -> new Run(new Random(seed), ReadLimits.DEFAULT, false).check());
    }

    @Test
    void scansOfMembers() {
        forEachSeed(seed -> new Run(new Random(seed), ReadLimits.DEFAULT, true).check());
    }

    @Test
    void scansWhoseCursorsAreForgotten() {
        forEachSeed(seed -> new Run(new Random(seed), new ReadLimits(1 << 20, 0, 0), seed % 2 == 0).check());
    }

    private interface Check {
        void run(long seed);
    }

    private static void forEachSeed(Check check) {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        for (int run = 0; run < RUNS; run++) {
            try {
                check.run(seed + run);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed; repeat with -Dkora.seed=" + (seed + run), e);
            }
        }
    }

    /** One scan of names n0, n1, …, some of which come and go. */
    private static final class Run {
        private final Random random;
        private final boolean members;
        private final boolean forgets;
        private final TestShards shards;
        private final DirectCalls client;
        private final int names;
        private final Set<String> throughout = new TreeSet<>();
        private final Set<String> ever = new TreeSet<>();

        Run(Random random, ReadLimits limits, boolean members) {
            this.random = random;
            this.members = members;
            this.forgets = limits.cursors() == 0;
            this.shards = new TestShards(1 + random.nextInt(3));
            this.client = shards.connect(limits);
            this.names = 1 + random.nextInt(200);
        }

        void check() {
            for (int n = random.nextInt(names + 1); n > 0; n--) {
                add("n" + random.nextInt(names));
            }
            throughout.addAll(ever);
            String pattern = random.nextInt(3) == 0 ? "n1*" : "*";
            List<String> found = scan(pattern);
            Set<String> distinct = new TreeSet<>(found);
            assertEquals(found.size(), distinct.size(), () -> "twice in " + found);
            assertTrue(ever.containsAll(distinct));
            if (pattern.equals("n1*")) {
                throughout.removeIf(name -> !name.startsWith("n1"));
            }
            assertTrue(distinct.containsAll(throughout), () -> throughout + " in " + distinct);
            assertEquals(0, shards.openViews());
        }

        private List<String> scan(String pattern) {
            List<String> found = new ArrayList<>();
            String cursor = "0";
            while (true) {
                int count = 1 + random.nextInt(30);
                String[] words = words(cursor, pattern, count);
                if (forgets && client.call(words) instanceof Reply.Failure failure) {
                    assertTrue(failure.text().contains("is not known any more"), failure::text);
                    found.clear();
                    cursor = "0";
                    throughout.clear();
                    throughout.addAll(present());
                    continue;
                }
                ScanReadsTest.Page page = ScanReadsTest.page(client, words);
                boolean last = page.next().equals("0");
                assertTrue(page.items().size() <= 2 * count);
                assertTrue(last || !pattern.equals("*") || page.items().size() >= (count + 1) / 2);
                found.addAll(page.items());
                cursor = page.next();
                if (last) {
                    return found;
                }
                disturb();
            }
        }

        private String[] words(String cursor, String pattern, int count) {
            List<String> words = new ArrayList<>(members ? List.of("SSCAN", "set", cursor) : List.of("SCAN", cursor));
            words.addAll(List.of("MATCH", pattern, "COUNT", Integer.toString(count)));
            return words.toArray(String[]::new);
        }

        private void disturb() {
            for (int n = random.nextInt(8); n > 0; n--) {
                String name = "n" + random.nextInt(names);
                if (members || random.nextBoolean()) {
                    add(name);
                } else {
                    shards.fold(shardOf(name), del(name));
                    throughout.remove(name);
                }
            }
        }

        private void add(String name) {
            ever.add(name);
            WalRecord record = members ? sadd("set", name) : set(name, "");
            shards.fold(members ? 0 : shardOf(name), record);
        }

        private Set<String> present() {
            String all = client.text(members ? new String[] {"SMEMBERS", "set"} : new String[] {"KEYS", "*"});
            Set<String> present = new TreeSet<>(ever);
            present.removeIf(name -> !all.contains('"' + name + '"'));
            return present;
        }

        private int shardOf(String name) {
            return Math.floorMod(name.hashCode(), shards.shards());
        }
    }
}
