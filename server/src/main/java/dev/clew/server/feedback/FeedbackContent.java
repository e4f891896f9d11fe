package dev.clew.server.feedback;

import dev.clew.server.common.FieldMap;
import dev.clew.server.common.Uid;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a feedback record's sealed body says ({@code feedback/1}).
 *
 * @param value text, number, truth value, or null
 * @param override from, to and reason code of an override
 * @param appealState {@code opened}, {@code under_review}, {@code upheld}, {@code partly} or {@code rejected}
 */
record FeedbackContent(
        FeedbackKind kind,
        @Nullable Object value,
        @Nullable Long observedMicros,
        long reportedMicros,
        @Nullable String channel,
        byte @Nullable [] evidence,
        @Nullable Double confidence,
        @Nullable Uid supersedes,
        @Nullable Replacement override,
        @Nullable String text,
        @Nullable String labelSchema,
        @Nullable String clientId,
        @Nullable String appealState) {
    static final String MEDIA_TYPE = "feedback/1";

    record Replacement(
            @Nullable String from,
            @Nullable String to,
            @Nullable String reason) {}

    byte[] encode(boolean withReported) {
        return new FieldMap()
                .put(1, (long) kind.ordinal())
                .put(2, value)
                .put(3, observedMicros)
                .put(4, withReported ? reportedMicros : null)
                .put(5, channel)
                .put(6, evidence)
                .put(7, confidence)
                .put(8, supersedes)
                .put(9, override == null ? null : Arrays.asList(override.from(), override.to(), override.reason()))
                .put(10, text)
                .put(11, labelSchema)
                .put(12, clientId)
                .put(13, appealState)
                .toBytes();
    }

    static FeedbackContent decode(byte[] body) {
        Map<Long, Object> map = FieldMap.read(body);
        List<@Nullable Object> override = FieldMap.list(map.get(9L));
        return new FeedbackContent(
                FeedbackKind.values()[(int) FieldMap.longOf(map, 1, 0)],
                map.get(2L),
                (Long) map.get(3L),
                FieldMap.longOf(map, 4, 0),
                (String) map.get(5L),
                (byte[]) map.get(6L),
                (Double) map.get(7L),
                FieldMap.uid(map.get(8L)),
                override.size() < 3
                        ? null
                        : new Replacement((String) override.get(0), (String) override.get(1), (String) override.get(2)),
                (String) map.get(10L),
                (String) map.get(11L),
                (String) map.get(12L),
                (String) map.get(13L));
    }
}
