package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;

/** An order of JSON values of one kind: false before true, numbers by size, texts by code point, lists by their first difference. */
final class Ordering {
    private Ordering() {}

    static int compare(JsonNode a, JsonNode b) {
        if (a.isArray() && b.isArray()) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                int order = compare(a.get(i), b.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return a.size() - b.size();
        }
        if (a.isNumber() && b.isNumber()) {
            return compareNumbers(a.numberValue(), b.numberValue());
        }
        if (a.isTextual() && b.isTextual()) {
            return byCodePoint(a.textValue(), b.textValue());
        }
        if (a.isBoolean() && b.isBoolean()) {
            return Boolean.compare(a.booleanValue(), b.booleanValue());
        }
        return a.getNodeType().compareTo(b.getNodeType());
    }

    /** Whole numbers exactly, also beyond 2⁵³; all else as doubles, −0 being 0. */
    static int compareNumbers(Number a, Number b) {
        if (isWhole(a) || isWhole(b)) {
            double left = a.doubleValue();
            double right = b.doubleValue();
            if (Double.isFinite(left) && Double.isFinite(right)) {
                return exact(a).compareTo(exact(b));
            }
        }
        return Double.compare(a.doubleValue() + 0.0, b.doubleValue() + 0.0);
    }

    private static boolean isWhole(Number number) {
        return number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte
                || number instanceof BigInteger;
    }

    private static BigDecimal exact(Number number) {
        return switch (number) {
            case BigInteger whole -> new BigDecimal(whole);
            case BigDecimal decimal -> decimal;
            default -> isWhole(number) ? BigDecimal.valueOf(number.longValue()) : new BigDecimal(number.doubleValue());
        };
    }

    private static int byCodePoint(String a, String b) {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        return java.util.Arrays.compare(left, right);
    }
}
