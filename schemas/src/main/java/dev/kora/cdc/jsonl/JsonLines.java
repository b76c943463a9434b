package dev.kora.cdc.jsonl;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Op;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Entries of the WAL as JSON objects, one a line.
 *
 * <pre>{@code
 * {"shard":2,"offset":41,"epoch":1,"sequence":38,"time":1750000000000,"op":"SET","key":"a","value":"1"}
 * }</pre>
 *
 * <p>First the entry's place and time, then {@code op}, then the record's fields by the names of Kora's contract:
 *
 * <table>
 * <caption>The fields of each op</caption>
 * <tr><th>op</th><th>fields</th></tr>
 * <tr><td>SET</td><td>key, value, and if it expires: expires_at</td></tr>
 * <tr><td>DEL, VEC_DEL</td><td>key</td></tr>
 * <tr><td>EXPIRE</td><td>key, expires_at</td></tr>
 * <tr><td>LPUSH, RPUSH</td><td>key, values: in the order they are pushed</td></tr>
 * <tr><td>HSET</td><td>key, fields: an array of [field, value], in order, duplicates kept</td></tr>
 * <tr><td>SADD</td><td>key, members</td></tr>
 * <tr><td>DOC_SET</td><td>collection, doc_id, json: the document's text, as a string, byte for byte</td></tr>
 * <tr><td>DOC_DEL</td><td>collection, doc_id</td></tr>
 * <tr><td>VEC_SET</td><td>key, dimensions, vector</td></tr>
 * <tr><td>FLUSHDB, TRUNCATE, HEARTBEAT, WRITER_OPENED</td><td>none</td></tr>
 * </table>
 *
 * <p><b>Bytes</b> are a string where they are valid UTF-8, else {@code {"base64":"…"}}, so every key and value comes back as
 * it was. <b>Times</b> are milliseconds since 1970; the largest signed 64-bit number as {@code expires_at} means never. A
 * <b>vector</b> is an array of numbers, each the shortest decimal that gives back its 32-bit float; where its bytes are no
 * whole finite floats it is {@code {"base64":"…"}} of the little-endian bytes.
 *
 * <p>{@link #parse(byte[])} takes what {@link #write} gives, and is as strict: no unknown or duplicate field, none that the op does
 * not carry. Besides, on input the place and time of the entry may be left out, as may {@code dimensions}, where the
 * number of floats is meant; {@code ttl_ms}, relative and unsigned, may stand instead of {@code expires_at}; the order
 * of fields is free; null means the same as no field. What the numbers of a record say is not judged here: as in the log, a
 * vector may have another length than its dimensions.
 */
public final class JsonLines {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonLines() {}

    /**
     * An entry as a line.
     *
     * @param offset of the entry in the WAL partition
     * @return UTF-8, a line feed at its end and nowhere else
     */
    public static byte[] write(int shard, long offset, WalEntry entry) {
        try (ByteArrayBuilder line = new ByteArrayBuilder()) {
            try (JsonGenerator json = FACTORY.createGenerator(line, JsonEncoding.UTF8)) {
                json.writeStartObject();
                writePlace(new LineOut(json), shard, offset, entry);
                writeContent(new LineOut(json), entry);
                json.writeEndObject();
            }
            line.write('\n');
            return line.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /** An entry as a line of text, without its line end. */
    public static String text(int shard, long offset, WalEntry entry) {
        byte[] line = write(shard, offset, entry);
        return new String(line, 0, line.length - 1, StandardCharsets.UTF_8);
    }

    /**
     * Reads a line.
     *
     * @param line one JSON object, with or without a line end
     * @throws CdcException.Invalid it says nothing that could be logged; the message names the field that is at fault
     */
    public static JsonLine parse(String line) {
        return JsonLine.of(LineFields.read(line));
    }

    /**
     * Reads a line of bytes, as it stands in a file.
     *
     * @param line one JSON object in UTF-8, with or without a line end
     * @throws CdcException.Invalid it says nothing that could be logged; the message names the field that is at fault
     */
    public static JsonLine parse(byte[] line) {
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new CdcException.Invalid("the line is not valid UTF-8: give such bytes as {\"base64\":\"…\"}", e);
        }
    }

    private static void writePlace(LineOut out, int shard, long offset, WalEntry entry) throws IOException {
        out.number(LineField.SHARD, shard);
        out.number(LineField.OFFSET, offset);
        out.number(LineField.EPOCH, entry.epoch());
        out.number(LineField.SEQUENCE, entry.sequence());
        out.number(LineField.TIME, entry.timeMs());
        out.word(LineField.OP, Op.of(entry.content()).name());
    }

    private static void writeContent(LineOut out, WalEntry entry) throws IOException {
        switch (entry.content()) {
            case WalRecord.Set r -> {
                out.bytes(LineField.KEY, r.key());
                out.bytes(LineField.VALUE, r.value());
                if (r.ttlMs() != null) {
                    out.number(LineField.EXPIRES_AT, WalEntry.expiresAtMs(entry.timeMs(), r.ttlMs()));
                }
            }
            case WalRecord.Del r -> out.bytes(LineField.KEY, r.key());
            case WalRecord.Expire r -> {
                out.bytes(LineField.KEY, r.key());
                out.number(LineField.EXPIRES_AT, WalEntry.expiresAtMs(entry.timeMs(), r.ttlMs()));
            }
            case WalRecord.LPush r -> {
                out.bytes(LineField.KEY, r.key());
                out.list(LineField.VALUES, r.values());
            }
            case WalRecord.RPush r -> {
                out.bytes(LineField.KEY, r.key());
                out.list(LineField.VALUES, r.values());
            }
            case WalRecord.HSet r -> {
                out.bytes(LineField.KEY, r.key());
                out.pairs(LineField.FIELDS, r.fields());
            }
            case WalRecord.SAdd r -> {
                out.bytes(LineField.KEY, r.key());
                out.list(LineField.MEMBERS, r.members());
            }
            case WalRecord.DocSet r -> {
                out.bytes(LineField.COLLECTION, r.collection());
                out.bytes(LineField.DOC_ID, r.docId());
                out.bytes(LineField.JSON, r.json());
            }
            case WalRecord.DocDel r -> {
                out.bytes(LineField.COLLECTION, r.collection());
                out.bytes(LineField.DOC_ID, r.docId());
            }
            case WalRecord.VecSet r -> {
                out.bytes(LineField.KEY, r.key());
                out.number(LineField.DIMENSIONS, Integer.toUnsignedLong(r.dimensions()));
                out.vector(LineField.VECTOR, r.vector());
            }
            case WalRecord.VecDel r -> out.bytes(LineField.KEY, r.key());
            case WalRecord.FlushDb r -> {}
            case Control c -> {}
        }
    }
}
