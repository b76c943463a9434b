package dev.kora.cdc.server.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random pipelines, cut at random places, come out as they went in; random damage is never worse than an error. */
class RequestDecoderPropertyTest {
    private static final int ROUNDS = 2_000;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void decodesPipelinesWhereverTheyAreCut() throws ProtocolException {
        for (int i = 0; i < ROUNDS; i++) {
            List<List<String>> expected = new ArrayList<>();
            ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
            for (int n = random.nextInt(20); n > 0; n--) {
                expected.add(addRequest(pipeline));
            }
            byte[] bytes = pipeline.toByteArray();
            assertEquals(expected, decoded(bytes), () -> HexFormat.of().formatHex(bytes) + ", -Dkora.seed=" + seed);
        }
    }

    @Test
    void survivesDamage() {
        for (int i = 0; i < ROUNDS; i++) {
            ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
            for (int n = 1 + random.nextInt(5); n > 0; n--) {
                addRequest(pipeline);
            }
            byte[] bytes = pipeline.toByteArray();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                decoded(bytes);
            } catch (ProtocolException e) {
                assertEquals(-1, e.reply().text().indexOf('\n'));
            } catch (RuntimeException e) {
                fail(HexFormat.of().formatHex(bytes) + ", -Dkora.seed=" + seed, e);
            }
        }
    }

    /** Feeds the bytes in pieces, as a socket does, and takes requests when it pleases. */
    private List<List<String>> decoded(byte[] bytes) throws ProtocolException {
        Inbound inbound = new Inbound(new RequestDecoder(RespOptions.Limits.DEFAULT));
        List<List<String>> requests = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + piece());
            inbound.receive(ByteBufAllocator.DEFAULT, buffer(bytes, at, end));
            at = end;
            if (at == bytes.length || random.nextInt(4) > 0) {
                for (Request next = inbound.next(true); next != null; next = inbound.next(true)) {
                    requests.add(arguments(next));
                }
            }
        }
        inbound.discard();
        return requests;
    }

    private int piece() {
        return 1 + (random.nextBoolean() ? random.nextInt(4) : random.nextInt(10_000));
    }

    private ByteBuf buffer(byte[] bytes, int from, int to) {
        byte[] piece = Arrays.copyOfRange(bytes, from, to);
        return random.nextBoolean()
                ? Unpooled.wrappedBuffer(piece)
                : ByteBufAllocator.DEFAULT.directBuffer().writeBytes(piece);
    }

    private List<String> addRequest(ByteArrayOutputStream to) {
        if (random.nextInt(5) == 0) {
            return addInline(to);
        }
        List<byte[]> arguments = new ArrayList<>();
        for (int n = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 5); n > 0; n--) {
            byte[] argument = new byte[random.nextInt(length())];
            random.nextBytes(argument);
            arguments.add(argument);
        }
        text(to, "*" + arguments.size() + "\r\n");
        for (byte[] argument : arguments) {
            text(to, "$" + argument.length + "\r\n");
            to.writeBytes(argument);
            text(to, "\r\n");
        }
        return arguments.stream().map(HexFormat.of()::formatHex).toList();
    }

    private int length() {
        return switch (random.nextInt(40)) {
            case 0 -> 50_000;
            case 1, 2, 3 -> 500;
            default -> 10;
        };
    }

    private List<String> addInline(ByteArrayOutputStream to) {
        List<String> words = IntStream.rangeClosed(0, random.nextInt(4))
                .mapToObj(i -> "w" + random.nextInt(1000))
                .toList();
        String quote = List.of("", "'", "\"").get(random.nextInt(3));
        String blank = " ".repeat(1 + random.nextInt(3));
        text(to, quote + String.join(quote + blank + quote, words) + quote + (random.nextBoolean() ? "\r\n" : "\n"));
        return words.stream()
                .map(word -> HexFormat.of().formatHex(word.getBytes(StandardCharsets.US_ASCII)))
                .toList();
    }

    private static void text(ByteArrayOutputStream to, String text) {
        to.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<String> arguments(Request request) {
        return IntStream.range(0, request.size())
                .mapToObj(i -> HexFormat.of().formatHex(request.argument(i)))
                .toList();
    }
}
