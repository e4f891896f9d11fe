package dev.clew.server.privacy;

import static dev.clew.server.privacy.Claim.CLAIMS;
import static dev.clew.server.privacy.Erasure.ERASURES;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.ErasureBody;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Principals;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.RowWrite;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The decisions about an erasure. */
sealed interface ErasureCommand extends Command<Erasure> {
    Uid erasure();

    @Override
    default Needs needs() {
        return Needs.of(ERASURES, Key.of(erasure())).and(CLAIMS, Key.of(erasure()));
    }

    private static Optional<Erasure> find(State state, Uid erasure) {
        return state.find(ERASURES, Key.of(erasure));
    }

    private static Decision<Erasure> unknown(Uid erasure) {
        return Decision.refuse(ErrorCode.NOT_FOUND, "There is no erasure %s.".formatted(erasure.dashed()));
    }

    private static Decision<Erasure> decided(Erasure row) {
        return Decision.refuse(
                ErrorCode.WRONG_STATE,
                "Erasure %s is %s already; nothing more can be decided about it."
                        .formatted(row.uid().dashed(), row.state().name().toLowerCase(Locale.ROOT)));
    }

    /** Four eyes: another person than the requester, and no service account. */
    private static Optional<Decision<Erasure>> refusedTo(Erasure row, String who, Duties duties) {
        if (Principals.isService(who)) {
            return Optional.of(Decision.refuse(
                    ErrorCode.SEPARATION_OF_DUTIES,
                    "A service account cannot decide about an erasure; a person has to."));
        }
        return duties.isSame(row.requestedBy(), who) && !duties.solo()
                ? Optional.of(Decision.refuse(
                        ErrorCode.SEPARATION_OF_DUTIES,
                        "Erasure %s was requested by you; another person has to decide about it."
                                .formatted(row.uid().dashed())))
                : Optional.empty();
    }

    /** The request, with the text of its reason sealed under the subject's own key. */
    record Request(Erasure row, Body reason) implements ErasureCommand {
        @Override
        public Uid erasure() {
            return row.uid();
        }

        @Override
        public Decision<Erasure> decide(State state, Moment now) {
            var change = Change.of(Act.SUBJECT_ERASE_REQUEST, row.node())
                    .scope(row.scope())
                    .put(ERASURES, row)
                    .link(Rel.ACTED, Principals.node(row.requestedBy()))
                    .name(row.node(), "erasure of a subject")
                    .body(reason);
            byte[] tag = row.tag();
            if (tag != null) {
                change.tag(tag);
            }
            return Decision.of(row, change);
        }
    }

    /** The refusal, with its text sealed under the subject's own key. */
    record Refuse(Uid erasure, String who, Duties duties, RefusalGround ground, Body reason, byte[] tag)
            implements ErasureCommand {
        @Override
        public Decision<Erasure> decide(State state, Moment now) {
            var found = find(state, erasure());
            if (found.isEmpty()) {
                return unknown(erasure);
            }
            Erasure row = found.get();
            if (row.state() != Erasure.State.REQUESTED) {
                return decided(row);
            }
            if (state.find(CLAIMS, Key.of(erasure)).isPresent()) {
                return Decision.refuse(
                        ErrorCode.WRONG_STATE,
                        "Erasure %s is being executed and can no longer be refused.".formatted(erasure.dashed()));
            }
            var refused = refusedTo(row, who, duties);
            if (refused.isPresent()) {
                return refused.get();
            }
            Erasure next = row.refused(who, now.micros(), ground);
            return Decision.of(
                    next,
                    Change.of(Act.SUBJECT_ERASE_REFUSE, row.node())
                            .scope(row.scope())
                            .put(ERASURES, next)
                            .link(Rel.ACTED, Principals.node(who))
                            .body(reason)
                            .tag(tag));
        }
    }

    /** Takes an erasure into somebody's hands. Without effect when it is taken already. */
    record Take(Claim claim, Duties duties) implements ErasureCommand {
        @Override
        public Uid erasure() {
            return claim.erasure();
        }

        @Override
        public Decision<Erasure> decide(State state, Moment now) {
            var found = find(state, erasure());
            if (found.isEmpty()) {
                return unknown(erasure());
            }
            Erasure row = found.get();
            if (row.state() != Erasure.State.REQUESTED) {
                return decided(row);
            }
            var refused = refusedTo(row, claim.who(), duties);
            if (refused.isPresent()) {
                return refused.get();
            }
            if (state.find(CLAIMS, Key.of(erasure())).isPresent()) {
                return Decision.unchanged(row);
            }
            var mine = new Claim(
                    claim.erasure(),
                    claim.who(),
                    claim.onBehalfOf(),
                    claim.scope(),
                    claim.code(),
                    claim.reason(),
                    duties.isSame(row.requestedBy(), claim.who()),
                    claim.mac(),
                    now.micros());
            return Decision.housekeeping(row, List.of(new RowWrite.Put<>(CLAIMS, mine)));
        }
    }

    /**
     * That the key was destroyed, and what can no longer be opened. Without effect when it is written already.
     *
     * @param affected ascending; listed in as many entries as keep a body small, all of them adjacent
     */
    record Execute(Erasure row, Claim claim, List<ErasureBody.Place> affected, long destroyedMicros, long horizonMicros)
            implements ErasureCommand {
        private static final int PLACES_A_BODY = 5_000;

        @Override
        public Uid erasure() {
            return row.uid();
        }

        @Override
        public Decision<Erasure> decide(State state, Moment now) {
            Erasure before = find(state, erasure()).orElse(row);
            if (before.state() != Erasure.State.REQUESTED) {
                return Decision.unchanged(before);
            }
            Erasure next = before.executed(claim, now.micros(), affected.size(), destroyedMicros, horizonMicros);
            int each = Math.max(PLACES_A_BODY, Math.ceilDiv(affected.size(), Decision.MAX_CHANGES));
            var changes = new ArrayList<Change>();
            for (int from = 0; from == 0 || from < affected.size(); from += each) {
                var part = affected.subList(from, Math.min(from + each, affected.size()));
                var body = new ErasureBody(part, row.basis(), destroyedMicros, horizonMicros);
                var change = Change.of(Act.SUBJECT_ERASE, row.node())
                        .scope(row.scope())
                        .body(Body.plain(ErasureBody.MEDIA_TYPE, body.encode()));
                if (from == 0) {
                    change.put(ERASURES, next).link(Rel.ACTED, Principals.node(claim.who()));
                } else {
                    change.event();
                }
                changes.add(change);
            }
            return Decision.of(next, changes);
        }
    }

    /** That no file holds the person any more. Without effect when it is written already. */
    record Verify(Uid erasure) implements ErasureCommand {
        @Override
        public Decision<Erasure> decide(State state, Moment now) {
            var found = find(state, erasure());
            if (found.isEmpty()) {
                return unknown(erasure);
            }
            if (found.get().state() != Erasure.State.EXECUTED) {
                return Decision.unchanged(found.get());
            }
            Erasure next = found.get().verified(now.micros());
            return Decision.of(
                    next,
                    Change.of(Act.SUBJECT_ERASE_VERIFY, next.node())
                            .scope(next.scope())
                            .put(ERASURES, next));
        }
    }

    /** The claim has served. */
    record Release(Uid erasure) implements ErasureCommand {
        @Override
        public Decision<Erasure> decide(State state, Moment now) {
            var found = find(state, erasure());
            return found.isEmpty()
                    ? unknown(erasure)
                    : Decision.housekeeping(found.get(), List.of(new RowWrite.Delete<>(CLAIMS, Key.of(erasure))));
        }
    }
}
