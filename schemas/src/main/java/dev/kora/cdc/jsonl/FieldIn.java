package dev.kora.cdc.jsonl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads the value of one field; the parser stands at its first token, and then at its last. */
final class FieldIn {
    private static final BigInteger MOST_UNSIGNED = new BigInteger(Long.toUnsignedString(-1));
    private static final int MAX_DIGITS = 20;

    private final JsonParser parser;
    private final LineField field;

    FieldIn(JsonParser parser, LineField field) {
        this.parser = parser;
        this.field = field;
    }

    String word() throws IOException {
        expect(JsonToken.VALUE_STRING, "a string");
        return parser.getText();
    }

    /** A whole number from 0 to {@code most}. */
    Long number(long most) throws IOException {
        return integer(BigInteger.valueOf(most)).longValue();
    }

    /** A whole number from 0 to the largest of 64 bits, which come back as they are. */
    Long unsigned() throws IOException {
        return integer(MOST_UNSIGNED).longValue();
    }

    private BigInteger integer(BigInteger most) throws IOException {
        String wanted = "a whole number from 0 to " + most;
        expect(JsonToken.VALUE_NUMBER_INT, wanted);
        String text = parser.getText();
        if (text.startsWith("-") || text.length() > MAX_DIGITS) {
            throw wrong(wanted);
        }
        BigInteger number = new BigInteger(text);
        if (number.compareTo(most) > 0) {
            throw wrong(wanted);
        }
        return number;
    }

    Bytes bytes() throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> text();
            case START_OBJECT -> base64();
            default -> throw wrong("a string or {\"base64\":\"…\"}");
        };
    }

    private Bytes text() throws IOException {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(parser.getText()));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return Bytes.of(bytes);
        } catch (CharacterCodingException e) {
            throw invalid(
                    "is no text, since half of a surrogate pair stands in it: give its bytes as {\"base64\":\"…\"}");
        }
    }

    private Bytes base64() throws IOException {
        String wanted = "a string or {\"base64\":\"…\"} and nothing else";
        if (parser.nextToken() != JsonToken.FIELD_NAME || !parser.currentName().equals(LineFields.BASE64)) {
            throw wrong(wanted);
        }
        parser.nextToken();
        expect(JsonToken.VALUE_STRING, wanted);
        String text = parser.getText();
        parser.nextToken();
        expect(JsonToken.END_OBJECT, wanted);
        try {
            return Bytes.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw invalid("holds no base64: " + e.getMessage());
        }
    }

    List<Bytes> list() throws IOException {
        expect(JsonToken.START_ARRAY, "an array of strings");
        List<Bytes> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(bytes());
        }
        return list;
    }

    List<WalRecord.Field> pairs() throws IOException {
        String wanted = "an array of [field, value]";
        expect(JsonToken.START_ARRAY, wanted);
        List<WalRecord.Field> pairs = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.START_ARRAY, wanted);
            parser.nextToken();
            Bytes name = bytes();
            parser.nextToken();
            pairs.add(new WalRecord.Field(name, bytes()));
            parser.nextToken();
            expect(JsonToken.END_ARRAY, wanted);
        }
        return pairs;
    }

    /** Numbers, as the little-endian bytes of the nearest floats, or the bytes themselves. */
    Bytes vector() throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return base64();
        }
        expect(JsonToken.START_ARRAY, "an array of numbers or {\"base64\":\"…\"}");
        ByteArrayOutputStream floats = new ByteArrayOutputStream();
        ByteBuffer one = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            floats.writeBytes(one.putFloat(0, number()).array());
        }
        return Bytes.of(floats.toByteArray());
    }

    private float number() throws IOException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
            throw wrong("an array of numbers or {\"base64\":\"…\"}");
        }
        // From the text, since a double in between would round twice.
        float number = Float.parseFloat(parser.getText());
        if (!Float.isFinite(number)) {
            throw invalid("holds " + parser.getText() + ", which is beyond a 32-bit float");
        }
        return number;
    }

    private void expect(JsonToken token, String wanted) throws IOException {
        if (parser.currentToken() != token) {
            throw wrong(wanted);
        }
    }

    private CdcException.Invalid wrong(String wanted) throws IOException {
        return invalid("must be " + wanted + ", where there is " + shown());
    }

    private String shown() throws IOException {
        JsonToken token = parser.currentToken();
        return token == null ? "nothing" : Bytes.utf8(parser.getText()).toString();
    }

    private CdcException.Invalid invalid(String what) {
        return new CdcException.Invalid("the field '" + field.text() + "' " + what);
    }
}
