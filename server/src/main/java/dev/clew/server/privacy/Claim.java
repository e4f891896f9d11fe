package dev.clew.server.privacy;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.CheckValue;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * That somebody executes an erasure: written before the first irrevocable step, so that after a kill it goes on in that person's name,
 * and gone when it is done. Housekeeping: what it leads to has entries.
 *
 * @param code reason's code
 * @param reason reason's text, sealed; null without one
 * @param self whether the executor asked for it too
 * @param mac HMAC of the psid under the index key: the line by which a later restore knows whom to forget
 */
@SuppressWarnings("ArrayRecordComponent")
record Claim(
        Uid erasure,
        String who,
        @Nullable String onBehalfOf,
        int scope,
        @Nullable String code,
        byte @Nullable [] reason,
        boolean self,
        byte[] mac,
        long claimedAt) {
    static final Table<Claim> CLAIMS = Table.<Claim>housekeeping("erasure_claim")
            .key(1, "erasure", BLOB, row -> row.erasure().bytes())
            .column(2, "who", TEXT, Claim::who)
            .column(3, "on_behalf_of", TEXT, Claim::onBehalfOf)
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "code", TEXT, Claim::code)
            .column(6, "reason", BLOB, Claim::reason)
            .column(7, "self", INTEGER, row -> row.self() ? 1L : 0L)
            .column(8, "mac", BLOB, Claim::mac)
            .column(9, "claimed_at", INTEGER, Claim::claimedAt)
            .column(10, "checked", BLOB, Claim::check)
            .reads(row -> {
                var read = new Claim(
                        row.uid("erasure"),
                        row.text("who"),
                        row.textOrNull("on_behalf_of"),
                        (int) row.integer("scope"),
                        row.textOrNull("code"),
                        row.bytesOrNull("reason"),
                        row.flag("self"),
                        row.bytes("mac"),
                        row.integer("claimed_at"));
                CheckValue.verify("Claim of erasure " + read.erasure.dashed(), row.bytes("checked"), read.fields());
                return read;
            });

    private @Nullable Object[] fields() {
        return new @Nullable Object[] {
            erasure.bytes(), who, onBehalfOf, (long) scope, code, reason, self ? 1L : 0L, mac, claimedAt
        };
    }

    private byte[] check() {
        return CheckValue.of(fields());
    }

    /** The permit the claim was written under: what the gate allowed then is carried out. */
    Permit permit() {
        return new Permit(
                who,
                onBehalfOf,
                Permission.SUBJECT_ERASE,
                scope,
                Permit.NEVER_STALE,
                code == null ? null : Reason.of(Reason.Code.parse(code).orElse(Reason.Code.OTHER), ""));
    }
}
