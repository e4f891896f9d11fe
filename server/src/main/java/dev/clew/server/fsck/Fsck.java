package dev.clew.server.fsck;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Scopes;
import dev.clew.server.journal.JournalCheck;
import dev.clew.server.journal.RecordKeys;
import dev.clew.server.journal.Tables;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.BlobCheck;
import dev.clew.server.storage.Snapshot;
import dev.clew.server.storage.Sql;
import dev.clew.server.storage.StorageException;
import dev.clew.server.vault.KeyVault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything a data directory holds and compares it with what was signed: the store itself, the log with its tiles, checkpoints and
 * anchor, every entry with its change list and body, every batch of records, hot or compacted, the keys; with {@code state} every row with
 * what entries did to it. Confined to one thread, used once. Memory: about 100 MB and one bit an entry.
 */
public final class Fsck {
    /**
     * What is checked.
     *
     * @param directory the data directory
     * @param log empty when the directory holds none that can be read
     * @param vault null when there are no keys
     * @param recordKeys opens chunks of records; null when there are no keys
     * @param tables every table of the product
     */
    public record Subject(
            Path directory,
            Snapshot snapshot,
            Optional<StoredLog> log,
            @Nullable KeyVault vault,
            @Nullable RecordKeys recordKeys,
            List<Tables> tables) {}

    /**
     * How far it goes.
     *
     * @param state whether the state is recomputed from the ledger too
     * @param temporary where sorting may write
     * @param lastClean when everything was last found right, or null
     * @param progress told how many entries were read
     */
    public record Options(
            boolean state, Path temporary, @Nullable Instant lastClean, LongConsumer progress) {}

    private final Subject subject;
    private final Options options;
    private final Sql sql;
    private final Findings findings;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<String> notJudged = new ArrayList<>();
    private BitSet batches = new BitSet();
    private long size;

    public Fsck(Subject subject, Options options) {
        this.subject = subject;
        this.options = options;
        this.sql = subject.snapshot.sql();
        this.findings = new Findings(this::timeOf, options.lastClean);
    }

    /** Runs every step; one that cannot go on is a finding and does not keep the others from running. */
    public Report run() throws IOException {
        Beside store = Beside.start(
                "store",
                subject.snapshot,
                (own, report) ->
                        own.integrity(options.state, problem -> report.add("E-DATABASE", "clew.db", problem, -1)));
        var batchWalk = new BatchWalk(subject.directory, subject.recordKeys);
        Beside records = Beside.start("records", subject.snapshot, (own, report) -> batchWalk.run(own.sql(), report));
        if (subject.log.isPresent()) {
            StoredLog log = subject.log.get();
            if (options.state) {
                withState(log);
            } else {
                step("the log", () -> walk(log, null));
            }
            step("the keys of the log", () -> keys(log));
        } else {
            step("the log", this::requireNone);
        }
        step("records", () -> records.join(findings::add));
        batches(batchWalk);
        step("the journal's rows", () -> JournalCheck.run(sql, findings::add));
        step("the vault", this::vault);
        step("stored files", this::files);
        step("the store", () -> store.join(findings::add));
        return new Report(
                subject.log.map(StoredLog::origin).orElse(null),
                size,
                options.state,
                Instant.now(),
                counts,
                findings.list(),
                findings.count(),
                notJudged);
    }

    private void requireNone() {
        boolean any = sql.query("SELECT COUNT(*) AS n FROM entry")
                .first(row -> row.integer("n") > 0)
                .orElse(false);
        if (any) {
            findings.add("E-ROW", "ledger_identity", "is missing: without it nothing of the log can be verified");
        } else {
            notJudged.add("the log: none was begun here");
        }
    }

    private void withState(StoredLog log) throws IOException {
        try (var sort = new StateSort(options.temporary)) {
            step("the log", () -> walk(log, sort));
            var state = new StateCheck(sql, findings, subject.tables, sort);
            state.read(this::step);
            step("the state", state::compare);
            counts.put("rows", state.rows());
            counts.put("changes", sort.size());
        }
    }

