package dev.kora.cdc.schema;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.function.Function;

/** The names that stand in values, as bytes made once. */
final class WireNames {
    static final int MAX_OP_SIZE = 13;

    private static final EnumMap<Op, Bytes> OPS = bytes(Op.class, Op::name);
    private static final EnumMap<RowKind, Bytes> KINDS = bytes(RowKind.class, RowKind::text);
    private static final EnumMap<ValueType, Bytes> TYPES = bytes(ValueType.class, ValueType::text);

    private WireNames() {}

    static Bytes of(Op op) {
        return requireNonNull(OPS.get(op));
    }

    static Bytes of(RowKind kind) {
        return requireNonNull(KINDS.get(kind));
    }

    static Bytes of(ValueType type) {
        return requireNonNull(TYPES.get(type));
    }

    private static <T extends Enum<T>> EnumMap<T, Bytes> bytes(Class<T> type, Function<T, String> name) {
        EnumMap<T, Bytes> names = new EnumMap<>(type);
        for (T value : type.getEnumConstants()) {
            names.put(value, Bytes.utf8(name.apply(value)));
        }
        return names;
    }
}
