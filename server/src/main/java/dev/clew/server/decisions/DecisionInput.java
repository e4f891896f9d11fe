package dev.clew.server.decisions;

import dev.clew.server.common.Uid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One decision as a client sent it, parsed and checked for shape, before names are resolved. Mutable while the parser fills it,
 * confined to its request.
 */
final class DecisionInput {
    /** Fields 22 of the body, by number. */
    static final List<String> DECISIVE = List.of("model", "rule", "override", "fallback");

    static final List<String> STATUS = List.of("ok", "error", "timeout", "fallback", "no_response");
    static final List<String> SOURCES = List.of("api", "otlp", "kserve", "bulk", "batch-score");

    @Nullable
    String clientId;

    @Nullable
    Long eventMicros;

    @Nullable
    Uid deployment;

    @Nullable
    String endpoint;

    @Nullable
    String model;

    @Nullable
    String version;

    /** Of the features; the same list as that of the item before when the names are the same. */
    List<String> names = List.of();

    List<@Nullable Object> values = List.of();

    @Nullable
    String outcome;

    @Nullable
    Double score;

    final List<String> scoreNames = new ArrayList<>();
    final List<Double> scoreValues = new ArrayList<>();

    @Nullable
    String label;

    @Nullable
    Double threshold;

    final List<String> rules = new ArrayList<>();

    @Nullable
    Uid policy;

    @Nullable
    String policyVersion;

    @Nullable
    String subjectNamespace;

    @Nullable
    String subjectId;

    final List<String> protectedNames = new ArrayList<>();
    final List<Object> protectedValues = new ArrayList<>();

    @Nullable
    String requestId;

    @Nullable
    Long row;

    byte @Nullable [] traceId;

    @Nullable
    Uid parent;

    @Nullable
    Uid caseId;

    int status;

    @Nullable
    String error;

    @Nullable
    Long latencyMicros;

    @Nullable
    Integer decisive;

    @Nullable
    Human human;

    boolean shadow;
    int source;

    @Nullable
    String legalBasis;

    @Nullable
    String retention;

    @Nullable
    Double weight;

    /** What is wrong with this item, in words; null while nothing is. */
    @Nullable
    String problem;

    /** Who took part in the decision, by the client's word. */
    record Human(
            @Nullable String reviewer,
            @Nullable String action,
            @Nullable String reason,
            @Nullable Long micros) {}
}
