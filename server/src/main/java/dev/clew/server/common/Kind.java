package dev.clew.server.common;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The closed list of things a record can be about. Numbers are stored and never reused; names stand in leaves and references. */
public enum Kind {
    EXPERIMENT(1, "experiment"),
    RUN(2, "run"),
    LOGGED_MODEL(3, "logged-model"),
    ARTIFACT(4, "artifact"),
    MODEL(5, "model"),
    MODEL_VERSION(6, "model-version"),
    DATASET(7, "dataset"),
    DATASET_VERSION(8, "dataset-version"),
    FIELD(9, "field"),
    JOB(10, "job"),
    JOB_RUN(11, "job-run"),
    COMMIT(12, "commit"),
    PATCH(13, "patch"),
    ENVIRONMENT(14, "environment"),
    IMAGE(15, "image"),
    CI_RUN(16, "ci-run"),
    DEPLOYMENT(17, "deployment"),
    ENDPOINT(18, "endpoint"),
    APPROVAL(19, "approval"),
    POLICY(20, "policy"),
    /** Virtual: decisions, explanations and feedback have no node rows; traces synthesise them from their records. */
    DECISION(21, "decision"),
    EXPLANATION(22, "explanation"),
    FEEDBACK(23, "feedback"),
    VALIDATION(24, "validation"),
    REPORT(25, "report"),
    CONTROL(26, "control"),
    EVIDENCE(27, "evidence"),
    /** Lives in the vault only: never a node, never in a leaf. */
    SUBJECT(28, "subject"),
    PRINCIPAL(29, "principal"),
    KEY(30, "key"),
    /** Virtual: a traced call of a program; its hops are read from its row. */
    TRACE(31, "trace");

    private static final Map<String, Kind> BY_TEXT =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Kind::text, Function.identity()));
    private static final Map<Integer, Kind> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Kind::number, Function.identity()));

    private final int number;
    private final String text;

    Kind(int number, String text) {
        this.number = number;
        this.text = text;
    }

    public int number() {
        return number;
    }

    /** As it stands in leaves and in {@code kind:id}. */
    public String text() {
        return text;
    }

    public boolean isVirtual() {
        return this == DECISION || this == EXPLANATION || this == FEEDBACK || this == TRACE;
    }

    public static Optional<Kind> parse(String text) {
        return Optional.ofNullable(BY_TEXT.get(text));
    }

    public static Kind of(int number) {
        Kind kind = BY_NUMBER.get(number);
        if (kind == null) {
            throw new IllegalArgumentException("No kind has number " + number);
        }
        return kind;
    }
}
