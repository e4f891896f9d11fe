package dev.clew.server.tracking;

import java.util.Optional;

/** States of a run; the numbers are those of MLflow's protocol. */
public enum RunStatus {
    RUNNING(1),
    SCHEDULED(2),
    FINISHED(3),
    FAILED(4),
    KILLED(5);

    private final int number;

    RunStatus(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    static RunStatus of(int number) {
        return values()[number - 1];
    }

    public static Optional<RunStatus> parse(String text) {
        for (RunStatus status : values()) {
            if (status.name().equals(text) || Integer.toString(status.number).equals(text)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
