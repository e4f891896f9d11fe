package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;

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
            return Double.compare(a.doubleValue(), b.doubleValue());
        }
        if (a.isTextual() && b.isTextual()) {
            return byCodePoint(a.textValue(), b.textValue());
        }
        if (a.isBoolean() && b.isBoolean()) {
            return Boolean.compare(a.booleanValue(), b.booleanValue());
        }
        return a.getNodeType().compareTo(b.getNodeType());
    }

    private static int byCodePoint(String a, String b) {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        return java.util.Arrays.compare(left, right);
    }
}
