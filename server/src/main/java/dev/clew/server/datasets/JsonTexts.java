package dev.clew.server.datasets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Small collections as JSON texts of columns: keys sorted, so that equal collections are equal texts. */
final class JsonTexts {
    private JsonTexts() {}

    static String write(Map<String, String> texts) {
        var node = Json.MAPPER.createObjectNode();
        new TreeMap<>(texts).forEach(node::put);
        return node.toString();
    }

    static Map<String, String> read(String json) {
        var texts = new TreeMap<String, String>();
        tree(json)
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().textValue()));
        return texts;
    }

    static String numbers(List<Long> numbers) {
        var node = Json.MAPPER.createArrayNode();
        numbers.forEach(node::add);
        return node.toString();
    }

    static List<Long> numbers(String json) {
        var numbers = new ArrayList<Long>();
        tree(json).forEach(each -> numbers.add(each.longValue()));
        return numbers;
    }

    static JsonNode tree(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A column of JSON holds none", e);
        }
    }
}
