package dev.clew.server.access;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/** A role somebody holds in a scope and everything below it, until it expires. */
record RoleGrant(
        Uid uid,
        String holder,
        Role role,
        int scope,
        @Nullable Long expiresAt,
        String grantedBy,
        long grantedAt) {
    static final Table<RoleGrant> GRANTS = Table.<RoleGrant>state("role_grant")
            .key(1, "role_grant", BLOB, row -> row.uid().bytes())
            .column(2, "holder", TEXT, RoleGrant::holder)
            .column(3, "role", TEXT, row -> row.role().code())
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "expires_at", INTEGER, RoleGrant::expiresAt)
            .column(6, "granted_by", TEXT, RoleGrant::grantedBy)
            .column(7, "granted_at", INTEGER, RoleGrant::grantedAt)
            .index("ofHolder", "holder")
            .index("ofRole", "role")
            .reads(row -> new RoleGrant(
                    row.uid("role_grant"),
                    row.text("holder"),
                    Role.parse(row.text("role")),
                    (int) row.integer("scope"),
                    row.integerOrNull("expires_at"),
                    row.text("granted_by"),
                    row.integer("granted_at")));

    static final Index<RoleGrant> OF_HOLDER = GRANTS.index("ofHolder");
    static final Index<RoleGrant> OF_ROLE = GRANTS.index("ofRole");

    /** The same role, given again. */
    RoleGrant again(RoleGrant later) {
        return new RoleGrant(uid, holder, role, scope, later.expiresAt(), later.grantedBy(), later.grantedAt());
    }

    boolean holdsAt(long micros) {
        return expiresAt == null || micros < expiresAt;
    }
}
