package dev.kora.cdc.producer.source.resp;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that may send many commands before it reads a reply. One thread may send while another one reads. */
final class PipelineClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 60_000;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    PipelineClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        out = new BufferedOutputStream(socket.getOutputStream(), 32 * 1024);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends a command, at the latest with the next {@link #flush}. */
    void send(String... words) throws IOException {
        out.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write('\r');
            out.write('\n');
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    /** The next reply as it comes over the wire, such as {@code +OK} or {@code :1}: writes get no other kinds. */
    String reply() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the server has closed the connection after: " + line);
            }
            line.append((char) b);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    /** Sends a command and waits for its reply. */
    String call(String... words) throws IOException {
        send(words);
        flush();
        return reply();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
