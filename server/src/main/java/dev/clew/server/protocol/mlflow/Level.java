package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.ports.Right;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** MLflow's permissions, weakest first, as they follow from the rights that somebody has here. */
enum Level {
    NO_PERMISSIONS,
    READ,
    USE,
    EDIT,
    MANAGE,
    DENY;

    static Optional<Level> named(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equals(name))
                .findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Level::name).toList();
    }

    /**
     * The level of whoever has these rights. Nobody has MANAGE by one role: who gives rights here does not use them.
     *
     * @param rights bit set of {@link Right} by permission
     */
    static Level of(ResourceType type, ToIntFunction<Permission> rights) {
        if (!holds(type.reads(), rights)) {
            return NO_PERMISSIONS;
        }
        if (!holds(List.of(Permission.ARTIFACT_READ), rights)) {
            return READ;
        }
        if (!holds(type.edits(), rights)) {
            return USE;
        }
        return holds(List.of(Permission.ROLE_GRANT), rights) ? MANAGE : EDIT;
    }

    private static boolean holds(List<Permission> permissions, ToIntFunction<Permission> rights) {
        return !permissions.isEmpty()
                && permissions.stream()
                        .allMatch(permission -> (rights.applyAsInt(permission) & Right.ALLOWED.bit()) != 0);
    }
}
