package dev.clew.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.ports.Caller;
import dev.clew.server.ports.Credentials;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.vault.KeyVault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends by itself: tokens, roles, and the token for the first user. */
class AccessClockTest {
    private static final Permit OPERATOR =
            new Permit(Access.OPERATOR, null, Permission.PRINCIPAL_WRITE, Scopes.INSTANCE, Permit.NEVER_STALE, null);

    @TempDir
    Path folder;

    private JournalFixture journal;
    private KeyVault vault;
    private Access access;

    @BeforeEach
    void open() throws Exception {
        Path keys = Files.createDirectories(folder.resolve("keys"));
        journal = JournalFixture.open(folder);
        vault = KeyVault.open(
                keys.resolve("root.key"), JdbcKeyStore.openSqlite(keys.resolve("vault.db")), journal.clock());
        access = reopened();
    }

    private Access reopened() {
        return new Access(
                journal.journal(),
                journal.database(),
                vault,
                folder.resolve("keys"),
                Access.FIRST_TREE,
                false,
                journal.clock());
    }

    @AfterEach
    void close() {
        access.close();
        vault.close();
        journal.close();
    }

    private void pass(Duration time) {
        journal.setNow(journal.clock().instant().plus(time));
    }

    private static Credentials bearer(@Nullable String token) {
        return new Credentials(
                token == null ? Credentials.Scheme.NONE : Credentials.Scheme.BEARER, null, token, "127.0.0.1", true);
    }

    private boolean mayWriteRuns(String token) {
        return access.authenticate(bearer(token)).rights(Permission.RUN_WRITE, Scopes.DEFAULT_PROJECT) != 0;
    }

    private void refused(String token) {
        assertThatThrownBy(() -> access.authenticate(bearer(token)))
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("missing, wrong or expired");
    }

    private void administrator() {
        access.create(OPERATOR, "ada", false, null, Role.SA, Scopes.INSTANCE, Term.USUAL, null);
    }

    @Test
    void aTokenEndsWhenItsTimeIsUp() {
        administrator();
        access.create(OPERATOR, "dora", false, null, Role.DS, Scopes.DEFAULT_WORKSPACE, Term.USUAL, null);
        String month = access.issue(OPERATOR, "dora", "month", Duration.ofDays(30), null, null)
                .token();
        String usual = access.issue(OPERATOR, "dora", "usual", null, null, null).token();
        assertThat(mayWriteRuns(month)).isTrue();
        pass(Duration.ofDays(30).minusSeconds(1));
        assertThat(mayWriteRuns(month)).isTrue();
        pass(Duration.ofSeconds(1));
        refused(month);
        assertThat(access.tokensOf("dora")).extracting(TokenView::name).containsExactly("usual");
        pass(Duration.ofDays(60).minusSeconds(1));
        assertThat(mayWriteRuns(usual)).isTrue();
        pass(Duration.ofSeconds(1));
        refused(usual);
        for (Duration wrong : new Duration[] {Duration.ofDays(366), Duration.ZERO, Duration.ofDays(-1)}) {
            assertThatThrownBy(() -> access.issue(OPERATOR, "dora", "long", wrong, null, null))
                    .hasMessageContaining("365 days");
        }
    }

    @Test
    void aRoleEndsWhenItsTimeIsUp() {
        administrator();
        access.create(OPERATOR, "dora", false, null, null, Scopes.DEFAULT_WORKSPACE, Term.USUAL, null);
        access.grant(
                OPERATOR,
                "dora",
                Role.DS,
                Scopes.DEFAULT_WORKSPACE,
                Term.until(journal.clock().instant().plus(Duration.ofDays(7))));
        String token = access.issue(OPERATOR, "dora", "token", null, null, null).token();
        assertThat(mayWriteRuns(token)).isTrue();
        pass(Duration.ofDays(7).minusSeconds(1));
        assertThat(mayWriteRuns(token)).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(mayWriteRuns(token)).isFalse();
    }

    private RoleGrantView only(String login) {
        return access.find(login).orElseThrow().roles().getFirst();
    }

    private Caller caller(String login) {
        return access.caller(access.find(login).orElseThrow().id());
    }

