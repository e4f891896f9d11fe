package dev.clew.server.access;

import dev.clew.server.common.Uid;
import dev.clew.server.storage.Database;
import java.util.List;
import java.util.Optional;

/** Reads of principals, grants and tokens; each at most 100 000 rows, as access keeps them all in memory. */
final class AccessStore {
    private static final String PRINCIPAL = "principal, id, login, state, owner, password, created_at, created_by";
    private static final String GRANT = "role_grant, holder, role, scope, expires_at, granted_by, granted_at";
    private static final String TOKEN =
            "token, mac, owner, name, scope, permissions, expires_at, created_at, created_by, revoked_at";

    private final Database database;

    AccessStore(Database database) {
        this.database = database;
    }

    List<Principal> principals() {
        return database.read(sql -> sql.query("SELECT %s FROM principal ORDER BY created_at".formatted(PRINCIPAL))
                .list(Principal.PRINCIPALS::read));
    }

    List<RoleGrant> grants() {
        return database.read(sql -> sql.query("SELECT %s FROM role_grant ORDER BY granted_at".formatted(GRANT))
                .list(RoleGrant.GRANTS::read));
    }

    Optional<RoleGrant> grant(Uid uid) {
        return database.read(sql -> sql.query("SELECT %s FROM role_grant WHERE role_grant = :uid".formatted(GRANT))
                .bind("uid", uid)
                .first(RoleGrant.GRANTS::read));
    }

    List<Token> tokens() {
        return database.read(
                sql -> sql.query("SELECT %s FROM token WHERE revoked_at IS NULL ORDER BY created_at".formatted(TOKEN))
                        .list(Token.TOKENS::read));
    }

    Optional<Token> token(Uid uid) {
        return database.read(sql -> sql.query("SELECT %s FROM token WHERE token = :uid".formatted(TOKEN))
                .bind("uid", uid)
                .first(Token.TOKENS::read));
    }
}
