package dev.clew.server.decisions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types of features, and the values that stand for them in a body: double, long, boolean, text, long (µs), list of doubles. */
public enum FeatureType {
    DOUBLE,
    BIGINT,
    BOOLEAN,
    VARCHAR,
    TIMESTAMP,
    DOUBLE_LIST;

    /** The text form in schemas: {@code DOUBLE[]} for lists. */
    public String text() {
        return this == DOUBLE_LIST ? "DOUBLE[]" : name();
    }

    public static @Nullable FeatureType parse(String text) {
        for (FeatureType type : values()) {
            if (type.text().equals(text)) {
                return type;
            }
        }
        return null;
    }

    /** The type a value has by itself, when no schema says otherwise. Integers are DOUBLE: a later row may bring a fraction. */
    static FeatureType of(Object value) {
        return switch (value) {
            case Boolean _ -> BOOLEAN;
            case String _ -> VARCHAR;
            case List<?> _ -> DOUBLE_LIST;
            default -> DOUBLE;
        };
    }

    /** The value as this type, or null when it is of another type. Integers widen to doubles; −0.0 becomes 0.0. */
    @Nullable
    Object coerce(Object value) {
        return switch (this) {
            case DOUBLE ->
                value instanceof Double number && number != 0
                        ? number
                        : value instanceof Number number ? (Object) (number.doubleValue() + 0.0) : null;
            case BIGINT, TIMESTAMP -> value instanceof Long ? value : null;
            case BOOLEAN -> value instanceof Boolean ? value : null;
            case VARCHAR -> value instanceof String ? value : null;
            case DOUBLE_LIST -> value instanceof List<?> ? value : null;
        };
    }
}
