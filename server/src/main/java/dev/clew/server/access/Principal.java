package dev.clew.server.access;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Index;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * A user or a service account.
 *
 * @param id {@code usr:…} or {@code svc:…}: what leaves name
 * @param login what people call it; never in a leaf
 * @param owner user who answers for a service account, or whose second account this is; else null. Never changes
 * @param password argon2id in PHC form, null for those who only have tokens
 */
record Principal(
        Uid uid,
        String id,
        String login,
        String state,
        @Nullable String owner,
        @Nullable String password,
        long createdAt,
        String createdBy) {
    static final String ACTIVE = "active";

    /** Ended for good: what it did still names it, and nobody else gets its login. */
    static final String DEACTIVATED = "deactivated";

    static final Table<Principal> PRINCIPALS = Table.<Principal>state("principal")
            .key(1, "principal", BLOB, row -> row.uid().bytes())
            .column(2, "id", TEXT, Principal::id)
            .column(3, "login", TEXT, Principal::login)
            .column(4, "state", TEXT, Principal::state)
            .column(5, "owner", TEXT, Principal::owner)
            .column(6, "password", TEXT, Principal::password)
            .column(7, "created_at", INTEGER, Principal::createdAt)
            .column(8, "created_by", TEXT, Principal::createdBy)
            .unique("byLogin", "login")
            .unique("byId", "id")
            .reads(row -> new Principal(
                    row.uid("principal"),
                    row.text("id"),
                    row.text("login"),
                    row.text("state"),
                    row.textOrNull("owner"),
                    row.textOrNull("password"),
                    row.integer("created_at"),
                    row.text("created_by")));

    static final Index<Principal> BY_LOGIN = PRINCIPALS.index("byLogin");

    Node node() {
        return Node.of(Kind.PRINCIPAL, uid);
    }

    /** A person, not a service account. */
    boolean isUser() {
        return id.startsWith("usr:");
    }

    boolean isActive() {
        return state.equals(ACTIVE);
    }

    Principal withPassword(@Nullable String hash) {
        return new Principal(uid, id, login, state, owner, hash, createdAt, createdBy);
    }

    Principal deactivated() {
        return new Principal(uid, id, login, DEACTIVATED, owner, null, createdAt, createdBy);
    }
}
