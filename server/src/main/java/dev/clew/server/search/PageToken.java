package dev.clew.server.search;

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
 * Where a page ended: values of a sort key, so that inserts move nothing. Opaque to clients.
 *
 * @param values {@code Double}, {@code Long}, {@code String}, {@code byte[]} or null
 */
public record PageToken(List<@Nullable Object> values) {
    private static final int MAX_LENGTH = 65_536;

    /** Base64 of JSON. */
    public String text() {
        var list = Json.MAPPER.createArrayNode();
        for (Object value : values) {
            switch (value) {
                case null -> list.addNull();
                case Double number -> list.add("d" + Double.doubleToLongBits(number));
                case Long number -> list.add("l" + number);
                case byte[] bytes -> list.add("b" + HexFormat.of().formatHex(bytes));
                default -> list.add("t" + value);
            }
        }
        try {
            return Base64.getEncoder().encodeToString(Json.MAPPER.writeValueAsBytes(list));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws ClewException INVALID_ARGUMENT unless {@link #text} made it */
    public static PageToken parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid(null);
        }
        try {
            JsonNode node = Json.MAPPER.readTree(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
            if (!node.isArray()) {
                throw invalid(null);
            }
            var values = new ArrayList<@Nullable Object>();
            for (JsonNode each : node) {
                values.add(each.isNull() ? null : value(each.asText()));
            }
            return new PageToken(values);
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    private static Object value(String text) {
        String rest = text.isEmpty() ? "" : text.substring(1);
        return switch (text.isEmpty() ? ' ' : text.charAt(0)) {
            case 'd' -> Double.longBitsToDouble(Long.parseLong(rest));
            case 'l' -> Long.parseLong(rest);
            case 'b' -> HexFormat.of().parseHex(rest);
            case 't' -> rest;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** The refusal of a token that belongs to no such search. */
    public static ClewException invalid(@Nullable Throwable cause) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "Invalid page token, pass the next_page_token of the page before with the same search.",
                cause);
    }
}
