package dev.kora.cdc.stack.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import dev.kora.cdc.stack.RespWire;
import dev.kora.cdc.stack.Stack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;

/**
 * Sends the same random commands to a real Redis and through gateway, Kafka and materialiser, and reads both back over RESP.
 *
 * <p><b>What is compared.</b> The states, by every read command that both have, with all their answers and errors; see {@link
 * ReadComparison}. Not the answers to writes, where they must differ: the gateway keeps no state and answers what it accepted,
 * so a push to a key of another type is acknowledged and later rejected by the fold, where Redis answers {@code WRONGTYPE}.
 * But what Redis refuses for its form the gateway must refuse in the same words, what Redis takes the gateway must accept in
 * the way that docs/commands.md says, and at the end the fold must have rejected just as many entries as Redis refused for
 * the type (and the model of {@link Foreigners} for the dimensions).
 *
 * <p><b>Fairness in time.</b> Redis expires a key by its wall clock when a command meets it; the fold by the times that the
 * publisher stamped on the entries. A command around the very end of a key may rightly meet it alive there and dead here. So
 * no command is sent that could: within a round a key that was given a time of some milliseconds is left alone, the round ends
 * when both sides have answered all of it, and the next one begins when the clock has passed the latest end that these keys
 * can have: the time that was asked for, counted from the last answer of the slower side. Then both must find the key gone,
 * whatever becomes of it next: a push begins a new collection without a time to live and perhaps of another type, EXPIRE does
 * nothing, SET sets. The times of all others are a day away or more, or over at once. Nothing is left to a tolerance but the
 * remaining time itself: it is counted from the moment a command is executed, so its end may lie anywhere between the first
 * request and the last answer of its round ({@link Side.Window}), on each side for itself. A point of time ({@code EXAT} and
 * the like) must be the same to the millisecond.
 *
 * <p><b>When it is compared.</b> Writes are visible to the reads some milliseconds after they were acknowledged. A key of its
 * own in each shard is written last; where the reads show it, they show all before it, for a shard is read as of one commit.
 *
 * <p><b>What steers the commands</b> ({@link Beliefs}) knows types and times, no values. It also says which commands must
 * meet another type, and which EXPIRE a key that is there, and Redis must agree, command by command; so the shares that are
 * printed are Redis's own.
 *
 * <p><b>That it can fail</b> is tried at the end of each run: of keys that are changed in Redis alone, one by one, each must be
 * found to differ.
 *
 * <p>For one thread.
 */
public final class Judge implements AutoCloseable {
    private static final int ROUND = 1_000;
    /** The last part of a run, in which nothing is flushed, so that there is something to compare at its end. */
    private static final double UNFLUSHED = 0.2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Stack stack;
    private final long seed;
    private final Random random;
    private final Shares shares;
    private final JudgeKeys keys;
    private final Foreigners foreigners;
    private final CommandSource source;
    private final Side redis;
    private final Side gateway;
    private final ReadComparison comparison;
    private final RespWire reads;

    private Judge(Stack stack, RedisProcess process, long seed) {
        this.stack = stack;
        this.seed = seed;
        this.random = new Random(seed);
        this.shares = new Shares(seed);
        this.keys = JudgeKeys.of(random, stack.shards());
        this.foreigners = new Foreigners(seed + ":");
        this.source = new CommandSource(random, keys.random(), foreigners, shares);
        this.redis = new Side(process.connect());
        this.gateway = new Side(RespWire.connect(stack.ports().gateway()));
        this.reads = RespWire.connect(stack.ports().resp());
        this.comparison = new ReadComparison(process, stack.ports().resp(), source, redis, gateway, random);
    }

