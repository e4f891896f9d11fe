package dev.clew.server.access;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;

/**
 * Something about a grant that is let pass and that whoever audits has to know. Entry {@code finding.open}, beside the grant's.
 *
 * @param grant what it is about
 */
record Finding(Uid uid, Code code, Uid grant, String holder, Role role, long openedAt) {
    /** Most findings about one grant. */
    static final int MOST = Code.values().length;

    /** What is to be known. */
    enum Code {
        /** A role that takes two persons was given while there were fewer than two security administrators. */
        SINGLE_ADMIN,
        /** A role that asks for a second factor was given, and there is none to sign in with yet. */
        NO_SECOND_FACTOR,
        /** In solo mode: roles that exclude each other are one person's. */
        CONFLICTING_ROLES
    }

    static final Table<Finding> FINDINGS = Table.<Finding>state("access_finding")
            .key(1, "finding", BLOB, row -> row.uid().bytes())
            .column(2, "code", TEXT, row -> row.code().name())
            .column(3, "role_grant", BLOB, row -> row.grant().bytes())
            .column(4, "holder", TEXT, Finding::holder)
            .column(5, "role", TEXT, row -> row.role().code())
            .column(6, "opened_at", INTEGER, Finding::openedAt)
            .reads(row -> new Finding(
                    row.uid("finding"),
                    Code.valueOf(row.text("code")),
                    row.uid("role_grant"),
                    row.text("holder"),
                    Role.parse(row.text("role")),
                    row.integer("opened_at")));
}
