package dev.clew.server.spans;

/** Words that clients match on. */
public final class SpanTexts {
    private SpanTexts() {}

    public static String unknownTrace(String id) {
        return "Trace with ID '%s' not found.".formatted(id);
    }

    static String tooManyLabels(String id) {
        return "Trace with ID '%s' would have more than %d tags or metadata; remove some first."
                .formatted(id, TraceDocument.MAX_LABELS);
    }

    static String unknownTag(String key, String id) {
        return "No trace tag with key '%s' for trace with ID '%s'".formatted(key, id);
    }

    public static String unknownAssessment(String id, String trace) {
        return "Assessment with ID '%s' not found for trace '%s'".formatted(id, trace);
    }

    static String takenAssessment(String id) {
        return "Assessment ID '%s' belongs to another trace; leave it out to have one given.".formatted(id);
    }
}
