package dev.clew.server.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Stages of MLflow, kept for its clients; aliases have taken their place. */
public enum Stage {
    NONE("None"),
    STAGING("Staging"),
    PRODUCTION("Production"),
    ARCHIVED("Archived");

    /** Stages of versions in use: the others of such a stage may be archived when one moves there. */
    static final List<Stage> ACTIVE = List.of(STAGING, PRODUCTION);

    private final String text;

    Stage(String text) {
        this.text = text;
    }

    /** As clients see it. */
    public String text() {
        return text;
    }

    boolean isActive() {
        return ACTIVE.contains(this);
    }

    static Stage of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
    }

    /** In any case. */
    static Optional<Stage> parse(String text) {
        return Arrays.stream(values())
                .filter(stage -> stage.text.equalsIgnoreCase(text))
                .findFirst();
    }

    static String list() {
        return Arrays.stream(values()).map(Stage::text).collect(Collectors.joining(", "));
    }
}
