package dev.clew.server.privacy;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.ledger.encoding.SubjectTags;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One erasure as it was asked for and decided on. Says nothing of whom: the vault knows, until it is done.
 *
 * @param basis code of the legal basis
 * @param tag subject tag of the request's entry, and {@code n} what it was made with: by both a later erasure of the same person finds
 *     the request's text again; null for those that a restore repeats
 * @param decidedBy who executed or refused it, null before
 * @param ground code of a refusal
 * @param reason why it was executed, sealed; the text of a request or refusal is the body of its entry
 * @param selfExecuted whether requester and executor are one person, which solo mode lets pass
 * @param records payloads that can no longer be opened, null before
 * @param horizonAt last moment a backup may still hold the key
 */
@SuppressWarnings("ArrayRecordComponent")
record Erasure(
        Uid uid,
        int scope,
        State state,
        String basis,
        String requestedBy,
        long requestedAt,
        byte @Nullable [] tag,
        byte @Nullable [] n,
        @Nullable String decidedBy,
        @Nullable Long decidedAt,
        @Nullable String ground,
        byte @Nullable [] reason,
        boolean selfExecuted,
        @Nullable Long records,
        @Nullable Long destroyedAt,
        @Nullable Long horizonAt,
        @Nullable Long verifiedAt) {
    /** As written. */
    enum State {
        REQUESTED,
        EXECUTED,
        VERIFIED,
        REFUSED
    }

    static final Table<Erasure> ERASURES = Table.<Erasure>state("erasure")
            .key(1, "erasure", BLOB, row -> row.uid().bytes())
            .column(2, "scope", INTEGER, row -> (long) row.scope())
            .column(3, "state", TEXT, row -> row.state().name())
            .column(4, "basis", TEXT, Erasure::basis)
            .column(5, "requested_by", TEXT, Erasure::requestedBy)
            .column(6, "requested_at", INTEGER, Erasure::requestedAt)
            .column(7, "tag", BLOB, Erasure::tag)
            .column(8, "n", BLOB, Erasure::n)
            .column(9, "decided_by", TEXT, Erasure::decidedBy)
            .column(10, "decided_at", INTEGER, Erasure::decidedAt)
            .column(11, "ground", TEXT, Erasure::ground)
            .column(12, "reason", BLOB, Erasure::reason)
            .column(13, "self_executed", INTEGER, row -> row.selfExecuted() ? 1L : 0L)
            .column(14, "records", INTEGER, Erasure::records)
            .column(15, "destroyed_at", INTEGER, Erasure::destroyedAt)
            .column(16, "horizon_at", INTEGER, Erasure::horizonAt)
            .column(17, "verified_at", INTEGER, Erasure::verifiedAt)
            .reads(row -> new Erasure(
                    row.uid("erasure"),
                    (int) row.integer("scope"),
                    State.valueOf(row.text("state")),
                    row.text("basis"),
                    row.text("requested_by"),
                    row.integer("requested_at"),
                    row.bytesOrNull("tag"),
                    row.bytesOrNull("n"),
                    row.textOrNull("decided_by"),
                    row.integerOrNull("decided_at"),
                    row.textOrNull("ground"),
                    row.bytesOrNull("reason"),
                    row.flag("self_executed"),
                    row.integerOrNull("records"),
                    row.integerOrNull("destroyed_at"),
                    row.integerOrNull("horizon_at"),
                    row.integerOrNull("verified_at")));

    static Erasure requested(
            Uid uid, int scope, String basis, String by, long at, byte @Nullable [] tag, byte @Nullable [] n) {
        return new Erasure(
                uid,
                scope,
                State.REQUESTED,
                basis,
                by,
                at,
                tag,
                n,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null);
    }

    Node node() {
        return Node.of(Kind.KEY, uid);
    }

    /** Whether the request was about the subject with this tag key. */
    boolean isAbout(byte[] tagKey) {
        byte[] made = tag;
        byte[] with = n;
        return made != null && with != null && Arrays.equals(made, SubjectTags.tag(tagKey, with));
    }

    Erasure refused(String by, long at, RefusalGround why) {
        return new Erasure(
                uid,
                scope,
                State.REFUSED,
                basis,
                requestedBy,
                requestedAt,
                tag,
                n,
                by,
                at,
                why.text(),
                null,
                false,
                null,
                null,
                null,
                null);
    }

    Erasure executed(Claim claim, long at, long payloads, long destroyedMicros, long horizonMicros) {
        return new Erasure(
                uid,
                scope,
                State.EXECUTED,
                basis,
                requestedBy,
                requestedAt,
                tag,
                n,
                claim.who(),
                claim.claimedAt() == 0 ? at : claim.claimedAt(),
                null,
                claim.reason(),
                claim.self(),
                payloads,
                destroyedMicros,
                horizonMicros,
                null);
    }

    Erasure verified(long at) {
        return new Erasure(
                uid,
                scope,
                State.VERIFIED,
                basis,
                requestedBy,
                requestedAt,
                tag,
                n,
                decidedBy,
                decidedAt,
                ground,
                reason,
                selfExecuted,
                records,
                destroyedAt,
                horizonAt,
                at);
    }
}
