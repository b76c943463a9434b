package dev.kora.cdc.server.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that pipeline at random against handlers that answer at once, later and from elsewhere, at length, or when there is room
 * again: every client gets its replies, in its order, and no connection comes to a stop.
 */
@Timeout(60)
class RespServerPropertyTest {
    private static final int CLIENTS = 6;
    private static final int REQUESTS = 3_000;
    private static final String FILLING = "x".repeat(20_000);
    private static final List<String> NAMES = List.of("NOW", "NOW", "LATER", "LATER", "LARGE", "ROOM");

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final BlockingQueue<Runnable> later = new LinkedBlockingQueue<>();

    @Test
    void everyReplyComesInOrderFromTheEventLoop() throws Exception {
        run(Execution.EVENT_LOOP);
    }

    @Test
    void everyReplyComesInOrderFromThreads() throws Exception {
        run(Execution.threads(3));
    }

    private void run(Execution execution) throws Exception {
        RespOptions options = RespOptions.loopback("test", "1", 0)
                .withLimits(new RespOptions.Limits(CLIENTS, 1_000_000, 10, 50, Duration.ZERO, Duration.ofMinutes(1)));
        Thread replier = Thread.ofPlatform().daemon().start(this::replyLater);
        try (ExecutorService threads = Executors.newCachedThreadPool();
                RespServer server = RespServer.start(options, commands(), List::of, execution)) {
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seed + i);
                clients.add(CompletableFuture.runAsync(() -> talk(server, random, threads), threads));
            }
            for (CompletableFuture<Void> client : clients) {
                client.join();
            }
            assertEquals(CLIENTS * REQUESTS, server.metrics().requests());
        }
        replier.interrupt();
    }

    private void talk(RespServer server, Random random, ExecutorService threads) {
        List<String> names =
                random.ints(REQUESTS, 0, NAMES.size()).mapToObj(NAMES::get).toList();
        long pieces = random.nextLong();
        try (TestClient client = TestClient.connect(server.port())) {
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(() -> send(client, names, new Random(pieces)), threads);
            for (int i = 0; i < REQUESTS; i++) {
                String expected = names.get(i).equals("LARGE") ? "\"" + i + FILLING + "\"" : ":" + i;
                int number = i;
                assertEquals(expected, client.reply(), () -> "reply " + number + ", -Dkora.seed=" + seed);
            }
            sent.join();
        } catch (IOException e) {
            throw new IllegalStateException("-Dkora.seed=" + seed, e);
        }
    }

    private static void send(TestClient client, List<String> names, Random random) {
        try {
            int i = 0;
            while (i < names.size()) {
                StringBuilder piece = new StringBuilder();
                for (int n = 1 + random.nextInt(200); n > 0 && i < names.size(); n--) {
                    piece.append(TestClient.array(names.get(i), Integer.toString(i)));
                    i++;
                }
                int cut = random.nextInt(piece.length());
                client.send(piece.substring(0, cut)).send(piece.substring(cut));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private CommandTable commands() {
        return CommandTable.of(List.of(
                Command.read("NOW", 2, Command.Keys.NONE, (session, request) -> Reply.integer(request.integer(1))),
                Command.read(
                        "LARGE", 2, Command.Keys.NONE, (session, request) -> Reply.bulk(request.text(1) + FILLING)),
                Command.write(
                        "LATER",
                        2,
                        Command.Keys.NONE,
                        (session, request, to) -> later.add(() -> to.reply(Reply.integer(request.integer(1))))),
                Command.write("ROOM", 2, Command.Keys.NONE, (session, request, to) -> {
                    if (ThreadLocalRandom.current().nextInt(4) == 0) {
                        to.busy();
                    } else {
                        to.reply(Reply.integer(request.integer(1)));
                    }
                })));
    }

    /** Gives what has gathered its replies, in any order, as long as there are any. */
    private void replyLater() {
        List<Runnable> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(later.take());
                later.drainTo(batch);
                Collections.shuffle(batch);
                batch.forEach(Runnable::run);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
