package dev.kora.cdc.stack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.commands.ProtocolCommand;

/** A Jedis connection that sends any command, also those that Jedis has no method for. Not thread-safe. */
public final class RespClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    private final Connection connection;

    public RespClient(int port) {
        connection = new Connection("127.0.0.1", port);
        connection.connect(); // which sets Jedis's own time-out of 2 s
        connection.setSoTimeout(TIMEOUT_MS);
    }

    /** Sends a command and returns its reply; an error reply is thrown as Jedis's exception. */
    public Object call(String command, Object... arguments) {
        send(command, arguments);
        return connection.getOne();
    }

    /** Sends a command whose reply {@link #next()} will give. */
    public void send(String command, Object... arguments) {
        byte[][] bytes = Arrays.stream(arguments).map(RespClient::bytes).toArray(byte[][]::new);
        ProtocolCommand name = () -> command.getBytes(StandardCharsets.US_ASCII);
        connection.sendCommand(name, bytes);
    }

    /** The next reply. */
    public Object next() {
        return connection.getOne();
    }

    /** A reply that is text. */
    public String text(String command, Object... arguments) {
        return text(call(command, arguments));
    }

    /** A reply that is a number. */
    public long number(String command, Object... arguments) {
        return (Long) call(command, arguments);
    }

    /** A reply that is a list of byte strings. */
    public List<byte[]> list(String command, Object... arguments) {
        return byteStrings(call(command, arguments));
    }

    public static List<byte[]> byteStrings(Object reply) {
        List<byte[]> items = new ArrayList<>();
        for (Object item : (List<?>) reply) {
            items.add((byte[]) item);
        }
        return items;
    }

    public static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }

    private static byte[] bytes(Object argument) {
        return argument instanceof byte[] bytes ? bytes : argument.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        connection.close();
    }
}
