package dev.kora.cdc.jsonl;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Writes the fields of one line. */
final class LineOut {
    private final JsonGenerator json;

    /** Strict: what it takes, encodes to the same bytes again. */
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    LineOut(JsonGenerator json) {
        this.json = json;
    }

    void number(LineField field, long value) throws IOException {
        json.writeNumberField(field.text(), value);
    }

    void word(LineField field, String value) throws IOException {
        json.writeStringField(field.text(), value);
    }

    void bytes(LineField field, Bytes value) throws IOException {
        json.writeFieldName(field.text());
        bytes(value);
    }

    void list(LineField field, List<Bytes> values) throws IOException {
        json.writeArrayFieldStart(field.text());
        for (Bytes value : values) {
            bytes(value);
        }
        json.writeEndArray();
    }

    void pairs(LineField field, List<WalRecord.Field> pairs) throws IOException {
        json.writeArrayFieldStart(field.text());
        for (WalRecord.Field pair : pairs) {
            json.writeStartArray();
            bytes(pair.field());
            bytes(pair.value());
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    void vector(LineField field, Bytes vector) throws IOException {
        json.writeFieldName(field.text());
        if (!finiteFloats(vector)) {
            base64(vector);
            return;
        }
        ByteBuffer floats = vector.buffer().order(ByteOrder.LITTLE_ENDIAN);
        json.writeStartArray();
        while (floats.hasRemaining()) {
            json.writeNumber(floats.getFloat());
        }
        json.writeEndArray();
    }

    private static boolean finiteFloats(Bytes vector) {
        if (vector.length() % Float.BYTES != 0) {
            return false;
        }
        ByteBuffer floats = vector.buffer().order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            if (!Float.isFinite(floats.getFloat())) {
                return false;
            }
        }
        return true;
    }

    private void bytes(Bytes value) throws IOException {
        try {
            json.writeString(utf8.decode(value.buffer()).toString());
        } catch (CharacterCodingException e) {
            base64(value);
        }
    }

    private void base64(Bytes value) throws IOException {
        json.writeStartObject();
        json.writeStringField(LineFields.BASE64, Base64.getEncoder().encodeToString(value.array()));
        json.writeEndObject();
    }
}
