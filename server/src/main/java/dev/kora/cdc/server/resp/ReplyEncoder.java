package dev.kora.cdc.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes replies in RESP2 or RESP3. Makes no objects for the usual replies. */
final class ReplyEncoder {
    private static final byte[] OK = ascii("+OK\r\n");
    /** More than any header or number takes, in bytes. */
    private static final int HEADER_BYTES = 24;

    private static final byte[] LOWEST = ascii(Long.toString(Long.MIN_VALUE));

    private ReplyEncoder() {}

    /**
     * Appends a reply.
     *
     * @param protocol 2 or 3
     */
    static void encode(Reply reply, int protocol, ByteBuf out) {
        boolean resp3 = protocol == 3;
        switch (reply) {
            case Reply.Status status -> status(status, out);
            case Reply.Failure failure -> line('-', failure.text(), out);
            case Reply.Int number -> header(':', number.value(), out);
            case Reply.Bulk bulk -> bulk(bulk.bytes(), out);
            case Reply.Nil nil -> out.writeBytes(resp3 ? Null.RESP3 : Null.BULK);
            case Reply.NilArray nil -> out.writeBytes(resp3 ? Null.RESP3 : Null.ARRAY);
            case Reply.Array array -> items('*', 1, array.items(), protocol, out);
            case Reply.Pairs pairs -> items(resp3 ? '%' : '*', resp3 ? 2 : 1, pairs.items(), protocol, out);
            case Reply.Members members -> items(resp3 ? '~' : '*', 1, members.items(), protocol, out);
            case Reply.Real real -> real(real.value(), resp3, out);
            case Reply.Bool bool -> bool(bool.value(), resp3, out);
        }
    }

    /** About how many bytes a reply takes: never less than what it takes in lengths of strings. */
    static long size(Reply reply) {
        return switch (reply) {
            case Reply.Status status -> HEADER_BYTES + status.text().length();
            case Reply.Failure failure -> HEADER_BYTES + failure.text().length();
            case Reply.Bulk bulk -> HEADER_BYTES + bulk.bytes().length;
            case Reply.Array array -> size(array.items());
            case Reply.Pairs pairs -> size(pairs.items());
            case Reply.Members members -> size(members.items());
            case Reply.Int number -> HEADER_BYTES;
            case Reply.Nil nil -> HEADER_BYTES;
            case Reply.NilArray nil -> HEADER_BYTES;
            case Reply.Real real -> HEADER_BYTES;
            case Reply.Bool bool -> HEADER_BYTES;
        };
    }

    private static long size(List<Reply> items) {
        long size = HEADER_BYTES;
        for (Reply item : items) {
            size += size(item);
        }
        return size;
    }

    private static void status(Reply.Status status, ByteBuf out) {
        if (status.equals(Reply.OK)) {
            out.writeBytes(OK);
        } else {
            line('+', status.text(), out);
        }
    }

    /** Items behind a header that counts them by {@code unit}. */
    private static void items(char type, int unit, List<Reply> items, int protocol, ByteBuf out) {
        header(type, items.size() / unit, out);
        for (Reply item : items) {
            encode(item, protocol, out);
        }
    }

    private static void bulk(byte[] bytes, ByteBuf out) {
        header('$', bytes.length, out);
        out.writeBytes(bytes);
        lineEnd(out);
    }

    /** A line of text: what would end it early becomes a blank. */
    private static void line(char type, String text, ByteBuf out) {
        out.writeByte(type);
        ByteBufUtil.writeUtf8(out, text.replace('\r', ' ').replace('\n', ' '));
        lineEnd(out);
    }

    private static void real(double value, boolean resp3, ByteBuf out) {
        String text = text(value);
        if (resp3) {
            line(',', text, out);
        } else {
            bulk(ascii(text), out);
        }
    }

    /** A double in as few digits as tell it from all others; whole numbers without a fraction, as in Redis. */
    private static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e17;
        return whole ? Long.toString((long) value) : Double.toString(value).replace('E', 'e');
    }

    private static void bool(boolean value, boolean resp3, ByteBuf out) {
        if (resp3) {
            line('#', value ? "t" : "f", out);
        } else {
            header(':', value ? 1 : 0, out);
        }
    }

    private static void header(char type, long number, ByteBuf out) {
        out.writeByte(type);
        decimal(number, out);
        lineEnd(out);
    }

    private static void decimal(long number, ByteBuf out) {
        if (number >= 0 && number < 10) {
            out.writeByte('0' + (int) number);
        } else if (number == Long.MIN_VALUE) {
            out.writeBytes(LOWEST);
        } else {
            digits(number, out);
        }
    }

    private static void digits(long number, ByteBuf out) {
        long rest = Math.abs(number);
        if (number < 0) {
            out.writeByte('-');
        }
        long unit = 1;
        while (rest / unit >= 10) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            out.writeByte('0' + (int) (rest / unit % 10));
        }
    }

    private static void lineEnd(ByteBuf out) {
        out.writeShort('\r' << 8 | '\n');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The ways to say that there is nothing. */
    private static final class Null {
        static final byte[] BULK = ascii("$-1\r\n");
        static final byte[] ARRAY = ascii("*-1\r\n");
        static final byte[] RESP3 = ascii("_\r\n");
    }
}
