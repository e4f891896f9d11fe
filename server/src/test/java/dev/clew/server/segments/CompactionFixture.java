package dev.clew.server.segments;

import dev.clew.ledger.encoding.Act;
import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.config.Size;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.HotRecord;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.Records;
import dev.clew.server.journal.SeenRecord;
import dev.clew.server.journal.State;
import dev.clew.server.storage.Database;
import dev.clew.server.storage.Disk;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.storage.TestDatabase;
import dev.clew.server.vault.KeyVault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A data directory with a journal, segments and a compactor, under a clock that the test moves. */
final class CompactionFixture implements AutoCloseable {
    static final Permit PERMIT =
            new Permit("usr:test", null, Permission.RUN_WRITE, Scopes.DEFAULT_PROJECT, Permit.NEVER_STALE, null);
    static final SegmentsConfig CONFIG = new SegmentsConfig(Duration.ofHours(24), 1_000_000, new Size(32 << 20));

    private static final JournalConfig NEVER_BY_TIME =
            JournalConfig.DEFAULT.closingRecordsAfter(Duration.ofDays(10_000));

    final Path directory;
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    final Database database;
    final KeyVault vault;
    final Segments segments;
    final Journal journal;
    final Compactor compactor;
    private final Random random;

    private CompactionFixture(
            Path directory, Disk disk, SegmentsConfig config, Summaries summaries, JournalConfig journalConfig)
            throws IOException {
        this.directory = directory;
        this.random = new Random(directory.hashCode());
        this.database = TestDatabase.open(directory);
        this.vault = KeyVault.open(
                directory.resolve("root.key"),
                JdbcKeyStore.openSqlite(directory.resolve("vault.db")),
                InstantSource.system());
        this.segments = Segments.open(database, directory, ns -> vault.sealing(ns, "segment"), disk);
        this.journal = Journal.on(database, now::get, journalConfig)
                .nanoTime(() -> now.get().toEpochMilli() * 1_000_000)
                .older(segments)
                .open();
        this.compactor = Compactor.start(journal, segments, config, summaries, now::get);
    }

    static CompactionFixture open(Path directory) throws IOException {
        return open(directory, Disk.REAL, CONFIG, Summaries.NONE);
    }

    static CompactionFixture open(Path directory, Disk disk, SegmentsConfig config, Summaries summaries)
            throws IOException {
        return new CompactionFixture(directory, disk, config, summaries, NEVER_BY_TIME);
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    HotRecord record(byte @Nullable [] psid, @Nullable Uid target, byte @Nullable [] clientKey) {
        Uid id = Uid.next(now.get().toEpochMilli());
        byte[] body = bytes(50 + random.nextInt(100));
        byte[] submission = Submission.of("decision.record", "svc:test", id.bytes())
                .scope(3L)
                .tags(psid == null ? List.of() : List.of(bytes(16)))
                .body(new BodyRef("decision/1", 2, bytes(32), 20, Hashing.sha256(body), bytes(32)))
                .build()
                .encode();
        return new HotRecord(
                id,
                Act.DECISION_RECORD,
                submission,
                body,
                psid == null ? bytes(16) : psid,
                target,
                clientKey,
                bytes(32),
                0);
    }

    /** Writes each list in a group of its own, so in a chunk of its own, and closes a batch. */
    @SafeVarargs
    final void batch(List<HotRecord>... groups) {
        for (List<HotRecord> group : groups) {
            journal.write(PERMIT, new Command<String>() {
                @Override
                public Needs needs() {
                    return Needs.none();
                }

                @Override
                public Decision<String> decide(State state, Moment moment) {
                    return Decision.records("", group);
                }
            });
        }
        journal.settle(PERMIT);
    }

    Optional<SeenRecord> seen(byte[] clientKey) {
        return journal.write(PERMIT, new Command<Optional<SeenRecord>>() {
                    @Override
                    public Needs needs() {
                        return Needs.none();
                    }

                    @Override
                    public Decision<Optional<SeenRecord>> decide(State state, Moment moment) {
                        return Decision.unchanged(state.seen(clientKey));
                    }
                })
                .answer();
    }

    /** Everything that is asked of these records, as text that is compared. */
    List<String> answers(List<HotRecord> records) {
        var answers = new ArrayList<String>();
        for (HotRecord each : records) {
            Records.Stored found = journal.records().find(each.id()).orElseThrow();
            answers.add(text(found));
            for (Records.Stored about : journal.records().about(each.id())) {
                answers.add("about " + text(about));
            }
            byte[] clientKey = each.clientKey();
            if (clientKey != null) {
                journal.records().byClientKey(clientKey).forEach(one -> answers.add("client " + text(one)));
                SeenRecord seen = seen(clientKey).orElseThrow();
                answers.add("seen " + seen.id() + Arrays.hashCode(seen.content()));
            }
        }
        for (long seq = 0; seq < new Entries(database).size(); seq++) {
            journal.records().ofBatch(seq).forEach(one -> answers.add("batch " + text(one)));
            journal.records()
                    .innerHashes(seq, 0, Integer.MAX_VALUE)
                    .forEach(hash -> answers.add("hash " + Arrays.hashCode(hash)));
            long batch = seq;
            var blob = new dev.clew.server.ledgers.RecordSource[] {new SegmentRecords(directory)};
            answers.add("blob "
                    + database.read(sql -> dev.clew.server.journal.BatchRecords.of(sql, batch)
                            .map(inner -> inner.stream().map(Arrays::hashCode).toList())
                            .or(() -> blob[0].slots(sql, batch)
                                    .map(slots -> slots.stream()
                                            .map(slot -> Arrays.hashCode(slot.record()))
                                            .toList()))));
        }
        return answers;
    }

    static String text(Records.Stored record) {
        return "%s %s %d %d %d %d %s %s %d"
                .formatted(
                        record.id(),
                        record.namespace(),
                        record.micros(),
                        Arrays.hashCode(record.submission()),
                        Arrays.hashCode(record.body()),
                        Arrays.hashCode(record.keyId()),
                        record.target(),
                        record.batch(),
                        record.position());
    }

    long hotChunks() {
        return database.read(sql -> sql.query("SELECT COUNT(*) AS n FROM hot_chunk")
                .first(row -> row.integer("n"))
                .orElseThrow());
    }

    List<String> files() throws IOException {
        try (var list = Files.list(directory.resolve("decisions"))) {
            return list.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    /** What fsck would find. */
    List<SegmentCheck.Finding> check() {
        var entries = new Entries(database);
        var findings = new ArrayList<SegmentCheck.Finding>();
        database.read(sql -> SegmentCheck.of(sql, directory))
                .run(
                        seq -> entries.at(seq)
                                .map(Entries.Stored::leaf)
                                .map(leaf -> dev.clew.ledger.encoding.Leaf.decode(leaf)
                                        .decodeSubmission()
                                        .batch())
                                .orElse(null),
                        findings::add);
        return findings;
    }

    /** The directory as a kill at this moment would leave it. */
    static void copy(Path from, Path to) {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.toString().endsWith("-shm")) {
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        compactor.close();
        journal.close();
        segments.close();
        vault.close();
        database.close();
    }
}
