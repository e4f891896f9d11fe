package dev.clew.server.feedback;

import dev.clew.server.ports.Records;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** One feedback record as people and interfaces see it. */
public record FeedbackView(
        String id,
        String kind,
        @Nullable Object value,
        @Nullable Instant observedTime,
        Instant reportedTime,
        String who,
        String whoName,
        @Nullable String channel,
        @Nullable Double confidence,
        @Nullable String supersedes,
        @Nullable String from,
        @Nullable String to,
        @Nullable String reason,
        @Nullable String text,
        @Nullable String appealState,
        @Nullable Long seq) {
    static FeedbackView of(Records.Stored stored, String who, String whoName, FeedbackContent content) {
        var override = content.override();
        return new FeedbackView(
                stored.id().dashed(),
                content.kind().text(),
                content.value(),
                content.observedMicros() == null ? null : time(content.observedMicros()),
                time(content.reportedMicros()),
                who,
                whoName,
                content.channel(),
                content.confidence(),
                content.supersedes() == null ? null : content.supersedes().dashed(),
                override == null ? null : override.from(),
                override == null ? null : override.to(),
                override == null ? null : override.reason(),
                content.text(),
                content.appealState(),
                stored.seq() < 0 ? null : stored.seq());
    }

    /** Without what may tell of a person. */
    public FeedbackView masked() {
        return new FeedbackView(
                id,
                kind,
                null,
                observedTime,
                reportedTime,
                who,
                whoName,
                channel,
                confidence,
                supersedes,
                from,
                to,
                null,
                null,
                appealState,
                seq);
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
