package dev.clew.server.access;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is stored: only its HMAC, so a thief of the table can neither use nor check one.
 *
 * @param permissions what it is narrowed to, separated by commas; null for everything its owner may
 */
record Token(
        Uid uid,
        byte[] mac,
        String owner,
        String name,
        int scope,
        @Nullable String permissions,
        @Nullable Long expiresAt,
        long createdAt,
        String createdBy,
        @Nullable Long revokedAt) {
    static final Table<Token> TOKENS = Table.<Token>state("token")
            .key(1, "token", BLOB, row -> row.uid().bytes())
            .column(2, "mac", BLOB, Token::mac)
            .column(3, "owner", TEXT, Token::owner)
            .column(4, "name", TEXT, Token::name)
            .column(5, "scope", INTEGER, row -> (long) row.scope())
            .column(6, "permissions", TEXT, Token::permissions)
            .column(7, "expires_at", INTEGER, Token::expiresAt)
            .column(8, "created_at", INTEGER, Token::createdAt)
            .column(9, "created_by", TEXT, Token::createdBy)
            .column(10, "revoked_at", INTEGER, Token::revokedAt)
            .unique("byMac", "mac")
            .index("ofOwner", "owner")
            .reads(row -> new Token(
                    row.uid("token"),
                    row.bytes("mac"),
                    row.text("owner"),
                    row.text("name"),
                    (int) row.integer("scope"),
                    row.textOrNull("permissions"),
                    row.integerOrNull("expires_at"),
                    row.integer("created_at"),
                    row.text("created_by"),
                    row.integerOrNull("revoked_at")));

    boolean isUsableAt(long micros) {
        return revokedAt == null && (expiresAt == null || micros < expiresAt);
    }

    Token revoked(long micros) {
        return new Token(uid, mac, owner, name, scope, permissions, expiresAt, createdAt, createdBy, micros);
    }
}