    @Test
    void approversDeployersAndAuditorsHoldTheirRoleFor90Days() {
        administrator();
        var asked = Map.of(
                Role.AP, Permission.APPROVAL_APPROVE,
                Role.DP, Permission.DEPLOYMENT_EXECUTE,
                Role.AU, Permission.AUDIT_READ);
        Instant end = journal.clock().instant().plus(Duration.ofDays(90));
        for (Role role : Role.values()) {
            String login = "holder-" + role.code();
            access.create(OPERATOR, login, false, null, role, Scopes.DEFAULT_WORKSPACE, Term.USUAL, null);
            assertThat(only(login).expiresAt()).as(role.code()).isEqualTo(asked.containsKey(role) ? end : null);
        }
        pass(Duration.ofDays(90).minusSeconds(1));
        asked.forEach((role, permission) -> {
            String login = "holder-" + role.code();
            assertThat(caller(login).rights(permission, Scopes.DEFAULT_PROJECT)).isNotZero();
            assertThat(only(login).ended()).isFalse();
        });
        pass(Duration.ofSeconds(1));
        asked.forEach((role, permission) -> {
            String login = "holder-" + role.code();
            assertThat(caller(login).rights(permission, Scopes.DEFAULT_PROJECT)).isZero();
            assertThat(caller(login).held()).isEmpty();
            assertThat(only(login).ended()).isTrue();
            assertThat(access.why(login, permission).may()).isFalse();
        });
        assertThat(caller("holder-DS").rights(Permission.RUN_WRITE, Scopes.DEFAULT_PROJECT))
                .isNotZero();
        // After a restart it is as over as before.
        access.close();
        access = reopened();
        assertThat(caller("holder-AP").rights(Permission.APPROVAL_APPROVE, Scopes.DEFAULT_PROJECT))
                .isZero();
    }

    @Test
    void aRoleIsGivenForLongerOrAgainWhenThatIsSaid() {
        administrator();
        Instant start = journal.clock().instant();
        access.create(OPERATOR, "abel", false, null, null, Scopes.DEFAULT_WORKSPACE, Term.USUAL, null);
        var first = give(Term.USUAL);
        assertThat(first.expiresAt()).isEqualTo(start.plus(Duration.ofDays(90)));
        pass(Duration.ofDays(60));
        // Given again it holds for another 90 days, under its id.
        var again = give(Term.USUAL);
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.expiresAt()).isEqualTo(start.plus(Duration.ofDays(150)));
        pass(Duration.ofDays(60));
        assertThat(mayApprove()).isTrue();
        assertThat(give(Term.NEVER_ENDING).expiresAt()).isNull();
        // What is not said makes it no shorter; what is said does.
        assertThat(give(Term.USUAL).expiresAt()).isNull();
        Instant soon = start.plus(Duration.ofDays(121));
        assertThat(give(Term.until(soon)).expiresAt()).isEqualTo(soon);
        assertThat(access.find("abel").orElseThrow().roles()).hasSize(1);
        pass(Duration.ofDays(1));
        assertThat(mayApprove()).isFalse();
        // What has ended is given anew, beside it.
        var anew = give(Term.USUAL);
        assertThat(anew.id()).isNotEqualTo(first.id());
        assertThat(mayApprove()).isTrue();
        assertThat(access.find("abel").orElseThrow().roles())
                .extracting(RoleGrantView::ended)
                .containsExactly(true, false);
        assertThatThrownBy(() -> give(Term.until(start))).hasMessageContaining("expires lies in the past");
    }

    private RoleGrantView give(Term term) {
        return access.grant(OPERATOR, "abel", Role.AP, Scopes.DEFAULT_WORKSPACE, term)
                .answer();
    }

    private boolean mayApprove() {
        return caller("abel").rights(Permission.APPROVAL_APPROVE, Scopes.DEFAULT_PROJECT) != 0;
    }

    @Test
    void theBootstrapTokenMakesTheFirstUserOnceAndWithinADay() throws Exception {
        Path file = folder.resolve("keys/bootstrap.token");
        Path admin = folder.resolve("keys/admin.token");
        for (Path secret : new Path[] {file, admin}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        String token = access.freshBootstrapToken().orElseThrow();
        assertThat(Files.readString(file).strip()).isEqualTo(token);
        Files.setLastModifiedTime(file, FileTime.from(journal.clock().instant()));
        assertThat(access.authenticate(bearer(token)).who()).isEqualTo(Access.OPERATOR);
        // A start on the next day makes a new one; the old one is over.
        pass(Duration.ofHours(24).plusSeconds(1));
        refused(token);
        access.close();
        access = reopened();
        String next = access.freshBootstrapToken().orElseThrow();
        assertThat(next).isNotEqualTo(token);
        Files.setLastModifiedTime(file, FileTime.from(journal.clock().instant()));
        refused(token);
        assertThat(access.authenticate(bearer(next)).who()).isEqualTo(Access.OPERATOR);
        administrator();
        assertThat(file).doesNotExist();
        refused(next);
        // From then on nobody is let in without saying who he is.
        assertThatThrownBy(() -> access.authenticate(bearer(null))).hasMessageContaining("missing");
        access.close();
        access = reopened();
        assertThat(access.freshBootstrapToken()).isEmpty();
    }
}
