package dev.kora.cdc.schema;

import org.apache.avro.Schema;

/**
 * Checks that bytes are exactly one value of a schema before Avro's own decoder sees them, which would allocate by any
 * length it finds.
 */
final class AvroStructure {
    /** A schema that refers to itself would otherwise let a few bytes nest without bound. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_ELEMENTS = 2 * Limits.ELEMENTS;

    private final AvroIn in;
    private int elementsLeft = MAX_ELEMENTS;

    private AvroStructure(AvroIn in) {
        this.in = in;
    }

    /** @throws CdcException.Corrupt the bytes are anything but one value of this schema */
    static void check(Schema schema, Bytes body) {
        AvroIn in = new AvroIn(body);
        new AvroStructure(in).value(schema, schema.getName(), 0);
        in.end();
    }

    private void value(Schema schema, String field, int depth) {
        if (depth > MAX_DEPTH) {
            throw new CdcException.Corrupt("'%s' is nested deeper than %d".formatted(field, MAX_DEPTH));
        }
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> in.skip(1, field);
            case INT -> in.readInt(field);
            case LONG -> in.readLong(field);
            case FLOAT -> in.skip(Float.BYTES, field);
            case DOUBLE -> in.skip(Double.BYTES, field);
            case BYTES, STRING -> in.skip(in.readLength(field), field);
            case FIXED -> in.skip(schema.getFixedSize(), field);
            case ENUM -> index(schema.getEnumSymbols().size(), field);
            case UNION -> value(schema.getTypes().get(index(schema.getTypes().size(), field)), field, depth + 1);
            case ARRAY -> array(schema.getElementType(), field, depth, false);
            case MAP -> array(schema.getValueType(), field, depth, true);
            case RECORD -> {
                for (Schema.Field part : schema.getFields()) {
                    value(part.schema(), part.name(), depth + 1);
                }
            }
        }
    }

    private int index(int size, String field) {
        int index = in.readInt(field);
        if (index < 0 || index >= size) {
            throw new CdcException.Corrupt("'%s' has branch or symbol %d of %d".formatted(field, index, size));
        }
        return index;
    }

    private void array(Schema element, String field, int depth, boolean named) {
        AvroIn.Block block = in.readBlock(field, elementsLeft);
        while (block.count() > 0) {
            elementsLeft -= block.count();
            for (int i = 0; i < block.count(); i++) {
                if (named) {
                    in.skip(in.readLength(field), field);
                }
                value(element, field, depth + 1);
            }
            in.endBlock(block, field);
            block = in.readBlock(field, elementsLeft);
        }
    }
}
