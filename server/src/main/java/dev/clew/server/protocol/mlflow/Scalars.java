package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import java.util.regex.Pattern;

/** Single values as proto2-JSON has them. {@code path} is how an error names the field. */
final class Scalars {
    private static final String SEE_DOCS = "See the API docs for more information about request parameters.";
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,19}");
    private static final Pattern DOUBLE = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final int MAX_SHOWN = 1_000;

    private Scalars() {}

    static ClewException missing(String path) {
        return MlflowErrors.invalid("Missing value for required parameter '%s'. %s".formatted(path, SEE_DOCS));
    }

    static ClewException wrongType(String path, JsonNode value) {
        return MlflowErrors.invalid("Invalid value %s for parameter '%s' supplied:  Hint: Value was of type '%s'. %s"
                .formatted(shown(value), path, pythonType(value), SEE_DOCS));
    }

    static String text(String path, JsonNode node) {
        if (!node.isTextual()) {
            throw wrongType(path, node);
        }
        return Checks.storable(path, node.textValue());
    }

    static String id(String path, JsonNode node) {
        return node.isIntegralNumber() ? node.asText() : text(path, node);
    }

    static long integer(String path, JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isFloatingPointNumber()) {
            double value = node.doubleValue();
            if (value == Math.rint(value) && Math.abs(value) < 0x1p63) {
                return (long) value;
            }
        }
        if (node.isTextual() && INTEGER.matcher(node.textValue()).matches()) {
            try {
                return Long.parseLong(node.textValue());
            } catch (NumberFormatException e) {
                throw wrongType(path, node);
            }
        }
        throw wrongType(path, node);
    }

    static double number(String path, JsonNode node) {
        if (node.isNumber()) {
            return node.doubleValue() + 0.0;
        }
        if (node.isTextual()) {
            String text = node.textValue();
            switch (text) {
                case "NaN" -> {
                    return Double.NaN;
                }
                case "Infinity" -> {
                    return Double.POSITIVE_INFINITY;
                }
                case "-Infinity" -> {
                    return Double.NEGATIVE_INFINITY;
                }
                default -> {
                    if (text.length() <= MAX_SHOWN && DOUBLE.matcher(text).matches()) {
                        return Double.parseDouble(text) + 0.0;
                    }
                }
            }
        }
        throw wrongType(path, node);
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    private static String pythonType(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING, BINARY -> "str";
            case NUMBER -> value.isIntegralNumber() ? "int" : "float";
            case ARRAY -> "list";
            case OBJECT, POJO -> "dict";
            case BOOLEAN -> "bool";
            case NULL, MISSING -> "NoneType";
        };
    }
}
