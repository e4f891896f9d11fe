package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Lists that a tracking server gives page by page, and the shapes that all of its answers share. Thread-safe. */
record HttpPages(MlflowHttp http) {
    /** Takes the elements of one page. */
    interface Page extends Consumer<List<JsonNode>> {}

    /** Every page of a list that is asked for with a body. */
    void posted(String path, ObjectNode body, String list, Page sink) {
        String token;
        do {
            JsonNode page = http.post(path, body);
            sink.accept(elements(page.path(list)));
            token = page.path("next_page_token").asText("");
            body.put("page_token", token);
        } while (!token.isEmpty());
    }

    /** Every element of a list that is asked for by its address, which has a query already. */
    void got(String path, String list, Consumer<JsonNode> sink) {
        String token = "";
        do {
            JsonNode page = http.get(path + (token.isEmpty() ? "" : "&page_token=" + MlflowHttp.encoded(token)));
            page.path(list).forEach(sink);
            token = page.path("next_page_token").asText("");
        } while (!token.isEmpty());
    }

    static List<JsonNode> elements(JsonNode list) {
        var elements = new ArrayList<JsonNode>();
        list.forEach(elements::add);
        return elements;
    }

    static boolean isDeleted(JsonNode node) {
        return node.path("lifecycle_stage").asText().equals("deleted");
    }

    /** A list of {@code {key, value}}. */
    static Map<String, String> labels(JsonNode list) {
        var labels = new LinkedHashMap<String, String>();
        list.forEach(label ->
                labels.put(label.path("key").asText(), label.path("value").asText("")));
        return labels;
    }

    static double value(JsonNode value) {
        return value.isNumber() ? Numbers.unclamped(value.doubleValue()) : Numbers.parse(value.asText("0"));
    }
}
