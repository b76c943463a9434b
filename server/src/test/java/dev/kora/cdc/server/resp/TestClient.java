package dev.kora.cdc.server.resp;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client on a blocking socket, which shows what comes over the wire as text: {@code +OK}, {@code :1}, {@code "bulk"}, … */
final class TestClient implements AutoCloseable {
    /** What {@link #reply} says where the server has closed the connection. */
    static final String END = "end";

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private TestClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static TestClient connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        return new TestClient(socket);
    }

    /** The words as an array of bulk strings. */
    static String array(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            int length = word.getBytes(StandardCharsets.UTF_8).length;
            text.append('$').append(length).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    TestClient send(String raw) throws IOException {
        socket.getOutputStream().write(raw.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Sends a request and waits for its reply. */
    String call(String... words) throws IOException {
        return send(array(words)).reply();
    }

    /** Says that nothing more will be sent, and goes on reading. */
    TestClient sendsNoMore() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Whether there is anything to read now. */
    boolean hasReply() throws IOException {
        return in.available() > 0;
    }

    List<String> replies(int count) throws IOException {
        List<String> replies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replies.add(reply());
        }
        return replies;
    }

    String reply() throws IOException {
        int type = in.read();
        if (type < 0) {
            return END;
        }
        String line = line();
        return switch (type) {
            case '+', '-', ':', ',', '#', '_' -> (char) type + line;
            case '$' -> line.equals("-1") ? "nil" : bulk(Integer.parseInt(line));
            case '*' ->
                line.equals("-1") ? "nil[]" : replies(Integer.parseInt(line)).toString();
            case '~' -> "~" + replies(Integer.parseInt(line));
            case '%' -> "%" + replies(2 * Integer.parseInt(line));
            default -> throw new IOException("no RESP: " + (char) type + line);
        };
    }

    private String bulk(int length) throws IOException {
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("within a bulk string");
        }
        return '"' + new String(bytes, 0, length, StandardCharsets.UTF_8) + '"';
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("within a line");
            }
            line.append((char) b);
        }
        if (in.read() != '\n') {
            throw new IOException("a line that does not end: " + line);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
