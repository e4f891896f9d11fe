package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import dev.clew.server.ports.Domain;
import dev.clew.server.ports.Principals;
import dev.clew.server.ports.Right;
import dev.clew.server.ports.ScopeTree;
import dev.clew.server.ports.ScopeTree.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The gate's decisions where there is more than one project, and for rights that hold under a condition. */
class GateTest {
    private static final int NORTH = 3;
    private static final int SOUTH = 4;
    private static final int OTHER = 6;

    private static final ScopeTree TREE = new ScopeTree(List.of(
            new ScopeTree.Scope(0, 0, Level.INSTANCE, "instance"),
            new ScopeTree.Scope(1, 0, Level.ORGANISATION, "default"),
            new ScopeTree.Scope(2, 1, Level.WORKSPACE, "first"),
            new ScopeTree.Scope(NORTH, 2, Level.PROJECT, "north"),
            new ScopeTree.Scope(SOUTH, 2, Level.PROJECT, "south"),
            new ScopeTree.Scope(5, 1, Level.WORKSPACE, "second"),
            new ScopeTree.Scope(OTHER, 5, Level.PROJECT, "other")));

    private final Map<String, Caller> callers = new HashMap<>();
    private final List<String> denials = new ArrayList<>();
    private final Gate gate = new Gate(
            new Principals() {
                @Override
                public Caller authenticate(Credentials credentials) {
                    throw new ClewException(ErrorCode.UNAUTHENTICATED, "nobody signs in here");
                }

                @Override
                public Caller caller(String who) {
                    return Optional.ofNullable(callers.get(who)).orElseThrow();
                }

                @Override
                public long accessEpoch() {
                    return 1;
                }
            },
            (who, permission, code, resource) -> denials.add(code));

    private Caller caller(String role, int scope, Map<Permission, Right> rights) {
        return caller(role, scope, rights, null);
    }

    private Caller caller(
            String role,
            int scope,
            Map<Permission, Right> rights,
            Caller.@org.jspecify.annotations.Nullable Narrowing narrowing) {
        int[] bits = new int[Permission.values().length];
        rights.forEach((permission, right) -> bits[permission.ordinal()] |= right.bit());
        var made = new Caller(
                "usr:ann", 1, NORTH, 2, List.of(new Caller.Held(role, scope, bits)), TREE, narrowing, Long.MAX_VALUE);
        callers.put(made.who(), made);
        return made;
    }

    private Permit ask(Caller caller, Permission permission, Resource resource) {
        return gate.authorize(caller, permission, resource, Justification.NONE, true);
    }

    private int[] scopes(Caller caller, Permission permission) {
        var permit = new Permit(caller.who(), null, permission, caller.project(), 1, null);
        return gate.scope(caller, permit, Justification.NONE).scopes();
    }

    @Test
    void anotherProjectIsAsIfItWereNotThere() {
        var ann = caller("DS", NORTH, Map.of(Permission.RUN_READ, Right.ALLOWED, Permission.RUN_LIST, Right.ALLOWED));
        assertThat(ask(ann, Permission.RUN_READ, Resource.in(NORTH)).scope()).isEqualTo(NORTH);
        for (int elsewhere : new int[] {SOUTH, OTHER, 2, 1, 0}) {
            assertThatThrownBy(() -> ask(ann, Permission.RUN_READ, Resource.in(elsewhere)))
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        }
        assertThat(scopes(ann, Permission.RUN_LIST)).containsExactly(NORTH);
    }

    @Test
    void aRoleHoldsBelowItsScopeAndNowhereElse() {
        var ann = caller("DS", 2, Map.of(Permission.RUN_LIST, Right.ALLOWED));
        assertThat(scopes(ann, Permission.RUN_LIST)).containsExactly(2, NORTH, SOUTH);
    }

    @Test
    void whoSeesAThingButMayNotChangeItIsToldSo() {
        var ann = caller("VW", NORTH, Map.of(Permission.RUN_READ, Right.ALLOWED, Permission.RUN_LIST, Right.ALLOWED));
        assertThatThrownBy(() -> ask(ann, Permission.RUN_WRITE, Resource.in(NORTH)))
                .hasMessageContaining("None of your roles allows run.write");
        assertThat(denials).containsExactly("NO_GRANT");
    }

