package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of a table as JSON. */
final class Values {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Values() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    /** Numbers, texts, booleans, times in ISO 8601; NaN and infinities are null, as JSON has none. */
    static JsonNode json(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case JsonNode node -> node;
            case Boolean flag -> NODES.booleanNode(flag);
            case Double number -> Double.isFinite(number) ? NODES.numberNode(number) : NODES.nullNode();
            case Float number -> Float.isFinite(number) ? NODES.numberNode((double) number) : NODES.nullNode();
            case Integer number -> NODES.numberNode(number);
            case Short number -> NODES.numberNode(number);
            case Byte number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case BigInteger number -> NODES.numberNode(number);
            case BigDecimal number -> NODES.numberNode(number.doubleValue());
            case java.sql.Timestamp time -> NODES.textNode(iso(time.toLocalDateTime()));
            case LocalDateTime time -> NODES.textNode(iso(time));
            case OffsetDateTime time ->
                NODES.textNode(iso(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()) + "+00:00");
            case java.sql.Date day -> NODES.textNode(day.toLocalDate().toString());
            case LocalDate day -> NODES.textNode(day.toString());
            case List<?> list -> {
                var array = NODES.arrayNode();
                list.forEach(each -> array.add(json(each)));
                yield array;
            }
            default -> NODES.textNode(value.toString());
        };
    }

    /** Python's {@code isoformat}: seconds always, a fraction of six digits if there is one. */
    private static String iso(LocalDateTime time) {
        return time.format(DateTimeFormatter.ofPattern(
                time.getNano() == 0 ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.SSSSSS"));
    }

    static long count(@Nullable Object value) {
        return value == null ? 0 : ((Number) value).longValue();
    }

    /** The number behind a value, NaN for null. */
    static double number(@Nullable Object value) {
        return switch (value) {
            case null -> Double.NaN;
            case Number number -> number.doubleValue();
            case Boolean flag -> flag ? 1 : 0;
            default ->
                throw new NotJudged("A number is needed, and a value is a %s; ask for numbers."
                        .formatted(value.getClass().getSimpleName()));
        };
    }
}
