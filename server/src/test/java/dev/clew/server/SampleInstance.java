package dev.clew.server;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.access.Access;
import dev.clew.server.access.AuditRecords;
import dev.clew.server.access.Role;
import dev.clew.server.access.Term;
import dev.clew.server.common.Duties;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.decisions.Decisions;
import dev.clew.server.decisions.RecordStore;
import dev.clew.server.deployments.Approvals;
import dev.clew.server.deployments.Deployments;
import dev.clew.server.deployments.Policies;
import dev.clew.server.feedback.Feedback;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ledgers.Ledgers;
import dev.clew.server.ports.Contributors;
import dev.clew.server.ports.Versions;
import dev.clew.server.storage.Blocking;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.DirectoryBlobs;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.tracking.DatasetInput;
import dev.clew.server.tracking.Lifecycle;
import dev.clew.server.tracking.LogBatch;
import dev.clew.server.tracking.Run;
import dev.clew.server.tracking.RunStatus;
import dev.clew.server.tracking.TrackedFiles;
import dev.clew.server.tracking.Tracking;
import dev.clew.server.vault.KeyVault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The features of a data directory put together as {@code Wiring} does, without HTTP, and a way to fill it with a little of everything.
 * The model registry is one fixed version.
 */
public final class SampleInstance implements AutoCloseable {
    private static final int PROJECT = Scopes.DEFAULT_PROJECT;
    private static final int WORKSPACE = Scopes.DEFAULT_WORKSPACE;
    private static final Reason REASON = Reason.of(Reason.Code.PROMOTION, "better on the holdout");

    private final InstantSource clock = InstantSource.system();
    private final Database database;
    private final KeyVault vault;
    private final Journal journal;
    private final Ledgers ledgers;
    private final OneVersion version = new OneVersion(Uid.next(1), Uid.next(2));
    private final Tracking tracking;
    private final Deployments deployments;
    private final Approvals approvals;
    private final Access access;
    private final Decisions decisions;
    private final Feedback feedback;
    private final AuditRecords audit;

    public SampleInstance(Database database, Path directory, Config config) throws IOException {
        this(database, directory, config, JournalConfig.DEFAULT);
    }

    SampleInstance(Database database, Path directory, Config config, JournalConfig groups) throws IOException {
        this.database = database;
        Path keys = Files.createDirectories(directory.resolve("keys"));
        vault = KeyVault.open(keys.resolve("root.key"), JdbcKeyStore.openSqlite(keys.resolve("vault.db")), clock);
        journal = Journal.on(database, clock, groups)
                .recordKeys(new VaultRecordKeys(vault))
                .open();
        ledgers = Ledgers.open(database, journal, vault, directory, config.ledger(), clock, failure -> {
            throw new IllegalStateException(failure);
        });
        access = new Access(journal, database, vault, keys, Access.FIRST_TREE, false, clock);
        audit = new AuditRecords(journal, vault, clock);
        tracking = new Tracking(journal, database, clock);
        tracking.open();
        var policies = new Policies(List.of("champion"), Policies.ApprovalNeeded.PRODUCTION);
        Deployments.Reasons reasons = (scope, text) ->
                vault.salted(Scopes.DEFAULT_NAMESPACE, scope, "text/plain", text.getBytes(StandardCharsets.UTF_8));
        var duties = new Duties(who -> who, true);
        deployments = new Deployments(
                journal,
                database,
                version,
                policies,
                reasons,
                _ -> true,
                Supplier::get,
                () -> duties,
                who -> who,
                clock);
        approvals = new Approvals(
                journal,
                database,
                version,
                new Nobody(),
                policies,
                reasons,
                _ -> true,
                Supplier::get,
                () -> duties,
                who -> who,
                clock);
        var records = new RecordStore(journal.records(), vault);
        decisions = new Decisions(journal, database, vault, records, deployments, version, clock, config.decisions());
        feedback = new Feedback(journal, vault, records, who -> who, clock);
    }

    public Journal journal() {
        return journal;
    }

    public Tracking tracking() {
        return tracking;
    }

    Decisions ingesting() {
        return decisions;
    }

    public Ledgers ledgers() {
        return ledgers;
    }

