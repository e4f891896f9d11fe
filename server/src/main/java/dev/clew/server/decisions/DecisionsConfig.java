package dev.clew.server.decisions;

import java.time.Duration;

/** Settings {@code decisions.*}: decisions older than {@code late} at their receipt are flagged. */
public record DecisionsConfig(Duration late) {
    public static final DecisionsConfig DEFAULTS = new DecisionsConfig(Duration.ofDays(400));
}
