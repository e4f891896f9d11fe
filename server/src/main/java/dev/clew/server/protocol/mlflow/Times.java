package dev.clew.server.protocol.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Timestamp} and {@code Duration} as protobuf writes them in JSON, in milliseconds here. */
final class Times {
    private static final Pattern DURATION = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,9})?s");
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1_000);

    private Times() {}

    /** {@code 2025-04-15T08:49:18.699Z}. */
    static String timestamp(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    /** {@code 1.500s}. */
    static String duration(long millis) {
        return millis % 1_000 == 0
                ? millis / 1_000 + "s"
                : BigDecimal.valueOf(millis, 3).toPlainString() + "s";
    }

    static Optional<Long> timestamp(Message message, String name) {
        return text(message, name).map(text -> {
            try {
                return OffsetDateTime.parse(text).toInstant().toEpochMilli();
            } catch (DateTimeException | ArithmeticException e) {
                throw bad(message, name, "a time of RFC 3339 such as 2025-04-15T08:49:18.699Z");
            }
        });
    }

    static Optional<Long> duration(Message message, String name) {
        return text(message, name).map(text -> {
            if (!DURATION.matcher(text).matches()) {
                throw bad(message, name, "a number of seconds such as 1.5s");
            }
            return new BigDecimal(text.substring(0, text.length() - 1))
                    .multiply(THOUSAND)
                    .longValue();
        });
    }

    private static Optional<String> text(Message message, String name) {
        @Nullable JsonNode node = message.json(name);
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            throw bad(message, name, "a text");
        }
        return Optional.of(node.textValue());
    }

    private static RuntimeException bad(Message message, String name, String wanted) {
        return MlflowErrors.invalid("Invalid value %s for parameter '%s' supplied: It must be %s."
                .formatted(message.json(name), name, wanted));
    }
}
