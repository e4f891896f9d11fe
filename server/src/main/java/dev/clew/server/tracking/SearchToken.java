package dev.clew.server.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended: the sort key of its last run, so that inserts move nothing. Opaque to clients.
 *
 * @param part which part of the order it was in
 * @param values of the order's terms ({@code Double}, {@code Long}, {@code String} or null), without the tie-break
 */
record SearchToken(int part, List<@Nullable Object> values, long startTime, byte[] run) {
    String text() {
        var node = Json.MAPPER.createObjectNode();
        node.put("p", part).put("s", startTime).put("r", HexFormat.of().formatHex(run));
        var list = node.putArray("v");
        for (Object value : values) {
            switch (value) {
                case null -> list.addNull();
                case Double number -> list.add("d" + Double.doubleToLongBits(number));
                case Long number -> list.add("l" + number);
                default -> list.add("t" + value);
            }
        }
        try {
            return Base64.getEncoder().encodeToString(Json.MAPPER.writeValueAsBytes(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static SearchToken parse(String text, int valueCount) {
        try {
            JsonNode node = Json.MAPPER.readTree(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
            var values = new ArrayList<@Nullable Object>();
            for (JsonNode each : node.path("v")) {
                values.add(each.isNull() ? null : value(each.asText()));
            }
            byte[] run = HexFormat.of().parseHex(node.path("r").asText());
            if (run.length != 16
                    || values.size() > valueCount
                    || !node.path("s").isIntegralNumber()) {
                throw invalid(null);
            }
            return new SearchToken(
                    node.path("p").asInt(), values, node.path("s").asLong(), run);
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static Object value(String text) {
        String rest = text.isEmpty() ? "" : text.substring(1);
        return switch (text.isEmpty() ? ' ' : text.charAt(0)) {
            case 'd' -> Double.longBitsToDouble(Long.parseLong(rest));
            case 'l' -> Long.parseLong(rest);
            case 't' -> rest;
            default -> throw new IllegalArgumentException(text);
        };
    }

    static ClewException invalid(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "Invalid page token, pass the next_page_token of the page before with the same search.",
                cause);
    }
}
