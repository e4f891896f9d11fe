package dev.clew.server.access;

import static dev.clew.server.access.Finding.FINDINGS;
import static dev.clew.server.access.Principal.BY_LOGIN;
import static dev.clew.server.access.Principal.PRINCIPALS;
import static dev.clew.server.access.RoleGrant.GRANTS;
import static dev.clew.server.access.RoleGrant.OF_HOLDER;
import static dev.clew.server.access.RoleGrant.OF_ROLE;
import static dev.clew.server.access.Token.TOKENS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Duties;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Principals;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes of who is who and may what. */
sealed interface AccessCommand<R> extends Command<R> {
    String OWN_GRANT =
            "Nobody grants a role to himself, nor to an account that he answers for; name another owner, or let somebody else grant it.";

    /** A new user or service account; logins are unique. */
    record Create(Principal principal) implements AccessCommand<Principal> {
        @Override
        public Needs needs() {
            return Needs.of(PRINCIPALS, Key.of(principal.uid())).and(BY_LOGIN, principal.login());
        }

        @Override
        public Decision<Principal> decide(State state, Moment now) {
            if (state.find(BY_LOGIN, principal.login()).isPresent()) {
                return Decision.refuse(
                        ErrorCode.ALREADY_EXISTS,
                        "The login \"%s\" is taken; choose another.".formatted(principal.login()));
            }
            return Decision.of(
                    principal,
                    Change.of(Act.PRINCIPAL_CREATE, principal.node())
                            .changesAccess()
                            .scope(Scopes.INSTANCE)
                            .put(PRINCIPALS, principal)
                            .name(principal.node(), principal.login(), Scopes.INSTANCE));
        }
    }

