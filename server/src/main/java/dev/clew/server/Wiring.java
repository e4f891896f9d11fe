package dev.clew.server;

import dev.clew.server.access.Access;
import dev.clew.server.access.AuditRecords;
import dev.clew.server.access.Denials;
import dev.clew.server.access.PrincipalDescriptions;
import dev.clew.server.access.PrincipalView;
import dev.clew.server.access.SodConfig;
import dev.clew.server.api.AccessApi;
import dev.clew.server.api.ApprovalsApi;
import dev.clew.server.api.BackupApi;
import dev.clew.server.api.Changes;
import dev.clew.server.api.DatasetsApi;
import dev.clew.server.api.DecisionsApi;
import dev.clew.server.api.DeploymentsApi;
import dev.clew.server.api.ExportApi;
import dev.clew.server.api.FeedbackApi;
import dev.clew.server.api.ImportsApi;
import dev.clew.server.api.LedgerApi;
import dev.clew.server.api.MetricsApi;
import dev.clew.server.api.PrivacyApi;
import dev.clew.server.api.PurgesApi;
import dev.clew.server.api.RegistryApi;
import dev.clew.server.api.ServiceApi;
import dev.clew.server.api.SessionApi;
import dev.clew.server.api.StoredPagesApi;
import dev.clew.server.api.TraceApi;
import dev.clew.server.api.TrackingApi;
import dev.clew.server.api.WebApp;
import dev.clew.server.backup.Backups;
import dev.clew.server.backup.RestoredCopy;
import dev.clew.server.backup.Source;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.datasets.DatasetDescriptions;
import dev.clew.server.datasets.Datasets;
import dev.clew.server.datasets.EvaluationSets;
import dev.clew.server.decisions.DecisionDescriptions;
import dev.clew.server.decisions.DecisionLinks;
import dev.clew.server.decisions.Decisions;
import dev.clew.server.decisions.PersonalRecords;
import dev.clew.server.decisions.RecordProofs;
import dev.clew.server.decisions.RecordStore;
import dev.clew.server.deployments.Approvals;
import dev.clew.server.deployments.DeploymentDescriptions;
import dev.clew.server.deployments.Deployments;
import dev.clew.server.deployments.Standing;
import dev.clew.server.explanations.ExplanationDescriptions;
import dev.clew.server.explanations.Explanations;
import dev.clew.server.feedback.Feedback;
import dev.clew.server.feedback.FeedbackDescriptions;
import dev.clew.server.http.Gate;
import dev.clew.server.http.HttpServer;
import dev.clew.server.http.Replays;
import dev.clew.server.http.Route;
import dev.clew.server.http.Undelivered;
import dev.clew.server.journal.Idempotency;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.RowHistory;
import dev.clew.server.ledgers.EntryExtras;
import dev.clew.server.ledgers.EntryReader;
import dev.clew.server.ledgers.Ledgers;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.outbound.SafePost;
import dev.clew.server.ports.RecordLinks;
import dev.clew.server.ports.ScopeTree;
import dev.clew.server.privacy.ErasureLog;
import dev.clew.server.privacy.ErasureStep;
import dev.clew.server.privacy.Privacy;
import dev.clew.server.protocol.mlflow.MlflowArtifacts;
import dev.clew.server.protocol.mlflow.MlflowAssessments;
import dev.clew.server.protocol.mlflow.MlflowEvaluationSets;
import dev.clew.server.protocol.mlflow.MlflowExperiments;
import dev.clew.server.protocol.mlflow.MlflowLoggedModels;
import dev.clew.server.protocol.mlflow.MlflowLogging;
import dev.clew.server.protocol.mlflow.MlflowMetrics;
import dev.clew.server.protocol.mlflow.MlflowModels;
import dev.clew.server.protocol.mlflow.MlflowPermissions;
import dev.clew.server.protocol.mlflow.MlflowRuns;
import dev.clew.server.protocol.mlflow.MlflowService;
import dev.clew.server.protocol.mlflow.MlflowTraces;
import dev.clew.server.protocol.mlflow.MlflowUploads;
import dev.clew.server.protocol.mlflow.MlflowUsers;
import dev.clew.server.protocol.mlflow.MlflowVersions;
import dev.clew.server.protocol.mlflow.MlflowWebhooks;
import dev.clew.server.protocol.mlflow.OtlpTraces;
import dev.clew.server.purge.Purges;
import dev.clew.server.registry.Registry;
import dev.clew.server.registry.Webhooks;
import dev.clew.server.segments.Compactor;
import dev.clew.server.segments.SegmentRecords;
import dev.clew.server.segments.Segments;
import dev.clew.server.segments.Summaries;
import dev.clew.server.spans.SpanDescriptions;
import dev.clew.server.spans.SpanLinks;
import dev.clew.server.spans.Spans;
import dev.clew.server.storage.Blocking;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.DatabaseUrl;
import dev.clew.server.storage.DirectoryBlobs;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.storage.PartFiles;
import dev.clew.server.storage.PostgresDatabase;
import dev.clew.server.storage.SqliteDatabase;
import dev.clew.server.trace.Dependents;
import dev.clew.server.trace.EntryHistories;
import dev.clew.server.trace.FollowedThread;
import dev.clew.server.trace.Trace;
import dev.clew.server.tracking.Deletions;
import dev.clew.server.tracking.Imports;
import dev.clew.server.tracking.LoggedModels;
import dev.clew.server.tracking.TrackedFiles;
import dev.clew.server.tracking.Tracking;
import dev.clew.server.tracking.TrackingDescriptions;
import dev.clew.server.tracking.TrackingHistory;
import dev.clew.server.tracking.Uploads;
import dev.clew.server.tracking.ValueIndexFollower;
import dev.clew.server.vault.KeyVault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Everything the process is made of, outermost last. Read this file first. */
public final class Wiring implements AutoCloseable {
    private static final String NAMESPACE = Scopes.DEFAULT_NAMESPACE;