    /**
     * Runs one seed.
     *
     * @param commands that both sides get, at least
     * @param comparisons of both sides, the last one at the end
     * @return what it consisted of, which was checked
     */
    public static Shares run(Stack stack, RedisProcess redis, long seed, int commands, int comparisons) {
        try (Judge judge = new Judge(stack, redis, seed)) {
            return judge.run(commands, comparisons);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("-Dkora.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private Shares run(int commands, int comparisons) {
        redis.call("FLUSHALL");
        redis.call("CONFIG", "RESETSTAT");
        gateway.call("FLUSHALL");
        long rejectedBefore = rejected();
        for (int compared = 1; compared <= comparisons; compared++) {
            while (shares.commands() < (long) commands * compared / comparisons) {
                round(shares.commands() < commands * (1 - UNFLUSHED));
            }
            compare();
        }
        assertEquals(shares.wrongType() + foreigners.rejected(), rejected() - rejectedBefore, "entries rejected");
        checkThatRedisSawThemExpire();
        shares.check();
        comparison.seesWhatDiffers(keys.random());
        return shares;
    }

    private void round(boolean flushing) {
        List<Command> commands = source.nextRound(ROUND, flushing);
        List<Command> forRedis = commands.stream().filter(Command::isForRedis).toList();
        List<RespValue> judged =
                redis.send(forRedis.stream().map(Command::words).toList());
        List<RespValue> answered =
                gateway.send(commands.stream().map(Command::words).toList());
        int next = 0;
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            check(command, command.isForRedis() ? judged.get(next++) : command.accepted(), answered.get(i));
        }
        awaitEndOfTimes();
        source.endRound();
    }

    private void check(Command command, RespValue judged, RespValue answered) {
        shares.sent(command);
        if (judged.isError("WRONGTYPE")) {
            shares.wrongTypeAnswered();
        }
        boolean right = switch (command.kind()) {
            case EFFECTIVE, FOREIGN -> !judged.isError();
            case EXPIRES_SOMETHING -> judged.equals(CommandSource.number(1));
            case EXPIRES_NOTHING -> judged.equals(CommandSource.number(0));
            case WRONG_TYPE -> judged.isError("WRONGTYPE");
            case MALFORMED -> judged.isError() && !judged.isError("WRONGTYPE");
        };
        assertTrue(right, () -> command + " is answered by Redis " + judged);
        assertEquals(
                command.kind() == Command.Kind.MALFORMED ? judged : command.accepted(), answered, command::toString);
    }

    /** Waits until the clock has passed the end of every key that was given milliseconds, or a second, in this round. */
    private void awaitEndOfTimes() {
        long lastAnswer = Math.max(
                redis.window(source.round()).toMs(),
                gateway.window(source.round()).toMs());
        long latestEnd = lastAnswer + source.longestSoonMs();
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofMinutes(1))
                .until(() -> System.currentTimeMillis() > latestEnd + 1);
    }

    /** Brings both sides to the same point, and compares them. */
    private void compare() {
        String mark = seed + " after round " + source.round();
        List<List<Bytes>> marks = keys.markers().stream()
                .map(key -> List.of(Bytes.utf8("SET"), key, Bytes.utf8(mark)))
                .toList();
        redis.call(marks);
        gateway.call(marks);
        List<List<Bytes>> looks = keys.markers().stream()
                .map(key -> List.of(Bytes.utf8("GET"), key))
                .toList();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> reads.pipeline(looks).stream()
                        .allMatch(found -> found.text().equals(mark)));
        comparison.compare(keys, shares);
        foreigners.check(reads);
    }

    /** Redis's own count of keys that it found expired. */
    private void checkThatRedisSawThemExpire() {
        long expired = redis.call("INFO", "stats")
                .text()
                .lines()
                .filter(line -> line.startsWith("expired_keys:"))
                .mapToLong(line -> Long.parseLong(line.substring("expired_keys:".length())))
                .sum();
        assertTrue(expired >= shares.crossingKeys(), () -> expired + " keys expired in Redis; " + shares);
    }

    /** Entries that the fold has rejected since it began, of all shards. */
    private long rejected() {
        URI uri = URI.create(
                "http://127.0.0.1:%d/api/shards".formatted(stack.ports().http()));
        try (InputStream answer = uri.toURL().openStream()) {
            long sum = 0;
            for (JsonNode reasons : JSON.readTree(answer).findValues("rejected")) {
                for (JsonNode count : reasons) {
                    sum += count.asLong();
                }
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        redis.close();
        gateway.close();
        reads.close();
        comparison.close();
    }
}