    /** Somebody signed in with a browser, or tried to with a wrong password: an entry that changes no row. */
    record SignIn(Node as, boolean succeeded) implements AccessCommand<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return Decision.of(
                    true,
                    Change.of(succeeded ? Act.AUTH_LOGIN : Act.AUTH_FAIL, as)
                            .scope(Scopes.INSTANCE)
                            .event());
        }
    }

    /** Another password of an active principal. */
    record SetPassword(Principal principal, String hash) implements AccessCommand<Boolean> {
        @Override
        public Needs needs() {
            return Needs.of(PRINCIPALS, Key.of(principal.uid()));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            var found = state.find(PRINCIPALS, Key.of(principal.uid())).filter(Principal::isActive);
            return found.isEmpty()
                    ? Decision.refuse(ErrorCode.NOT_FOUND, "There is no active principal %s.".formatted(principal.id()))
                    : Decision.of(
                            true,
                            Change.of(Act.PRINCIPAL_UPDATE, principal.node())
                                    .changesAccess()
                                    .scope(Scopes.INSTANCE)
                                    .put(PRINCIPALS, found.get().withPassword(hash)));
        }
    }

    /** Ends a principal for good, with its roles; tokens and sessions end with it. */
    record Deactivate(Principal principal) implements AccessCommand<Boolean> {
        @Override
        public Needs needs() {
            return Needs.of(PRINCIPALS, Key.of(principal.uid())).and(OF_HOLDER, principal.id());
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            var found = state.find(PRINCIPALS, Key.of(principal.uid())).filter(Principal::isActive);
            if (found.isEmpty()) {
                return Decision.unchanged(false);
            }
            Change change = Change.of(Act.PRINCIPAL_UPDATE, principal.node())
                    .changesAccess()
                    .scope(Scopes.INSTANCE)
                    .put(PRINCIPALS, found.get().deactivated());
            state.all(OF_HOLDER, principal.id()).forEach(grant -> change.delete(GRANTS, Key.of(grant.uid())));
            return Decision.of(true, change);
        }
    }

    /** A browser was signed out by its id: an entry that changes no row, since sessions are kept in memory. */
    record EndSession(Uid session) implements AccessCommand<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return Decision.of(
                    true,
                    Change.of(Act.SESSION_REVOKE, Node.of(Kind.KEY, session))
                            .scope(Scopes.INSTANCE)
                            .event());
        }
    }

    /**
     * A role for somebody else. Nobody grants to himself or to an account he answers for; roles that conflict are refused over all
     * accounts of a person; privileged ones need a second person, which is the local operator while fewer than two security
     * administrators exist. What is let pass that should not stay so is a finding, an entry of its own.
     *
     * @param term for how long, as it was said; given again, the same role gets another end
     * @param findings ids for what may be found
     * @param accounts of the holder's person, as far as they are users
     */
    record Grant(
            RoleGrant grant,
            Term term,
            Node holder,
            List<String> accounts,
            boolean byOperator,
            Duties duties,
            List<Uid> findings)
            implements AccessCommand<RoleGrant> {
        public Grant {
            findings = List.copyOf(findings);
            accounts = List.copyOf(accounts);
        }

        @Override
        public Needs needs() {
            Needs needs = Needs.of(GRANTS, Key.of(grant.uid()))
                    .and(PRINCIPALS, Key.of(holder.uid()))
                    .and(OF_HOLDER, grant.holder())
                    .and(OF_ROLE, Role.SA.code());
            for (String account : accounts) {
                needs = needs.and(OF_HOLDER, account);
            }
            for (Uid finding : findings) {
                needs = needs.and(FINDINGS, Key.of(finding));
            }
            Role across = grant.role().conflictAcrossOwnership();
            return across == null ? needs : needs.and(OF_ROLE, across.code());
        }

        @Override
        public Decision<RoleGrant> decide(State state, Moment now) {
            if (state.find(PRINCIPALS, Key.of(holder.uid())).isEmpty()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, "There is no principal %s.".formatted(grant.holder()));
            }
            if (duties.isSame(grant.holder(), grant.grantedBy()) && !duties.solo()) {
                return Decision.refuse(ErrorCode.SEPARATION_OF_DUTIES, OWN_GRANT);
            }
            if (!duties.solo() && isHeldAcrossOwnership(state, now)) {
                return Decision.refuse(
                        ErrorCode.SEPARATION_OF_DUTIES,
                        "Who owns a CI service cannot be an approver of what it registers; give the role to somebody else, or the service another owner.");
            }
            var found = EnumSet.noneOf(Finding.Code.class);
            RoleGrant given = grant;
            for (RoleGrant other : held(state)) {
                boolean conflicts =
                        other.holdsAt(now.micros()) && grant.role().conflicts().contains(other.role());
                if (conflicts && duties.solo()) {
                    found.add(Finding.Code.CONFLICTING_ROLES);
                } else if (conflicts) {
                    return Decision.refuse(
                            ErrorCode.SEPARATION_OF_DUTIES,
                            "%s (%s) and %s (%s) exclude each other for one person; give one of them to somebody else."
                                    .formatted(
                                            grant.role().code(),
                                            grant.role().title(),
                                            other.role().code(),
                                            other.role().title()));
                }
                if (other.holder().equals(grant.holder())
                        && other.role() == grant.role()
                        && other.scope() == grant.scope()
                        && other.holdsAt(now.micros())) {
                    if (!term.replaces(other.expiresAt(), grant.expiresAt())) {
                        return Decision.unchanged(other);
                    }
                    given = other.again(grant);
                }
            }
            long administrators = state.all(OF_ROLE, Role.SA.code()).stream()
                    .filter(other -> other.holdsAt(now.micros()))
                    .map(RoleGrant::holder)
                    .distinct()
                    .count();
            if (grant.role().isPrivileged() && !byOperator && administrators >= 2) {
                return Decision.refuse(
                        ErrorCode.APPROVAL_REQUIRED,
                        "Granting %s needs a second person; let the operator of this machine do it, with the token in keys/admin.token."
                                .formatted(grant.role().code()));
            }
            if (grant.role().isPrivileged() && administrators < 2) {
                found.add(Finding.Code.SINGLE_ADMIN);
            }
            if (grant.role().needsSecondFactor()) {
                found.add(Finding.Code.NO_SECOND_FACTOR);
            }
            return Decision.of(given, changes(given, found, now));
        }

        private List<Change> changes(RoleGrant given, Set<Finding.Code> found, Moment now) {
            var changes = new ArrayList<Change>();
            changes.add(Change.of(Act.ROLE_GRANT, holder)
                    .changesAccess()
                    .scope(given.scope())
                    .put(GRANTS, given));
            Iterator<Uid> ids = findings.iterator();
            for (Finding.Code code : found) {
                changes.add(Change.of(Act.FINDING_OPEN, holder)
                        .scope(given.scope())
                        .put(
                                FINDINGS,
                                new Finding(
                                        ids.next(), code, given.uid(), given.holder(), given.role(), now.micros())));
            }
            return changes;
        }

        /** What the holder has, and a user's other accounts. A service account is nobody's second self. */
        private List<RoleGrant> held(State state) {
            var held = new ArrayList<>(state.all(OF_HOLDER, grant.holder()));
            if (accounts.contains(grant.holder())) {
                accounts.stream()
                        .filter(account -> !account.equals(grant.holder()))
                        .forEach(account -> held.addAll(state.all(OF_HOLDER, account)));
            }
            return held;
        }

        private boolean isHeldAcrossOwnership(State state, Moment now) {
            Role across = grant.role().conflictAcrossOwnership();
            return across != null
                    && state.all(OF_ROLE, across.code()).stream()
                            .anyMatch(other ->
                                    other.holdsAt(now.micros()) && duties.isSame(other.holder(), grant.holder()));
        }
    }

    /** Takes a role back. */
    record Revoke(RoleGrant grant) implements AccessCommand<Boolean> {
        @Override
        public Needs needs() {
            return Needs.of(GRANTS, Key.of(grant.uid()));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            if (state.find(GRANTS, Key.of(grant.uid())).isEmpty()) {
                return Decision.unchanged(false);
            }
            return Decision.of(
                    true,
                    Change.of(Act.ROLE_REVOKE, Principals.node(grant.holder()))
                            .changesAccess()
                            .scope(grant.scope())
                            .delete(GRANTS, Key.of(grant.uid())));
        }
    }

    /** A token of an existing principal. */
    record Issue(Token token, @Nullable Node owner) implements AccessCommand<Token> {
        @Override
        public Needs needs() {
            Needs needs = Needs.of(TOKENS, Key.of(token.uid()));
            return owner == null ? needs : needs.and(PRINCIPALS, Key.of(owner.uid()));
        }

        @Override
        public Decision<Token> decide(State state, Moment now) {
            if (owner != null
                    && state.find(PRINCIPALS, Key.of(owner.uid()))
                            .filter(Principal::isActive)
                            .isEmpty()) {
                return Decision.refuse(
                        ErrorCode.NOT_FOUND, "There is no active principal %s.".formatted(token.owner()));
            }
            return Decision.of(
                    token,
                    Change.of(Act.TOKEN_CREATE, Node.of(Kind.KEY, token.uid()))
                            .changesAccess()
                            .scope(token.scope())
                            .put(TOKENS, token));
        }
    }

    /** Ends a token. */
    record EndToken(Token token) implements AccessCommand<Boolean> {
        @Override
        public Needs needs() {
            return Needs.of(TOKENS, Key.of(token.uid()));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            var found = state.find(TOKENS, Key.of(token.uid()));
            if (found.isEmpty() || found.get().revokedAt() != null) {
                return Decision.unchanged(false);
            }
            return Decision.of(
                    true,
                    Change.of(Act.TOKEN_REVOKE, Node.of(Kind.KEY, token.uid()))
                            .changesAccess()
                            .scope(token.scope())
                            .put(TOKENS, found.get().revoked(now.micros())));
        }
    }
}