    @Test
    void ownThingsAreOnesOwn() {
        var ann = caller("DS", NORTH, Map.of(Permission.RUN_DELETE, Right.OWN, Permission.RUN_LIST, Right.ALLOWED));
        ask(ann, Permission.RUN_DELETE, Resource.of(NORTH, "usr:ann"));
        assertThatThrownBy(() -> ask(ann, Permission.RUN_DELETE, Resource.of(NORTH, "usr:bob")))
                .hasMessageContaining("this one is not yours");
        var listed = caller("CW", NORTH, Map.of(Permission.APPROVAL_READ, Right.OWN));
        var permit = new Permit(listed.who(), null, Permission.APPROVAL_READ, NORTH, 1, null);
        assertThat(gate.scope(listed, permit, Justification.NONE).owner()).isEqualTo("usr:ann");
    }

    @Test
    void aNoteOfTheMatrixHoldsOnlyWhereItsConditionIsChecked() {
        for (Right noted : Set.of(Right.DOMAIN, Right.OWN_DOMAIN, Right.TAG, Right.COVERED, Right.REPORTED)) {
            var ann = caller("SA", NORTH, Map.of(Permission.AUDIT_READ, noted));
            assertThatThrownBy(() ->
                            gate.authorize(ann, Permission.AUDIT_READ, Resource.in(NORTH), Justification.NONE, false))
                    .hasMessageContaining("under a condition only");
            ask(ann, Permission.AUDIT_READ, Resource.in(NORTH).also(Set.of(noted)));
        }
    }

    @Test
    void anAdministratorSeesItsOwnDomain() {
        var ann = caller("SA", NORTH, Map.of(Permission.AUDIT_READ, Right.OWN_DOMAIN));
        ask(ann, Permission.AUDIT_READ, Resource.in(NORTH).about(Domain.IDENTITY));
        assertThatThrownBy(
                        () -> ask(ann, Permission.AUDIT_READ, Resource.in(NORTH).about(Domain.KEYS)))
                .isInstanceOf(ClewException.class);
        var permit = new Permit(ann.who(), null, Permission.AUDIT_READ, NORTH, 1, null);
        assertThat(gate.scope(ann, permit, Justification.NONE).domains()).containsExactly(Domain.IDENTITY);
        assertThat(Domain.acts(Set.of(Domain.IDENTITY)))
                .contains("principal.create", "role.grant", "token.create")
                .doesNotContain("deploy.start", "key.rotate", "record.batch", "run.create");
    }

    @Test
    void aRightThatNeedsASecondPersonShowsAndAllowsNothingAlone() {
        var ann = caller("RV", NORTH, Map.of(Permission.DECISION_REVEAL, Right.FOUR_EYES));
        assertThatThrownBy(() ->
                        gate.authorize(ann, Permission.DECISION_REVEAL, Resource.in(NORTH), Justification.NONE, false))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.APPROVAL_REQUIRED));
        assertThat(scopes(ann, Permission.DECISION_REVEAL)).isEmpty();
    }

    @Test
    void aTokenNarrowsItsOwner() {
        var ann = caller(
                "DS",
                2,
                Map.of(Permission.RUN_READ, Right.ALLOWED, Permission.RUN_WRITE, Right.ALLOWED),
                new Caller.Narrowing(NORTH, Set.of(Permission.RUN_READ), Long.MAX_VALUE));
        ask(ann, Permission.RUN_READ, Resource.in(NORTH));
        assertThatThrownBy(
                        () -> gate.authorize(ann, Permission.RUN_WRITE, Resource.in(NORTH), Justification.NONE, false))
                .hasMessageContaining("token does not reach");
        assertThat(scopes(ann, Permission.RUN_READ)).containsExactly(NORTH);
    }

    @Test
    void aPermitIsAskedAgainWhenTheRightIsGone() {
        var before = caller("DS", NORTH, Map.of(Permission.RUN_WRITE, Right.ALLOWED));
        Permit permit = ask(before, Permission.RUN_WRITE, Resource.in(NORTH));
        gate.recheck(permit);
        caller("DS", NORTH, Map.of(Permission.RUN_WRITE, Right.FOUR_EYES));
        assertThatThrownBy(() -> gate.recheck(permit)).hasMessageContaining("nothing was changed");
    }
}
