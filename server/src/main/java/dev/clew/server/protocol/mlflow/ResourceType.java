package dev.clew.server.protocol.mlflow;

import dev.clew.server.access.Role;
import dev.clew.server.common.Permission;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What MLflow gives permissions on. Of things that are not served here nobody has any. */
enum ResourceType {
    ASSESSMENT(Part.RUNS),
    EXPERIMENT(Part.RUNS),
    GATEWAY_ENDPOINT(Part.NONE),
    GATEWAY_MODEL_DEFINITION(Part.NONE),
    GATEWAY_SECRET(Part.NONE),
    LOGGED_MODEL(Part.RUNS),
    MCP_SERVER(Part.NONE),
    MCP_SERVER_VERSION(Part.NONE),
    PROMPT(Part.MODELS),
    PROMPT_VERSION(Part.MODELS),
    REGISTERED_MODEL(Part.MODELS),
    REGISTERED_MODEL_VERSION(Part.MODELS),
    REVIEW_QUEUE(Part.NONE),
    RUN(Part.RUNS),
    SCORER(Part.NONE),
    SCORER_VERSION(Part.NONE),
    TRACE(Part.RUNS);

    private enum Part {
        RUNS,
        MODELS,
        NONE
    }

    private final Part part;

    ResourceType(Part part) {
        this.part = part;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws dev.clew.server.common.ClewException INVALID_ARGUMENT in MLflow's words */
    static ResourceType parse(String text) {
        if (text.equals("workspace")) {
            throw MlflowErrors.invalid(
                    "resource_type 'workspace' is not supported by the per-user permission convenience APIs. Use set_workspace_permission / delete_workspace_permission for workspace-wide grants.");
        }
        return Arrays.stream(values())
                .filter(type -> type.text().equals(text))
                .findFirst()
                .orElseThrow(() -> MlflowErrors.invalid(
                        "Invalid resource type '%s'. Valid resource types are: %s".formatted(text, names())));
    }

    private static String names() {
        return Arrays.stream(values())
                .map(type -> "'" + type.text() + "'")
                .collect(Collectors.joining(", ", "(", ", 'workspace')"));
    }

    /** Those that lists of permissions name. */
    static List<ResourceType> shown() {
        return List.of(EXPERIMENT, REGISTERED_MODEL, PROMPT);
    }

    boolean isServed() {
        return part != Part.NONE;
    }

    /** Whether it stands for the registry rather than for experiments and what is in them. */
    boolean isOfRegistry() {
        return part == Part.MODELS;
    }

    List<Permission> reads() {
        return switch (part) {
            case RUNS -> List.of(Permission.EXPERIMENT_READ, Permission.RUN_READ);
            case MODELS -> List.of(Permission.MODEL_READ);
            case NONE -> List.of();
        };
    }

    List<Permission> edits() {
        return switch (part) {
            case RUNS -> List.of(Permission.EXPERIMENT_WRITE, Permission.RUN_WRITE, Permission.ARTIFACT_WRITE);
            case MODELS -> List.of(Permission.MODEL_REGISTER, Permission.MODEL_WRITE);
            case NONE -> List.of();
        };
    }

    /** The smallest role that edits such things. */
    Role editor() {
        return isOfRegistry() ? Role.DS : Role.DE;
    }
}
