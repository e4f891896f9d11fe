package dev.clew.server.access;

import dev.clew.server.ports.ScopeTree;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One role somebody holds, or held until it ended by itself.
 *
 * @param expiresAt null when it holds until it is taken back
 * @param ended whether that time is over, so that it gives nothing any more
 */
public record RoleGrantView(
        String id,
        String role,
        String title,
        String scope,
        @Nullable Instant expiresAt,
        boolean ended,
        String grantedBy,
        String grantedByName) {
    static RoleGrantView of(RoleGrant grant, ScopeTree tree, UnaryOperator<String> names, long nowMicros) {
        return new RoleGrantView(
                grant.uid().dashed(),
                grant.role().code(),
                grant.role().title(),
                tree.path(grant.scope()),
                grant.expiresAt() == null ? null : Instant.EPOCH.plus(grant.expiresAt(), ChronoUnit.MICROS),
                !grant.holdsAt(nowMicros),
                grant.grantedBy(),
                names.apply(grant.grantedBy()));
    }
}
