package dev.clew.server.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended: the sort key of its last row, so that inserts move nothing. Opaque to clients.
 *
 * @param order the terms it was ordered by; the next page must ask for the same
 * @param values one a term, {@code String} or {@code Long}
 */
record PageToken(String order, List<Object> values) {
    String text() {
        var node = Json.MAPPER.createObjectNode();
        node.put("o", order);
        var list = node.putArray("v");
        for (Object value : values) {
            if (value instanceof Long number) {
                list.add(number);
            } else {
                list.add((String) value);
            }
        }
        try {
            return Base64.getEncoder().encodeToString(Json.MAPPER.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static PageToken parse(String text) {
        try {
            JsonNode node = Json.MAPPER.readTree(Base64.getDecoder().decode(text));
            var values = new ArrayList<>();
            for (JsonNode value : node.path("v")) {
                values.add(value.isIntegralNumber() ? value.longValue() : value.asText());
            }
            return new PageToken(node.path("o").asText(), List.copyOf(values));
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    static ClewException invalid(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "Invalid page token, pass the next_page_token of the page before with the same search.",
                cause);
    }
}
