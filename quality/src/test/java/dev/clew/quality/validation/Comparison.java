package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares JSON by value: keys in any order, numbers within 1e-9 relative, 1 and 1.0 and true alike. */
final class Comparison {
    private Comparison() {}

    /** Lists that Python leaves in the order of a set. */
    private static JsonNode sorted(JsonNode list) {
        List<JsonNode> members = new ArrayList<>();
        list.forEach(member -> members.add(doubles(member)));
        members.sort(Comparator.comparing(JsonNode::toString));
        return new ObjectMapper().valueToTree(members);
    }

    private static JsonNode doubles(JsonNode node) {
        if (node.isNumber()) {
            return new ObjectMapper().valueToTree(node.doubleValue());
        }
        if (node.isArray()) {
            List<JsonNode> members = new ArrayList<>();
            node.forEach(member -> members.add(doubles(member)));
            return new ObjectMapper().valueToTree(members);
        }
        if (node.isObject()) {
            var members = new TreeMap<String, JsonNode>();
            node.properties().forEach(field -> members.put(field.getKey(), doubles(field.getValue())));
            return new ObjectMapper().valueToTree(members);
        }
        return node;
    }

    /** Where two documents first differ, or null. */
    static String first(JsonNode expected, JsonNode found) {
        return first("", expected, found);
    }

    private static String first(String path, JsonNode expected, JsonNode found) {
        if (expected.isObject() && found.isObject()) {
            var names = new TreeSet<String>();
            expected.fieldNames().forEachRemaining(names::add);
            found.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                // A NaN equals no other in Python, so such values are counted one by one there, or not at all.
                if (name.equals("partial_unexpected_counts")
                        && (expected.path("partial_unexpected_list").toString().contains("null")
                                || expected.path("unexpected_list").toString().contains("null"))) {
                    continue;
                }
                if (!expected.has(name) || !found.has(name)) {
                    return path + "/" + name + (expected.has(name) ? " is missing here" : " is only here");
                }
                boolean set = name.equals("partial_missing_list");
                String inner = first(
                        path + "/" + name,
                        set ? sorted(expected.get(name)) : expected.get(name),
                        set ? sorted(found.get(name)) : found.get(name));
                if (inner != null) {
                    return inner;
                }
            }
            return null;
        }
        if (expected.isArray() && found.isArray()) {
            if (expected.size() != found.size()) {
                return path + " has " + found.size() + " members here, " + expected.size() + " there";
            }
            for (int i = 0; i < expected.size(); i++) {
                String inner = first(path + "/" + i, expected.get(i), found.get(i));
                if (inner != null) {
                    return inner;
                }
            }
            return null;
        }
        if (expected.isNumber() && found.isNumber()) {
            double a = expected.doubleValue();
            double b = found.doubleValue();
            return Math.abs(a - b) <= Math.max(1e-9 * Math.abs(a), 1e-12) ? null : path + " " + b + " instead of " + a;
        }
        // pandas writes a missing time inside a row as the text NaT.
        return expected.equals(found) || found.isNull() && expected.asText().equals("NaT")
                ? null
                : path + " " + found + " instead of " + expected;
    }
}
