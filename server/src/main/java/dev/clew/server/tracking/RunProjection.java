package dev.clew.server.tracking;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of found runs is read, beside the runs themselves.
 *
 * @param metricKeys only the latest values of these; null for all
 * @param paramKeys only these parameters; null for all
 * @param tagKeys only these tags; null for all
 */
public record RunProjection(
        Set<Part> parts,
        @Nullable Set<String> metricKeys,
        @Nullable Set<String> paramKeys,
        @Nullable Set<String> tagKeys) {
    /** Everything. */
    public static final RunProjection ALL = new RunProjection(EnumSet.allOf(Part.class), null, null, null);

    /** Kinds of things that a run logged. */
    public enum Part {
        METRICS,
        PARAMS,
        TAGS,
        INPUTS,
        /** Logged models that it read or made. */
        MODELS
    }

    boolean reads(Part part) {
        return parts.contains(part);
    }
}