    /** A little of everything: experiments, runs, deployments with approval and rollback, decisions with feedback, principals. */
    public void fill(int runs) throws Exception {
        access();
        runs(runs);
        deployments();
        decisions();
    }

    /** A file of a run of its own. */
    public void storeFile(Path directory, String path, byte[] content) throws IOException {
        var sealing = vault.sealing(Scopes.DEFAULT_NAMESPACE, "blob");
        try (var threads = new Blocking("files", 2, 16);
                var blobs = DirectoryBlobs.open(directory.resolve("blobs"), sealing, threads, clock, 0)) {
            var files = new TrackedFiles(journal, tracking, blobs);
            Permit permit = permit(Permission.RUN_WRITE);
            long experiment = tracking.createExperiment(permit, PROJECT, "files", null, Map.of())
                    .answer()
                    .id();
            Run run = tracking.createRun(permit, PROJECT, experiment, "ann", 1_000, Map.of("mlflow.runName", "files"))
                    .answer();
            files.store(permit, files.of(run).at(path), new ByteArrayInputStream(content), 1 << 20);
        }
    }

    private static Permit permit(Permission permission) {
        return new Permit(Access.LOCAL, null, permission, PROJECT, Permit.NEVER_STALE, REASON);
    }

    private void access() {
        var operator = new Permit(
                Access.OPERATOR, null, Permission.PRINCIPAL_WRITE, Scopes.INSTANCE, Permit.NEVER_STALE, null);
        access.create(operator, "ada", false, null, Role.SA, Scopes.INSTANCE, Term.USUAL, null);
        access.create(operator, "scorer", true, "ada", Role.SS, PROJECT, Term.USUAL, null);
        var token = access.issue(
                operator, "scorer", "first", Duration.ofDays(30), Set.of(Permission.DECISION_APPEND), null);
        access.issue(operator, "scorer", "second", Duration.ofDays(30), null, null);
        access.revokeToken(operator, Uid.parse(token.id()));
        var grant = access.grant(operator, "scorer", Role.DS, PROJECT, Term.USUAL);
        access.revoke(operator, Uid.parse(grant.answer().id()));
    }

    private void runs(int count) {
        Permit permit = permit(Permission.RUN_WRITE);
        long experiment = tracking.createExperiment(permit, PROJECT, "credit", null, Map.of("team", "risk"))
                .answer()
                .id();
        tracking.renameExperiment(permit, PROJECT, experiment, "credit scoring");
        tracking.tagExperiment(permit, PROJECT, experiment, "team", null);
        for (int i = 0; i < count; i++) {
            Run run = tracking.createRun(
                            permit,
                            PROJECT,
                            experiment,
                            "ann",
                            1_000L + i,
                            Map.of("mlflow.runName", "run " + i, "mlflow.source.git.commit", "%040x".formatted(i)))
                    .answer();
            var batch =
                    new LogBatch().param("depth", Integer.toString(i % 7)).tag("team", i % 2 == 0 ? "risk" : "fraud");
            for (int step = 0; step < 3; step++) {
                batch.metric("loss", 1.0 / (step + 1), 1_000L + step, step, null, null, null);
            }
            batch.metric("auc", i % 5 == 0 ? Double.NaN : 0.5 + i / 1000.0, 2_000, 0, null, null, null);
            tracking.log(permit, PROJECT, run.uid(), batch, Act.RUN_LOG, false);
            tracking.log(
                    permit,
                    PROJECT,
                    run.uid(),
                    new LogBatch()
                            .metric("loss", 0.25, 1_002, 2, null, null, null)
                            .tag("team", "shared"),
                    Act.RUN_LOG,
                    false);
            tracking.updateRun(permit, PROJECT, run.uid(), RunStatus.FINISHED, 3_000L, i == 0 ? "first" : null);
        }
        Run input = run(permit, "with inputs");
        tracking.relate(
                permit,
                PROJECT,
                input.uid(),
                List.of(new DatasetInput(
                        Uid.of(Hashing.sha256(new byte[] {1})),
                        "german",
                        "ab12",
                        "local",
                        "german.csv",
                        null,
                        null,
                        "train",
                        "{}")),
                List.of());
        tracking.deleteTag(permit, PROJECT, run(permit, "with tag").uid(), "mlflow.note");
        Run gone = run(permit, "deleted");
        tracking.moveRun(permit, PROJECT, gone.uid(), Lifecycle.DELETED);
        tracking.moveExperiment(permit, PROJECT, experiment, Lifecycle.DELETED);
        tracking.moveExperiment(permit, PROJECT, experiment, Lifecycle.ACTIVE);
    }

