package dev.kora.cdc.producer.source.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.fold.Fold;
import dev.kora.cdc.consumer.fold.Outcome;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Limits;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.CommandException;
import dev.kora.cdc.server.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The gateway acknowledges just those documents that the fold applies: each checks them in a way of its own. */
class DocumentsAgreePropertyTest {
    private static final List<String> SEEDS = List.of(
            "{}",
            "{\"a\":1,\"b\":[true,false,null,{\"c\":\"x\"}]}",
            "{\"a\":{\"b\":{\"c\":[[],{}]}},\"\":1.5e300,\"x.y\":-0}",
            "{\"s\":\"\\u0041\\ud83d\\ude00\\n žluť 😀\",\"\\ud800\":\"\\udc00\"}",
            "[{\"a.b\":{\"\":1}}]",
            "{\"n\":[123456789012345678901234567890,1e400,-1E-400,0.1]}",
            "{\"a\":[{\"b.c\":1},{\"\":2}],\"d\":{\"e\":{\"f\":0}}}",
            "\"text\"",
            "{\"a\":1" + "0".repeat(307) + "}",
            "{\"a\":1" + "0".repeat(308) + "}",
            "{\"a\":1" + "0".repeat(309) + "}",
            nested(Limits.JSON_DEPTH - 1),
            nested(Limits.JSON_DEPTH),
            nested(Limits.JSON_DEPTH + 1));

    /** Bytes that mean something to JSON or to UTF-8. */
    private static final byte[] HARD = "{}[]\":,\\u dD8cC0.eE+-1atrfn\n\t\u0000/ÿ\u0080\u00c3\u00ed\u00a0\u00f4"
            .getBytes(StandardCharsets.ISO_8859_1);

    private static final WriteCommand DOC_SET = WriteCommand.ALL.stream()
            .filter(command -> command.name().equals("DOC.SET"))
            .findFirst()
            .orElseThrow();

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }

    @Test
    void acknowledgedMeansApplied() {
        int applied = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] json = mutated(SEEDS.get(random.nextInt(SEEDS.size())).getBytes(StandardCharsets.UTF_8));
            Outcome outcome = fold(json);
            assertEquals(
                    outcome == Outcome.APPLIED,
                    accepted(json),
                    () -> outcome + ": " + new String(json, StandardCharsets.ISO_8859_1) + ", -Dkora.seed=" + seed);
            applied += outcome == Outcome.APPLIED ? 1 : 0;
        }
        assertTrue(applied > 10_000, "too few documents were applied to mean anything: " + applied);
    }

    /** A few bytes replaced, left out or put in; now and then none. */
    private byte[] mutated(byte[] json) {
        byte[] bytes = json;
        for (int n = random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, at + random.nextInt(2));
            byte[] put = random.nextInt(3) == 0 ? new byte[0] : new byte[] {HARD[random.nextInt(HARD.length)]};
            byte[] next = Arrays.copyOf(bytes, at + put.length + bytes.length - to);
            System.arraycopy(put, 0, next, at, put.length);
            System.arraycopy(bytes, to, next, at + put.length, bytes.length - to);
            bytes = next.length == 0 ? json : next;
        }
        return bytes;
    }

    private static boolean accepted(byte[] json) {
        byte[] word = {'w'};
        try {
            DOC_SET.body().read(Request.of(List.of(word, word, word, json)), 0);
            return true;
        } catch (CommandException e) {
            return false;
        }
    }

    private static Outcome fold(byte[] json) {
        Bytes name = Bytes.utf8("w");
        WalEntry entry = new WalEntry(1, 1, 0, new WalRecord.DocSet(name, name, Bytes.of(json)));
        try (Overlay state = new Overlay(new MemoryStore(), StorePosition.EMPTY, TombstoneSink.NONE)) {
            return Fold.apply(entry, state);
        }
    }
}