    private void walk(StoredLog log, @Nullable StateSort sort) throws IOException {
        var checkpoints = new Checkpoints(log, findings);
        checkpoints.read(sql);
        var walk = new LedgerWalk(sql, log, sort != null, subject.vault, checkpoints, findings, options.progress);
        try {
            walk.run(sort == null ? entry -> {} : sort::entry);
        } finally {
            checkpoints.signatures();
        }
        size = walk.size();
        batches = walk.batches();
        counts.put("entries", walk.verified());
        counts.put("checkpoints", checkpoints.checked());
        if (walk.saltedUnopened() > 0) {
            notJudged.add("%d texts of reasons: without keys they do not open".formatted(walk.saltedUnopened()));
        }
    }

    /** The keys that sign are those the log began with. */
    private void keys(StoredLog log) {
        if (subject.vault == null) {
            return;
        }
        try {
            log.requireKeys(subject.vault);
        } catch (ClewException e) {
            findings.add("E-KEYS", "ledger_identity", "names other keys than those of the vault");
        }
    }

    private void batches(BatchWalk walk) {
        walk.compare(batches, findings::add);
        counts.put("batches", (long) batches.cardinality());
        counts.put("hot_records", walk.hotRecords());
        counts.put("compacted_batches", walk.compacted());
        if (subject.recordKeys == null && walk.hotRecords() > 0) {
            notJudged.add("what hot records say of persons and clients: without keys it does not open");
        }
    }

    private void vault() {
        if (subject.vault == null) {
            notJudged.add("the vault: its keys are not here");
            return;
        }
        subject.vault.integrity(options.state, problem -> findings.add("E-DATABASE", "vault.db", problem));
        for (String line : subject.vault.check()) {
            findings.add("E-VAULT", "vault", line.startsWith("E-VAULT ") ? line.substring(8) : line);
        }
    }

    private void files() throws IOException {
        var check = new BlobCheck(
                subject.directory.resolve("blobs"), (file, what) -> findings.add("E-FILE", "file " + file, what));
        step("names of stored files", () -> named(check));
        KeyVault vault = subject.vault;
        if (vault != null) {
            check.run(() -> vault.sealing(Scopes.DEFAULT_NAMESPACE, "blob"));
            counts.put("files", check.checked());
        } else if (!check.isEmpty()) {
            notJudged.add("stored files: without keys they do not open");
        }
    }

    /** Every file that a row names must be there. */
    private void named(BlobCheck check) {
        for (Tables tables : subject.tables) {
            for (Tables.BlobName blob : tables.blobs()) {
                String text = "SELECT %s AS digest, seq FROM %s"
                        .formatted(blob.column(), blob.table().name());
                sql.query(text).forEach(row -> {
                    byte[] digest = row.bytesOrNull("digest");
                    if (digest != null && !check.holds(digest)) {
                        findings.add(
                                "E-FILE",
                                "file " + HexFormat.of().formatHex(digest),
                                "is missing, and a row of %s names it"
                                        .formatted(blob.table().name()),
                                row.integer("seq"));
                    }
                });
            }
        }
    }

    private @Nullable Long timeOf(long seq) {
        try {
            return sql.query("SELECT time_us FROM entry WHERE seq = :seq")
                    .bind("seq", seq)
                    .first(row -> row.integer("time_us"))
                    .orElse(null);
        } catch (StorageException e) {
            return null;
        }
    }

    /** A part of the check. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    private void step(String what, Step step) throws IOException {
        try {
            step.run();
        } catch (StorageException e) {
            findings.add("E-DATABASE", what, "cannot be read any further: the store is damaged");
        } catch (ClewException e) {
            findings.add(
                    e.code() == ErrorCode.ROW_DAMAGED ? "E-ROW" : "E-LEDGER", what, String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeException e) {
            findings.add(
                    "E-DATABASE",
                    what,
                    "cannot be read any further: " + e.getClass().getSimpleName());
        }
    }
}
