package dev.kora.cdc.stack;

import dev.kora.cdc.schema.Bytes;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A connection that sends commands by the thousand and gives each reply as it came, errors and types included, where
 * {@link RespClient} shows what a client library makes of it. Not thread-safe.
 */
public final class RespWire implements AutoCloseable {
    private static final int TIMEOUT_MS = 120_000;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** Takes over a socket, whichever end of it is ours. */
    RespWire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    /** Connects to a port of the loopback interface. */
    public static RespWire connect(int port) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MS);
            return new RespWire(socket);
        } catch (IOException e) {
            throw new UncheckedIOException("no connection to port " + port, e);
        }
    }

    /** Sends a command of words and returns its reply. */
    public RespValue call(String... words) {
        return call(command(words));
    }

    /** Sends a command and returns its reply. */
    public RespValue call(List<Bytes> command) {
        return pipeline(List.of(command)).getFirst();
    }

    /** The bytes of a command of words. */
    public static List<Bytes> command(String... words) {
        return Stream.of(words).map(Bytes::utf8).toList();
    }

    /** Sends all commands without waiting, and returns their replies in order. */
    public List<RespValue> pipeline(List<List<Bytes>> commands) {
        // Written beside the reading: a server that is not read from stops reading.
        Thread writer = Thread.ofVirtual().start(() -> write(commands));
        try {
            List<RespValue> replies = new ArrayList<>(commands.size());
            for (int i = 0; i < commands.size(); i++) {
                replies.add(read());
            }
            writer.join();
            return replies;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void write(List<List<Bytes>> commands) {
        try {
            for (List<Bytes> command : commands) {
                write(RespValue.of(
                        '*',
                        command.stream().map(bytes -> RespValue.of('$', bytes)).toList()));
            }
            out.flush();
        } catch (IOException e) {
            // Seen by who reads the replies.
        }
    }

    /** Writes a value as it is, without flushing. */
    void write(RespValue value) throws IOException {
        switch (value.type()) {
            case '*', '%', '~' -> writeItems(value);
            case '$' -> writeString(value);
            default -> {
                out.write(value.type());
                out.write(value.bytes().orElse(Bytes.EMPTY).array());
                line("\r\n");
            }
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    private void writeItems(RespValue value) throws IOException {
        int size = value.items().size();
        line(value.type() + Integer.toString(value.type() == '%' ? size / 2 : size) + "\r\n");
        for (RespValue item : value.items()) {
            write(item);
        }
    }

    private void writeString(RespValue value) throws IOException {
        if (value.bytes().isEmpty()) {
            line("$-1\r\n");
            return;
        }
        line("$" + value.string().length() + "\r\n");
        out.write(value.string().array());
        line("\r\n");
    }

    private void line(String ascii) throws IOException {
        out.write(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** The next value, a reply or where we are the server a command. */
    RespValue read() throws IOException {
        Bytes line = readLine();
        char type = (char) line.array()[0];
        Bytes rest = Bytes.of(Arrays.copyOfRange(line.array(), 1, line.length()));
        return switch (type) {
            case '$' -> readString(Integer.parseInt(rest.text()));
            case '*', '~' -> readItems(type, Integer.parseInt(rest.text()));
            case '%' -> readItems(type, 2 * Integer.parseInt(rest.text()));
            case '_' -> RespValue.nil(type);
            case '+', '-', ':', ',', '#' -> RespValue.of(type, rest);
            default -> throw new AssertionError("an unknown type of reply: " + line);
        };
    }

    private RespValue readString(int length) throws IOException {
        if (length < 0) {
            return RespValue.nil('$');
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        in.skipNBytes(2);
        return RespValue.of('$', Bytes.of(bytes));
    }

    private RespValue readItems(char type, int count) throws IOException {
        if (count < 0) {
            return RespValue.nil(type);
        }
        List<RespValue> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(read());
        }
        return RespValue.of(type, items);
    }

    private Bytes readLine() throws IOException {
        byte[] line = new byte[64];
        int length = 0;
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) b;
        }
        in.skipNBytes(1);
        return Bytes.of(Arrays.copyOf(line, length));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
