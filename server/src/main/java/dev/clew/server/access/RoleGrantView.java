package dev.clew.server.access;

import dev.clew.server.ports.ScopeTree;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One role somebody holds. */
public record RoleGrantView(
        String id,
        String role,
        String title,
        String scope,
        @Nullable Instant expiresAt,
        String grantedBy,
        String grantedByName) {
    static RoleGrantView of(RoleGrant grant, ScopeTree tree, UnaryOperator<String> names) {
        return new RoleGrantView(
                grant.uid().dashed(),
                grant.role().code(),
                grant.role().title(),
                tree.path(grant.scope()),
                grant.expiresAt() == null ? null : Instant.EPOCH.plus(grant.expiresAt(), ChronoUnit.MICROS),
                grant.grantedBy(),
                names.apply(grant.grantedBy()));
    }
}
