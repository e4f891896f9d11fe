package dev.clew.benchmarks;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.Config;
import dev.clew.server.DataDirectory;
import dev.clew.server.VaultRecordKeys;
import dev.clew.server.Wiring;
import dev.clew.server.access.Access;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.config.Sources;
import dev.clew.server.journal.Journal;
import dev.clew.server.ledgers.Ledgers;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.storage.SqliteDatabase;
import dev.clew.server.tracking.LogBatch;
import dev.clew.server.tracking.Run;
import dev.clew.server.tracking.Tracking;
import dev.clew.server.vault.KeyVault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A data directory to be checked: entries of runs (of every twenty, one makes a run and nineteen log a metric and a parameter), then
 * decisions with 20 features, the older half of them moved to segments. Written through the features that a server has.
 */
final class FsckLedger {
    private static final int RUN_EVERY = 20;
    private static final int WRITERS = 240;
    private static final int A_REQUEST = 1_000;

    private final Path root;
    private final Path data;
    private final Config config;

    FsckLedger(Path root) {
        this.root = root;
        this.data = root.resolve("data");
        this.config = config(root, "segments.after=24h");
    }

    private static Config config(Path root, String setting) {
        return Config.read(new Sources()
                        .set(List.of("http.port=0", "ledger.anchor_file=" + root.resolve("anchor"), setting)))
                .values();
    }

    /** How many are there already. */
    long entries() {
        if (!Files.exists(data.resolve("clew.db"))) {
            return 0;
        }
        try (var database = SqliteDatabase.openReadOnly(data.resolve("clew.db"))) {
            return database.read(sql -> sql.query("SELECT COALESCE(MAX(seq) + 1, 0) AS n FROM entry")
                            .first(row -> row.integer("n")))
                    .orElse(0L);
        }
    }

    /** Adds so many entries, then so many decisions. */
    void write(long entries, int decisions) throws Exception {
        Files.createDirectories(data);
        Path keys = Files.createDirectories(data.resolve("keys"));
        var clock = InstantSource.system();
        try (var database = SqliteDatabase.open(data.resolve("clew.db"));
                var vault = KeyVault.open(
                        keys.resolve("root.key"), JdbcKeyStore.openSqlite(keys.resolve("vault.db")), clock);
                var journal = Journal.on(database, clock, BulkJournal.CONFIG)
                        .recordKeys(new VaultRecordKeys(vault))
                        .open();
                var _ = Ledgers.open(database, journal, vault, data, config.ledger(), clock, failure -> {
                    throw new IllegalStateException(failure);
                })) {
            var tracking = new Tracking(journal, database, clock);
            tracking.open();
            runs(tracking, entries);
        }
        if (decisions > 0) {
            decisions(decisions / 2, "segments.max_chunks=1");
            decisions(decisions - decisions / 2, "segments.after=24h");
        }
    }

    private static void runs(Tracking tracking, long entries) throws InterruptedException {
        var permit =
                new Permit(Access.LOCAL, null, Permission.RUN_WRITE, Scopes.DEFAULT_PROJECT, Permit.NEVER_STALE, null);
        var next = new AtomicLong();
        var done = new AtomicLong();
        var failure = new AtomicReference<@Nullable Throwable>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                pool.execute(() -> {
                    try {
                        while (failure.get() == null && next.getAndAdd(RUN_EVERY) < entries) {
                            run(tracking, permit, next.get());
                            tell("entries written", done.addAndGet(RUN_EVERY), entries);
                        }
                    } catch (RuntimeException e) {
                        failure.compareAndSet(null, e);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        System.err.println();
    }

    private static void run(Tracking tracking, Permit permit, long number) {
        Run run = tracking.createRun(
                        permit,
                        Scopes.DEFAULT_PROJECT,
                        0,
                        "bench",
                        1_000,
                        Map.of("mlflow.runName", "run " + number, "team", "risk"))
                .answer();
        for (int i = 1; i < RUN_EVERY; i++) {
            var batch = new LogBatch()
                    .param("p" + i, Long.toString(number))
                    .metric("loss", 1.0 / i, 1_000L + i, i, null, null, null);
            tracking.log(permit, Scopes.DEFAULT_PROJECT, run.uid(), batch, Act.RUN_LOG, false);
        }
    }

    private void decisions(int count, String setting) throws IOException, InterruptedException {
        var features = new StringBuilder("{");
        for (int i = 0; i < 20; i++) {
            features.append(i == 0 ? "" : ",").append("\"feature_%02d\":%d.5".formatted(i, i * 37 % 101));
        }
        String item = "{\"client_id\":\"%s\",\"features\":" + features + "},\"outcome\":\"approved\",\"score\":0.25}";
        try (var client = HttpClient.newHttpClient();
                var directory = DataDirectory.take(data);
                var server = new Wiring(config(root, setting), directory)) {
            for (int at = 0; at < count; at += A_REQUEST) {
                var body = new StringBuilder("[");
                for (int i = at; i < Math.min(count, at + A_REQUEST); i++) {
                    body.append(i == at ? "" : ",").append(item.formatted(setting.length() + "-" + i));
                }
                var answer = client.send(
                        HttpRequest.newBuilder(URI.create(server.url() + "/api/clew/v1/decisions"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        body.append(']').toString()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() / 100 != 2) {
                    throw new IllegalStateException(answer.body());
                }
                tell("decisions written", at + A_REQUEST, count);
            }
            if (setting.contains("max_chunks")) {
                awaitSegment();
            }
        }
        System.err.println();
    }

    private void awaitSegment() throws IOException, InterruptedException {
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        Path folder = data.resolve("decisions");
        while (System.nanoTime() < until) {
            try (var files = Files.list(folder)) {
                if (files.anyMatch(file -> file.toString().endsWith(".evd"))) {
                    return;
                }
            }
            Thread.sleep(200);
        }
        throw new IllegalStateException("no segment was written within two minutes");
    }

    private static void tell(String what, long done, long of) {
        if (done % 20_000 == 0) {
            System.err.printf("\r%,d of %,d %s ", done, of, what);
        }
    }
}