    /** Platform threads for file calls, which would hold carriers otherwise. */
    private static final int FILE_THREADS = 8;

    /** How long answers may take that say that the disk failed. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

    private final Deque<AutoCloseable> open = new ArrayDeque<>(); // closed in reverse order
    private final HttpServer http;
    private volatile @Nullable HttpServer served;
    private final Access access;
    private final List<Route> routes = new ArrayList<>();

    public Wiring(Config config, DataDirectory directory) {
        this(config, directory, step -> {});
    }

    /** @param erasureSteps told after every durable step of an erasure: a test stops there */
    Wiring(Config config, DataDirectory directory, Consumer<ErasureStep> erasureSteps) {
        this(config, directory, erasureSteps, Access.FIRST_TREE);
    }

    /** @param scopes where things lie: a test has several workspaces */
    Wiring(Config config, DataDirectory directory, Consumer<ErasureStep> erasureSteps, ScopeTree scopes) {
        var path = directory.path();
        var clock = InstantSource.system();
        var keys = path.resolve("keys");
        try {
            Files.createDirectories(keys);
            String url = config.data().databaseUrl();
            refuseTwoDatabases(url, path);
            Database database = add(
                    url.isEmpty()
                            ? SqliteDatabase.open(path.resolve("clew.db"))
                            : PostgresDatabase.open(DatabaseUrl.parse(url)));
            var unhurried = database.unhurried();
            requireKeys(database, path, config);
            refuseStrangers(database, path, config);
            var vault = add(
                    KeyVault.open(keys.resolve("root.key"), JdbcKeyStore.openSqlite(keys.resolve("vault.db")), clock));
            var restored = RestoredCopy.in(path);
            var succession = restored.flatMap(copy -> copy.succession(database, vault, config.ledger()));
            var segments = add(Segments.open(database, path, namespace -> vault.sealing(namespace, "segment")));
            var journal = add(Journal.on(
                            database,
                            clock,
                            JournalConfig.DEFAULT.keepingFree(
                                    config.data().minFree().bytes()))
                    .recordKeys(new VaultRecordKeys(vault))
                    .older(segments)
                    .freeBytes(() -> path.toFile().getUsableSpace())
                    .onPoisoned(this::end)
                    .open());
            succession.ifPresent(next -> restored.orElseThrow().enter(next, journal));
            var ledgers = add(Ledgers.open(database, journal, vault, path, config.ledger(), clock, failure -> halt()));

            // Closed before the ledger is, so that its last checkpoint covers every record.
            open.push(() -> journal.settle(Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE)));

            access = add(new Access(
                    journal, database, vault, keys, scopes, config.sod().mode() == SodConfig.Mode.SOLO, clock));
            var audit = add(new AuditRecords(journal, vault, clock));
            var tracking = new Tracking(journal, database, clock);
            tracking.open();
            add(ValueIndexFollower.start(journal, database, clock));
            var fileThreads = add(new Blocking("files", FILE_THREADS, 256));
            var blobs = add(DirectoryBlobs.open(
                    path.resolve("blobs"),
                    vault.sealing(NAMESPACE, "blob"),
                    fileThreads,
                    clock,
                    config.artifacts().reserve().bytes()));
            var files = new TrackedFiles(journal, tracking, blobs);
            var spans = new Spans(journal, database, blobs, clock);
            var datasets = new Datasets(journal, database, access::nameOf, clock);
            Deployments.Reasons reasons = (scope, text) ->
                    vault.salted(NAMESPACE, scope, "text/plain", text.getBytes(StandardCharsets.UTF_8));
            journal.keepReasons(reasons::seal);
            // The registry asks for approvals before a protected alias moves; approvals are of its versions.
            var granted = new AtomicReference<dev.clew.server.ports.Approvals>();
            var registry = new Registry(journal, database, files, granted::get, reasons::seal, clock);
            var webhooks = new Webhooks(
                    journal,
                    database,
                    new SafePost(
                            Set.copyOf(config.webhooks().allowedSchemes()),
                            config.webhooks().allowPrivate()),
                    new VaultSecrets(vault, NAMESPACE),
                    fileThreads,
                    clock);
            add(registry.tell(webhooks, database));
            var models = registry.versions();
            var deployments = new Deployments(
                    journal,
                    database,
                    models,
                    config.policy(),
                    reasons,
                    registry::isAsRegistered,
                    files::settled,
                    access::duties,
                    access::nameOf,
                    clock);
            deployments.recordPolicies(Permit.system(Permission.POLICY_WRITE, Scopes.INSTANCE));
            var approvals = new Approvals(
                    journal,
                    database,
                    models,
                    registry.contributors(),
                    config.policy(),
                    reasons,
                    registry::isAsRegistered,
                    files::settled,
                    access::duties,
                    access::nameOf,
                    clock);
            granted.set(approvals);
            tracking.bindTo(new VersionBindings(registry, new Standing(models), audit));
            var records = new RecordStore(journal.records(), vault);
            var decisions =
                    new Decisions(journal, database, vault, records, deployments, models, clock, config.decisions());
            add(decisions.rememberStored(records));
            var compactor = add(Compactor.start(journal, segments, config.segments(), Summaries.NONE, clock));
            var explanations = add(new Explanations(
                    journal,
                    vault,
                    decisions,
                    records,
                    models,
                    files,
                    registry::isAsRegistered,
                    config.explanations(),
                    clock));
            var feedback = new Feedback(journal, vault, records, access::nameOf, clock);
            var proofs = new RecordProofs(journal.records(), ledgers);
            var personal = new PersonalRecords(journal, records, decisions, vault);
            var privacy = add(new Privacy(
                    journal,
                    database,
                    vault,
                    ledgers.entries(),
                    ledgers::leaf,
                    audit,
                    access,
                    List.of(personal),
                    List.of(personal, explanations::show, feedback::show),
                    new ErasureLog(erasuresFile(config, ledgers), ledgers.origin()),
                    config.privacy(),
                    access::duties,
                    erasureSteps,
                    clock));
            restored.ifPresent(copy -> copy.finish(journal, ledgers.entries(), privacy::repeat));
            privacy.resume();
            List<RecordLinks> recordLinks = List.of(
                    new DecisionLinks(records, decisions),
                    new SpanLinks(
                            spans,
                            (experiment, scope) -> tracking.experiment(experiment, scope)
                                    .map(view -> view.experiment().node())));
            var purges = add(new Purges(
                    journal,
                    database,
                    blobs,
                    new Deletions(journal, tracking),
                    spans,
                    new Dependents(database, recordLinks, models),
                    Catalog.tables(),
                    clock));
            var backups = add(new Backups(
                    journal,
                    new Source(
                            path,
                            database,
                            vault::copyTo,
                            privacy.erasuresFile(),
                            List.of(privacy::hold, compactor::hold, purges::hold),
                            config.ledger(),
                            Version.TEXT),
                    clock));
            var entries = new EntryReader(ledgers, vault);
            var trace = new Trace(
                    database,
                    recordLinks,
                    new EntryHistories(ledgers.entries(), entries, access::nameOf),
                    List.of(
                            new TrackingDescriptions(tracking),
                            registry.descriptions(),
                            new DatasetDescriptions(datasets),
                            new DeploymentDescriptions(deployments, approvals),
                            new DecisionDescriptions(records, decisions),
                            new ExplanationDescriptions(records),
                            new FeedbackDescriptions(records, feedback),
                            new SpanDescriptions(spans),
                            new PrincipalDescriptions(access)),
                    () -> asOf(ledgers),
                    access::nameOf,
                    vault.mac("trace/redaction", new byte[0]));

            var gate = new Gate(
                    access,
                    (who, permission, code, resource) -> audit.denied(
                            who,
                            permission,
                            code,
                            resource == null ? 0 : resource.scope(),
                            resource == null ? null : resource.id()));
            journal.recheckWith(gate::recheck); // permits older than the newest change of access
            var sessions = new SessionApi(access, ledgers.nameAndKeyId());
            var app = new WebApp(sessions::who);
            routes.addAll(new ServiceApi(() -> routes, Version.TEXT, journal::ailment, !app.isThere()).routes());
            if (app.isThere()) {
                routes.addAll(app.routes());
            }
            routes.addAll(sessions.routes());
            routes.addAll(new AccessApi(access).routes());
            routes.addAll(new LedgerApi(
                            ledgers,
                            entries,
                            trace,
                            access::nameOf,
                            name -> access.find(name).map(PrincipalView::id),
                            config.ledger(),
                            new RowHistory(database),
                            Catalog.tables(),
                            new Denials(journal.records(), vault, audit, access::nameOf))
                    .routes());
            routes.addAll(
                    new ExportApi(new EntryExtras(database, ledgers, List.of(new SegmentRecords(path)))).routes());
            routes.addAll(new DatasetsApi(datasets).routes());
            routes.addAll(new MetricsApi(tracking.lines()).routes());
            routes.addAll(new DeploymentsApi(deployments, ledgers.entries(), entries).routes());
            routes.addAll(new ApprovalsApi(approvals).routes());
            routes.addAll(new TraceApi(trace).routes());
            routes.addAll(new DecisionsApi(decisions, explanations, feedback, audit, proofs).routes());
            routes.addAll(new FeedbackApi(feedback, clock).routes());
            routes.addAll(new BackupApi(backups).routes());
            routes.addAll(new PurgesApi(purges).routes());
            routes.addAll(new PrivacyApi(privacy.subjects(), privacy.erasures()).routes());
            var changes = new Changes(entries, access::nameOf);
            routes.addAll(new RegistryApi(registry, changes, access::nameOf).routes());
            routes.addAll(new TrackingApi(tracking, new TrackingHistory(database), changes).routes());
            routes.addAll(new MlflowModels(registry).routes());
            routes.addAll(new MlflowVersions(registry, files).routes());
            routes.addAll(new MlflowWebhooks(webhooks).routes());
            routes.addAll(new MlflowService().routes());
            routes.addAll(new MlflowUsers(access).routes());
            routes.addAll(new MlflowPermissions(access, tracking, registry).routes());
            routes.addAll(new MlflowExperiments(tracking).routes());
            routes.addAll(new MlflowRuns(tracking, clock).routes());
            routes.addAll(new MlflowLogging(tracking, datasets, files).routes());
            routes.addAll(new MlflowMetrics(tracking).routes());
            var mlflowFiles = new MlflowArtifacts(tracking, files, config.artifacts());
            routes.addAll(mlflowFiles.routes());
            routes.addAll(
                    new StoredPagesApi(tracking, files, bytes -> vault.mac("usercontent", bytes), clock).routes());
            var uploads = add(new Uploads(
                    files,
                    PartFiles.open(
                            path.resolve("blobs/parts"),
                            vault.sealing(NAMESPACE, "part"),
                            fileThreads,
                            config.artifacts().reserve().bytes()),
                    bytes -> vault.mac("part", bytes),
                    gate::recheck,
                    config.artifacts(),
                    clock));
            routes.addAll(new MlflowUploads(files, uploads, config.artifacts()).routes());
            var loggedModels = new LoggedModels(journal, tracking, files, clock);
            routes.addAll(new MlflowLoggedModels(loggedModels, files, mlflowFiles).routes());
            Imports.Reports reports = (scope, json) -> vault.salted(NAMESPACE, scope, "application/json", json);
            var imports = new Imports(journal, tracking, loggedModels, reports, clock);
            routes.addAll(new ImportsApi(imports, registry, datasets).routes());
            routes.addAll(new MlflowTraces(spans, tracking, audit).routes());
            routes.addAll(new MlflowAssessments(spans, tracking, clock).routes());
            routes.addAll(new OtlpTraces(spans, tracking).routes());
            routes.addAll(new MlflowEvaluationSets(new EvaluationSets(journal, database, clock), tracking).routes());
            var replays =
                    new Replays(new Idempotency(journal, database, clock), new SealedAnswers(vault, NAMESPACE), clock);
            var once = new Undelivered(clock).over(replays.over(routes));
            unhurried.close();
            http = add(new HttpServer(config.http(), keys, gate, List.of(once)).start());
            served = http;
        } catch (IOException e) {
            close();
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The data directory cannot be written; let the server's user write it.",
                    e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** A log without its keys gets no new ones: nothing could be opened with them, and nothing signed. */
    private static void requireKeys(Database database, Path path, Config config) {
        if (!Files.exists(path.resolve("keys/vault.db"))
                && database.read(sql -> StoredLog.of(sql, path, config.ledger()))
                        .isPresent()) {
            throw new ClewException(
                    ErrorCode.KEY_MISSING,
                    "The data directory has no keys/vault.db, so its log cannot be signed nor anything sealed be"
                            + " opened. Put vault.db of the key archive and your root.key into keys; clew verify and clew"
                            + " export work without.");
        }
    }

    /** The setting does not move what is stored, so a second database would begin a second log in the same directory. */
    private static void refuseTwoDatabases(String url, Path path) {
        if (!url.isEmpty() && Files.exists(path.resolve("clew.db"))) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The data directory has a database of its own, clew.db, and data.database_url names another one."
                            + " Leave data.database_url out, or give the other database a new directory.");
        }
    }

    /** Tiles of a log are never without its entries: the directory or the database is not the one it was. */
    private static void refuseStrangers(Database database, Path path, Config config) {
        if (Files.exists(path.resolve("ledger/tile"))
                && database.read(sql -> StoredLog.of(sql, path, config.ledger()))
                        .isEmpty()) {
            throw new ClewException(
                    ErrorCode.CONFIGURATION,
                    "The data directory holds the tiles of a log, and its database knows no log. Give the database"
                            + " that belongs to this directory (data.database_url), or a new directory.");
        }
    }

    public String url() {
        return http.url();
    }

    /** Where commands of this machine reach it. */
    public String localUrl() {
        return http.localUrl();
    }

    /** Everything that is served. */
    List<Route> routes() {
        return List.copyOf(routes);
    }

    /** The token by which the first user is made, the first time it is there. */
    public Optional<String> bootstrapToken() {
        return access.freshBootstrapToken();
    }

    /** What has been committed so far is seen; what a signed checkpoint covers has its time too. */
    private static FollowedThread.AsOf asOf(Ledgers ledgers) {
        return new FollowedThread.AsOf(
                ledgers.entries().size(), Instant.EPOCH.plus(ledgers.publishedMicros(), ChronoUnit.MICROS));
    }

    /** Beside the anchor, so that it outlives the data directory as the anchor does. */
    private static Path erasuresFile(Config config, Ledgers ledgers) {
        return config.privacy().erasuresFile().isEmpty()
                ? ledgers.anchorFile().resolveSibling(ledgers.anchorFile().getFileName() + ".erasures")
                : Path.of(config.privacy().erasuresFile());
    }

    private <T extends AutoCloseable> T add(T part) {
        open.push(part);
        return part;
    }

    /** The store takes nothing more: who waits for it is told so, then the process ends. */
    private void end() {
        Thread.ofPlatform().name("end").start(() -> {
            HttpServer serving = served;
            if (serving != null) {
                serving.settle(LAST_ANSWERS);
            }
            halt();
        });
    }

    /** The store or the disk can no longer be trusted: nothing more is acknowledged or signed. */
    private static void halt() {
        Runtime.getRuntime().halt(70);
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.getLogger("clew").log(System.Logger.Level.WARNING, "not closed in order", e);
            }
        }
    }
}
