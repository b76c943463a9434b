package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redis's own tools on both ports, as they are: they know nothing of us. Skipped where redis-tools are not installed. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
final class RedisToolsIT {
    /** The list that redis-benchmark pushes to, and reads ranges of. */
    private static final String BENCHMARK_LIST = "mylist";

    @TempDir
    static Path directory;

    private static Stack stack;

    @BeforeAll
    static void start() {
        assumeTrue(
                Tool.find("redis-cli").isPresent()
                        && Tool.find("redis-benchmark").isPresent(),
                "redis-cli and redis-benchmark (Debian's redis-tools) are not on the PATH");
        stack = Stack.start(StackConfig.of(directory), Progress.silent());
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
    }

    private static Tool.Result cli(int port, String... arguments) {
        return cliWith(new byte[0], port, arguments);
    }

    private static Tool.Result cliWith(byte[] input, int port, String... arguments) {
        return Tool.of("redis-cli")
                .run(
                        input,
                        Stream.concat(Stream.of("-p", Integer.toString(port)), Stream.of(arguments))
                                .toArray(String[]::new));
    }

    private static Tool.Result benchmark(int port, String... arguments) {
        return Tool.of("redis-benchmark")
                .run(Stream.concat(Stream.of("-p", Integer.toString(port), "--csv"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private static int gateway() {
        return stack.ports().gateway();
    }

    private static int reads() {
        return stack.ports().resp();
    }

    /** Waits until the reads answer this, lines of redis-cli. */
    private static void awaitReads(String expected, String... command) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertEquals(expected, cli(reads(), command).ok().strip()));
    }

    @Test
    void pipeLoadsAFileOfRequestsAndScanFindsAllKeys() {
        int keys = 3_000;
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        IntStream.range(0, keys)
                .forEach(i -> requests.writeBytes("*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$4\r\na\r\nb\r\n"
                        .formatted(name(i).length(), name(i))
                        .getBytes(StandardCharsets.US_ASCII)));
        String report = cliWith(requests.toByteArray(), gateway(), "--pipe").ok();
        assertTrue(report.contains("errors: 0, replies: " + keys), report);

        Set<String> expected =
                IntStream.range(0, keys).mapToObj(RedisToolsIT::name).collect(Collectors.toSet());
        for (List<String> protocol : List.of(List.<String>of(), List.of("-3"))) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                String[] scan = Stream.concat(protocol.stream(), Stream.of("--scan", "--pattern", "piped:*"))
                        .toArray(String[]::new);
                List<String> found = cli(reads(), scan).ok().lines().toList();
                assertEquals(keys, found.size());
                assertEquals(expected, new TreeSet<>(found));
            });
        }
    }

    private static String name(int i) {
        return "piped:" + i;
    }

    @Test
    void theCommandLineReadsInBothProtocols() {
        cli(gateway(), "HSET", "cli:hash", "f", "v", "g", "w").ok();
        cli(gateway(), "SADD", "cli:set", "x").ok();
        cliWith("from a pipe".getBytes(StandardCharsets.UTF_8), gateway(), "-x", "SET", "cli:text")
                .ok();
        awaitReads("from a pipe", "GET", "cli:text");
        awaitReads("f\nv\ng\nw", "HGETALL", "cli:hash");
        awaitReads("f v\ng w", "-3", "HGETALL", "cli:hash");
        awaitReads("1# \"f\" => \"v\"\n2# \"g\" => \"w\"", "-3", "--no-raw", "HGETALL", "cli:hash");
        awaitReads("1~ \"x\"", "-3", "--no-raw", "SMEMBERS", "cli:set");
        awaitReads("(nil)", "-3", "--no-raw", "GET", "cli:nothing");
        awaitReads("{\"f\":\"v\",\"g\":\"w\"}", "-3", "--json", "HGETALL", "cli:hash");
        awaitReads("PONG", "-3", "PING");
    }

    @Test
    void bigKeysLooksAtEveryKeyAndItsSize() {
        cli(gateway(), "RPUSH", "big:list", "a", "b", "c").ok();
        cli(gateway(), "SET", "big:text", "x".repeat(50_000)).ok();
        awaitReads("3", "LLEN", "big:list");
        awaitReads("50000", "STRLEN", "big:text");
        String report = cli(reads(), "--bigkeys").ok();
        assertTrue(report.contains("Biggest string found '\"big:text\"' has 50000 bytes"), report);
        assertTrue(report.contains("lists with"), report);
        assertTrue(report.contains("keys in the keyspace!"), report);
    }

    @Test
    void benchmarkWritesThroughTheGateway() {
        for (List<String> pace : List.of(List.of("-c", "20"), List.of("-c", "5", "-P", "16"))) {
            List<String> arguments = Stream.concat(
                            Stream.of("-t", "set,lpush,rpush,sadd,hset,mset", "-n", "2000", "-r", "100"), pace.stream())
                    .toList();
            String report =
                    benchmark(gateway(), arguments.toArray(String[]::new)).ok();
            checkReport(report, "SET", "LPUSH", "RPUSH", "SADD", "HSET", "MSET (10 keys)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-3"})
    void benchmarkReads(String protocol) {
        String[] push = {"LPUSH", BENCHMARK_LIST, "a", "b", "c"};
        cli(gateway(), push).ok();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !cli(reads(), "LLEN", BENCHMARK_LIST).ok().strip().equals("0"));
        String[] flags = protocol.isEmpty() ? new String[0] : new String[] {protocol};
        checkReport(
                benchmark(reads(), with(flags, "-t", "ping,get", "-n", "3000")).ok(), "GET");
        String range = benchmark(reads(), with(flags, "-n", "1000", "-P", "4", "LRANGE", BENCHMARK_LIST, "0", "99"))
                .ok();
        checkReport(range, "LRANGE " + BENCHMARK_LIST + " 0 99");
    }

    /** Before it reads ranges it pushes what it reads, which a port that only reads refuses, as a read-only replica does. */
    @Test
    void benchmarkOfRangesPushesFirst() {
        Tool.Result refused = benchmark(reads(), "-t", "lrange_100", "-n", "100");
        assertEquals(1, refused.code(), refused.output());
        assertTrue(refused.output().contains("READONLY this port reads the snapshot"), refused.output());
        try (OnePort both = OnePort.open(stack.ports(), Set.of("LPUSH"))) {
            String report = benchmark(both.port(), "-t", "get,lrange", "-n", "1000", "-c", "10")
                    .ok();
            checkReport(report, "GET", "LRANGE_100 (first 100 elements)", "LRANGE_600 (first 600 elements)");
        }
    }

    private static String[] with(String[] flags, String... arguments) {
        return Stream.concat(Stream.of(flags), Stream.of(arguments)).toArray(String[]::new);
    }

    /** Every test stands there with its rate, and no error. */
    private static void checkReport(String report, String... tests) {
        for (String test : tests) {
            assertTrue(report.contains("\"" + test + "\",\""), () -> test + " is not in " + report);
        }
        assertTrue(!report.contains("rror"), report);
    }
}
