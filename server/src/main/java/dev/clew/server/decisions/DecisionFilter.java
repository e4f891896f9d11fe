package dev.clew.server.decisions;

import dev.clew.server.common.Uid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which decisions are wanted; what is null does not matter.
 *
 * @param workspace where the model is looked up
 * @param model name, together with the version
 * @param version number or alias
 * @param from first event time
 * @param to first event time that is too late
 */
public record DecisionFilter(
        int workspace,
        @Nullable String model,
        @Nullable String version,
        @Nullable Uid deployment,
        @Nullable String outcome,
        @Nullable Instant from,
        @Nullable Instant to) {}
