package dev.kora.cdc.stack.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How a database is: its shards in the order of their numbers.
 *
 * @param consumerNote why the consumer's own figures are missing; empty where it answered
 */
record StatusReport(String database, List<ShardReport> shards, String consumerNote) {
    private static final int PARALLEL = 8;

    StatusReport {
        shards = List.copyOf(shards);
    }

    /** Asks Kafka and the consumer. */
    static StatusReport gather(Cluster cluster, ConsumerApi api) {
        ConsumerApi.Answer answer = api.shards(cluster.identity());
        List<LogStatus> logs = logs(cluster);
        List<ShardReport> shards = IntStream.range(0, cluster.shards())
                .mapToObj(shard -> switch (answer) {
                    case ConsumerApi.Answer.Shards told ->
                        new ShardReport(shard, logs.get(shard), told.shards().get(shard));
                    case ConsumerApi.Answer.None none -> new ShardReport(shard, logs.get(shard), null);
                })
                .toList();
        String note = answer instanceof ConsumerApi.Answer.None none ? none.reason() : "";
        return new StatusReport(cluster.database(), shards, note);
    }

    private static List<LogStatus> logs(Cluster cluster) {
        ExecutorService executor = Executors.newFixedThreadPool(Math.min(PARALLEL, cluster.shards()));
        try {
            List<Future<LogStatus>> asked = new ArrayList<>();
            for (int shard = 0; shard < cluster.shards(); shard++) {
                int each = shard;
                asked.add(executor.submit(() -> LogStatus.read(cluster, each)));
            }
            List<LogStatus> read = new ArrayList<>();
            for (Future<LogStatus> each : asked) {
                read.add(each.get());
            }
            return read;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            executor.shutdownNow();
        }
    }

    boolean fine() {
        return shards.stream().allMatch(ShardReport::fine);
    }

    /** The sum over all shards; empty where one of them does not know. */
    OptionalLong totalIfKnown(Function<ShardReport, OptionalLong> figure) {
        long sum = 0;
        for (ShardReport shard : shards) {
            OptionalLong each = figure.apply(shard);
            if (each.isEmpty()) {
                return each;
            }
            sum += each.getAsLong();
        }
        return OptionalLong.of(sum);
    }

    /** The largest of all shards; empty where none knows. */
    OptionalLong largest(Function<ShardReport, OptionalLong> figure) {
        return shards.stream()
                .map(figure)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .max();
    }
}