    private Run run(Permit permit, String name) {
        return tracking.createRun(permit, PROJECT, 0, "bob", 5, Map.of("mlflow.runName", name, "mlflow.note", "n"))
                .answer();
    }

    private void deployments() {
        journal.write(
                Permit.system(Permission.MODEL_REGISTER, PROJECT),
                new Registered(version.version().uid()));
        deployments.recordPolicies(Permit.system(Permission.POLICY_WRITE, Scopes.INSTANCE));
        var requested = approvals.request(permit(Permission.APPROVAL_REQUEST), WORKSPACE, "credit", "1", 1, REASON);
        approvals.vote(
                permit(Permission.APPROVAL_APPROVE),
                Uid.parse(requested.answer().id()),
                true,
                REASON);
        var order = new Deployments.Order("scoring", "credit", "1", "{\"replicas\": 2}", "production", true, false);
        Permit deployer = permit(Permission.DEPLOYMENT_EXECUTE);
        var first =
                deployments.start(deployer, WORKSPACE, PROJECT, order, REASON).answer();
        var second =
                deployments.start(deployer, WORKSPACE, PROJECT, order, REASON).answer();
        deployments.rollback(deployer, Uid.parse(second.id()), Uid.parse(first.id()), REASON);
    }

    private void decisions() throws IOException {
        var items = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            items.add("""
                {"client_id": "a-%1$d", "features": {"age": %2$d, "job": "skilled"}, "outcome": "denied", "score": 0.7,
                 "endpoint": "scoring", "subject": {"namespace": "customer", "id": "%1$d"}, "protected": {"sex": "f"}}\
                """.formatted(i, 20 + i));
        }
        for (int half = 0; half < 2; half++) {
            String body = "[" + String.join(",", items.subList(half * 10, half * 10 + 10)) + "]";
            decisions.ingest(
                    permit(Permission.DECISION_APPEND),
                    Scopes.DEFAULT_NAMESPACE,
                    WORKSPACE,
                    PROJECT,
                    new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
        }
        var label = dev.clew.server.feedback.FeedbackInput.parse(
                dev.clew.server.common.Json.MAPPER.readTree("{\"kind\": \"label\", \"value\": \"good\"}"),
                "a-1",
                clock.millis() * 1_000);
        feedback.record(permit(Permission.FEEDBACK_WRITE), Scopes.DEFAULT_NAMESPACE, PROJECT, List.of(label));
    }

    @Override
    public void close() {
        journal.settle(Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE));
        for (AutoCloseable part : List.of(audit, access, ledgers, journal, vault, database)) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The entry by which the one model version came to be. */
    private record Registered(Uid uid) implements Command<Boolean> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return Decision.of(
                    true,
                    Change.of(Act.MODEL_VERSION_REGISTER, Node.of(Kind.MODEL_VERSION, uid))
                            .event());
        }
    }

    /** A registry of one version. */
    private record OneVersion(Uid uid, Uid model) implements Versions {
        Version version() {
            return new Version(uid, model, "credit", 1, Hashing.sha256(uid.bytes()), null, "file", "usr:ann", PROJECT);
        }

        @Override
        public Optional<Version> find(int workspace, String name, String versionOrAlias) {
            return name.equals("credit") ? Optional.of(version()) : Optional.empty();
        }

        @Override
        public Optional<Version> byUid(Uid wanted) {
            return wanted.equals(uid) ? Optional.of(version()) : Optional.empty();
        }

        @Override
        public boolean isLive(Uid wanted) {
            return wanted.equals(uid);
        }

        @Override
        public Needs needs(Uid wanted) {
            return Needs.none();
        }

        @Override
        public Optional<Version> read(State state, Uid wanted) {
            return byUid(wanted);
        }
    }

    /** Nobody is known to have worked on it. */
    private static final class Nobody implements Contributors {
        @Override
        public Needs needs(Uid version) {
            return Needs.none();
        }

        @Override
        public Set<String> read(State state, Uid version) {
            return Set.of();
        }
    }
}
