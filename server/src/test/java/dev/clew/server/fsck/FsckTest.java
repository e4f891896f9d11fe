package dev.clew.server.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.Catalog;
import dev.clew.server.Config;
import dev.clew.server.SampleInstance;
import dev.clew.server.VaultRecordKeys;
import dev.clew.server.config.Sources;
import dev.clew.server.journal.Table;
import dev.clew.server.ledgers.StoredLog;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.storage.SqliteDatabase;
import dev.clew.server.vault.KeyVault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small real data directory with a little of everything; each test damages a copy of it, and the check names what was done. */
class FsckTest {
    private static final byte[] WEIGHTS = new byte[3_000];

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    @BeforeAll
    static void fill() throws Exception {
        Path data = Files.createDirectories(shared.resolve("data"));
        try (var sample = new SampleInstance(
                SqliteDatabase.open(data.resolve("clew.db")), data, config(shared.resolve("anchor")))) {
            sample.fill(60);
            sample.storeFile(data, "model/weights.bin", WEIGHTS);
        }
    }

    @Test
    void findsNothingInWhatWasNotTouched() throws Exception {
        Report report = check(copy());
        assertThat(report.findings()).isEmpty();
        assertThat(report.notJudged()).isEmpty();
        assertThat(report.counts().get("entries")).isGreaterThan(256).isEqualTo(report.size());
        assertThat(report.counts().get("hot_records")).isEqualTo(41);
        assertThat(report.counts().get("rows")).isGreaterThan(400);
    }

    @Test
    void namesARowThatWasEditedInEachTable() throws Exception {
        var missed = new ArrayList<String>();
        for (Table<?> table : tables()) {
            Path data = copy();
            var column = table.columns().stream().filter(each -> !each.inKey()).findFirst();
            if (column.isEmpty() || rows(data, table.name()) == 0) {
                continue;
            }
            String changed = switch (column.get().type()) {
                case INTEGER -> "COALESCE(%s, 0) + 1000003";
                case REAL -> "COALESCE(%s, 0) + 1.0";
                case TEXT -> "COALESCE(%s, '') || 'x'";
                case BLOB -> "CAST(COALESCE(%s, x'') || x'00' AS BLOB)";
            };
            String name = column.get().name();
            run(
                    data,
                    "UPDATE %1$s SET %2$s = %3$s WHERE %4$s = (SELECT %4$s FROM %1$s LIMIT 1)"
                            .formatted(
                                    table.name(),
                                    name,
                                    changed.formatted(name),
                                    table.mode() == Table.Mode.BULK
                                            ? "seq"
                                            : table.key().getFirst().name()));
            require(data, table.name(), "edit of " + table.name() + "." + name, missed);
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void namesARowThatWasDeletedFromEachTable() throws Exception {
        var missed = new ArrayList<String>();
        for (Table<?> table : tables()) {
            Path data = copy();
            if (rows(data, table.name()) == 0
                    || table.name().equals("ledger_cp")
                    || table.name().equals("ledger_int")) {
                continue;
            }
            String key = table.mode() == Table.Mode.BULK
                    ? "seq"
                    : table.key().getFirst().name();
            run(data, "DELETE FROM %1$s WHERE %2$s = (SELECT %2$s FROM %1$s LIMIT 1)".formatted(table.name(), key));
            require(
                    data,
                    table.name().equals("ledger_identity") ? "" : table.name(),
                    "deletion from " + table.name(),
                    missed);
        }
        assertThat(missed).isEmpty();
    }

    @Test
    void namesARowThatWasAdded() throws Exception {
        assertNames(
                "INSERT INTO key_name (key_id, name, seq, salt) VALUES (9000, 'sneaked', 3, randomblob(16))",
                "key_name [9000]: was added");
        assertNames(
                "INSERT INTO latest_metric (owner, key_id, exp, step, ts, value, is_nan) VALUES (77, 1, 0, 0, 0, 1.0, 0)",
                "latest_metric");
        assertNames("INSERT INTO counter (name, next) VALUES ('other', 5)", "counter other");
        assertNames(
                "INSERT INTO row_image (tab, row_key, seq, until_seq, salt, row_bytes) SELECT tab, row_key, seq + 100000, until_seq, salt, row_bytes FROM row_image LIMIT 1",
                "was never written");
        assertNames(
                "INSERT INTO entry_index SELECT 9999, time_us, act, who, kind, uid, scope FROM entry_index LIMIT 1",
                "entry_index");
    }

    @Test
    void namesWhatWasDoneToTheGraph() throws Exception {
        assertNames(
                "UPDATE node SET name = 'other' WHERE nid = (SELECT MIN(nid) FROM node WHERE name IS NOT NULL)",
                "node");
        assertNames("UPDATE node SET scope = scope + 1 WHERE name IS NULL", "node");
        assertNames("UPDATE node SET seq = seq + 1 WHERE nid = 1", "node");
        assertNames("DELETE FROM node WHERE nid = (SELECT MAX(nid) FROM node)", "node");
        assertNames("DELETE FROM link WHERE (src, rel, dst) = (SELECT src, rel, dst FROM link LIMIT 1)", "link");
        assertNames(
                "UPDATE link SET seq = seq + 1 WHERE (src, rel, dst) = (SELECT src, rel, dst FROM link LIMIT 1)",
                "link");
        assertNames("INSERT INTO link (src, rel, dst, seq) SELECT dst, rel, src, seq FROM link LIMIT 1", "link");
    }

    @Test
    void namesWhatWasDoneToEntries() throws Exception {
        assertNames(
                "UPDATE entry SET changes = substr(changes, 1, length(changes) - 1) WHERE seq = 20",
                "change list of entry 20");
        assertNames("UPDATE entry SET time_us = time_us + 1 WHERE seq = 20", "entry 20");
        assertNames(
                "UPDATE entry SET body = CAST(body || x'00' AS BLOB) WHERE seq = (SELECT MAX(seq) FROM entry WHERE body IS NOT NULL)",
                "body of entry");
        assertNames(
                "UPDATE entry SET body = NULL WHERE seq = (SELECT MAX(seq) FROM entry WHERE body IS NOT NULL)",
                "no erasure says so");
        assertNames(
                "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE seq = 7) WHERE seq = 8",
                "entry 8: its row was altered");
        assertNames(
                "UPDATE entry SET salt = randomblob(16) WHERE seq = (SELECT MIN(seq) FROM metric_block)",
                "metric_block");
        assertNames("DELETE FROM entry WHERE seq = 9", "entry 9");
        assertNames("DELETE FROM entry WHERE seq = (SELECT MAX(seq) FROM entry)", "E-LOST");
        assertNames("UPDATE entry_index SET who = 'usr:other' WHERE seq = 4", "entry_index 4");
        assertNames("DELETE FROM entry_index WHERE seq = 4", "entry_index 4: is missing");
    }

    @Test
    void namesWhatWasDoneToRecords() throws Exception {
        assertNames("UPDATE hot_chunk SET n = n - 1 WHERE chunk = 1", "chunk 1");
        assertNames("UPDATE hot_chunk SET bodies = zeroblob(length(bodies)) WHERE chunk = 1", "chunk 1");
        assertNames("DELETE FROM hot_chunk WHERE chunk = 1", "E-BATCH");
        assertNames("UPDATE batch SET last_chunk = last_chunk + 1 WHERE seq = (SELECT MIN(seq) FROM batch)", "batch");
        assertNames("DELETE FROM batch WHERE seq = (SELECT MIN(seq) FROM batch)", "batch");
    }

    @Test
    void namesWhatWasDoneToCheckpointsKeysAndTheStoreItself() throws Exception {
        assertNames(
                "UPDATE ledger_cp SET note = replace(note, 'a', 'b') WHERE size = (SELECT MAX(size) FROM ledger_cp)",
                "checkpoint");
        assertNames("UPDATE ledger_log SET access_epoch = access_epoch + 1", "ledger_log");
        assertNames("UPDATE ledger_log SET next_seq = next_seq - 1", "ledger_log");
        assertNames("CREATE TRIGGER sneak AFTER INSERT ON run BEGIN DELETE FROM run; END", "trigger sneak");
        assertNames("DROP INDEX link_back", "link_back");
    }

    @Test
    void namesAValueOfAnotherTypeThanItsColumn() throws Exception {
        Path data = copy();
        // The engine refuses such a value; whoever writes to the file does not ask it.
        String schema = "UPDATE sqlite_schema SET sql = replace(sql, '%s', '%s') WHERE name = 'run'";
        run(data, "PRAGMA writable_schema = ON", schema.formatted(") STRICT", ") /*CT*/"));
        run(data, "UPDATE run SET name = CAST(name AS BLOB) WHERE nid = (SELECT MIN(nid) FROM run)");
        assertThat(lines(check(data, false))).contains("table run holds 1 rows with a value of another type");
        run(data, "PRAGMA writable_schema = ON", schema.formatted(") /*CT*/", ") STRICT"));
        assertThat(lines(check(data, false))).contains("non-TEXT value in run.name");
    }

    @Test
    void namesEachByteOfATileThatWasFlipped() throws Exception {
        Path data = copy();
        for (String name : List.of("ledger/tile/0/000", "ledger/tile/entries/000")) {
            Path file = data.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at < bytes.length; at += 1 + bytes.length / 40) {
                bytes[at] ^= 1;
                Files.write(file, bytes);
                assertThat(lines(check(data, false)))
                        .as("%s at %d", name, at)
                        .contains(name.endsWith("0/000") ? "tile/0/000" : "tile/entries/000");
                bytes[at] ^= 1;
            }
            Files.write(file, bytes);
        }
        assertThat(check(data, false).findings()).isEmpty();
        Files.delete(data.resolve("ledger/tile/0/000"));
        assertThat(lines(check(data, false))).contains("tile/0/000: is missing");
    }

    @Test
    void namesADamagedAnchorAndAnOlderCopy() throws Exception {
        Path data = copy();
        Path anchor = folder.resolve("anchor");
        byte[] note = Files.readAllBytes(anchor);
        note[note.length / 2] ^= 4;
        Files.write(anchor, note);
        assertThat(lines(check(data, false))).contains("E-ANCHOR");

        Files.copy(shared.resolve("anchor"), anchor, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Path old = folder.resolve("old");
        copy(shared.resolve("data"), old);
        run(old, "DELETE FROM entry WHERE seq >= 100");
        assertThat(lines(check(old, false))).contains("E-ROLLBACK").contains("E-LOST");
    }

    @Test
    void namesAStoredFileThatIsMissingOrDamaged() throws Exception {
        String digest = java.util.HexFormat.of().formatHex(dev.clew.ledger.tree.Hashing.sha256(WEIGHTS));
        for (boolean state : new boolean[] {true, false}) {
            Path data = copy();
            Path file = data.resolve("blobs/sha256/" + digest.substring(0, 2) + "/" + digest);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            assertThat(lines(check(data, state))).contains("E-FILE file " + digest + ": does not open");
            Files.delete(file);
            assertThat(lines(check(data, state)))
                    .contains("E-FILE file " + digest + ": is missing, and a row of artifact_file names it (entry ");
        }
    }

    @Test
    void namesADamagedVault() throws Exception {
        Path data = copy();
        try (var writer = java.sql.DriverManager.getConnection("jdbc:sqlite:" + data.resolve("keys/vault.db"));
                var statement = writer.createStatement()) {
            statement.execute("DELETE FROM wrapped_key WHERE id = (SELECT MAX(id) FROM wrapped_key)");
        }
        assertThat(lines(check(data, false))).contains("E-VAULT");
    }

    /** A row whose tag differs from the index's is found by the one and read by the other. */
    @Test
    void namesATagOfAPersonThatTableAndIndexTellDifferently() throws Exception {
        Path data = copy();
        Path file = data.resolve("keys/vault.db");
        byte[] tag;
        try (var vault = java.sql.DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = vault.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            try (var row = statement.executeQuery("SELECT lookup FROM subject_key LIMIT 1")) {
                assertThat(row.next()).isTrue();
                tag = row.getBytes(1);
            }
        }
        byte[] original = Files.readAllBytes(file);
        List<Integer> places = places(original, tag);
        assertThat(places).hasSizeGreaterThanOrEqualTo(2);
        for (int at : places) {
            byte[] bytes = original.clone();
            bytes[at] ^= 1;
            Files.write(file, bytes);
            assertThat(lines(check(data))).contains("E-DATABASE vault.db: ").contains("subject_key");
        }
    }

    @Test
    void namesAnIndexWhoseKindIsAnotherWord() throws Exception {
        for (String name : List.of("clew.db", "keys/vault.db")) {
            Path data = copy();
            Path file = data.resolve(name);
            byte[] original = Files.readAllBytes(file);
            int at = places(original, "indexsqlite_autoindex_".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .getFirst();
            original[at] ^= 1;
            Files.write(file, original);
            assertThat(lines(check(data)))
                    .contains("hndex sqlite_autoindex_")
                    .contains("does not belong to the schema");
        }
    }

    private static List<Integer> places(byte[] in, byte[] of) {
        var places = new ArrayList<Integer>();
        for (int at = 0; at + of.length <= in.length; at++) {
            if (java.util.Arrays.equals(in, at, at + of.length, of, 0, of.length)) {
                places.add(at);
            }
        }
        return places;
    }

    @Test
    void saysWhatItCouldNotJudgeWithoutKeys() throws Exception {
        Path data = copy();
        Files.delete(data.resolve("keys/root.key"));
        Report report = check(data);
        assertThat(report.findings()).isEmpty();
        assertThat(report.notJudged()).hasSize(4);
        assertThat(report.isClean()).isFalse();
    }

    /** Bytes drawn by seed over the database file: whatever changes what is stored is reported. */
    @Test
    void reportsEachFlippedByteOfTheDatabaseThatChangesWhatIsStored() throws Exception {
        var random = new Random(42);
        Path data = copy();
        Path file = data.resolve("clew.db");
        byte[] original = Files.readAllBytes(file);
        String before = dump(data);
        var missed = new ArrayList<Integer>();
        int reported = 0;
        for (int i = 0; i < 40; i++) {
            int at = random.nextInt(original.length);
            byte[] bytes = original.clone();
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bytes);
            boolean clean = isClean(data);
            if (clean && !before.equals(dump(data))) {
                missed.add(at);
            }
            reported += clean ? 0 : 1;
        }
        assertThat(missed).isEmpty();
        assertThat(reported).isPositive();
    }

    private boolean isClean(Path data) throws IOException {
        try {
            return check(data).isClean();
        } catch (dev.clew.server.common.ClewException e) {
            return false;
        }
    }

    /** Every value of every table, as text. */
    private static String dump(Path data) {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + data.resolve("clew.db"));
                var statement = connection.createStatement()) {
            var all = new StringBuilder();
            var tables = new ArrayList<String>();
            try (var rows = statement.executeQuery(
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('schema_history') ORDER BY name")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            for (String table : tables) {
                try (var rows = statement.executeQuery("SELECT * FROM " + table)) {
                    while (rows.next()) {
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            Object value = rows.getObject(i);
                            all.append(
                                            value instanceof byte[] bytes
                                                    ? java.util.HexFormat.of().formatHex(bytes)
                                                    : value)
                                    .append('|');
                        }
                    }
                }
            }
            return all.toString();
        } catch (java.sql.SQLException e) {
            return "cannot be read";
        }
    }

    private void assertNames(String sql, String expected) throws Exception {
        Path data = copy();
        run(data, sql);
        assertThat(lines(check(data))).as(sql).contains(expected);
    }

    private void require(Path data, String expected, String done, List<String> missed) throws IOException {
        String lines = lines(check(data));
        if (lines.isEmpty() || !lines.contains(expected)) {
            missed.add(done + ": " + lines);
        }
    }

    private static List<Table<?>> tables() {
        return Catalog.tables().stream()
                .<Table<?>>flatMap(of -> of.all().stream())
                .collect(Collectors.toList());
    }

    private static long rows(Path data, String table) {
        try (var database = SqliteDatabase.openReadOnly(data.resolve("clew.db"))) {
            return database.read(sql ->
                            sql.query("SELECT COUNT(*) AS n FROM " + table).first(row -> row.integer("n")))
                    .orElse(0L);
        }
    }

    private static void run(Path data, String... statements) {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + data.resolve("clew.db"));
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    private Path copy() throws IOException {
        Path data = folder.resolve("copy" + System.nanoTime());
        copy(shared.resolve("data"), data);
        Files.copy(
                shared.resolve("anchor"), folder.resolve("anchor"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return data;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }

    private static String lines(Report report) {
        return report.findings().stream().map(Finding::toString).collect(Collectors.joining("\n"));
    }

    private Report check(Path data) throws IOException {
        return check(data, true);
    }

    private Report check(Path data, boolean state) throws IOException {
        Config config = config(folder.resolve("anchor"));
        KeyVault vault = Files.exists(data.resolve("keys/root.key"))
                ? KeyVault.openReadOnly(
                        data.resolve("keys/root.key"),
                        JdbcKeyStore.openSqliteReadOnly(data.resolve("keys/vault.db")),
                        InstantSource.system())
                : null;
        try (var database = SqliteDatabase.openReadOnly(data.resolve("clew.db"));
                var snapshot = database.snapshot()) {
            java.util.Optional<StoredLog> log;
            try {
                log = StoredLog.of(snapshot.sql(), data, config.ledger());
            } catch (RuntimeException e) {
                return failed(e);
            }
            return new Fsck(
                            new Fsck.Subject(
                                    data,
                                    snapshot,
                                    log,
                                    vault,
                                    vault == null ? null : new VaultRecordKeys(vault),
                                    Catalog.tables()),
                            new Fsck.Options(state, folder, null, done -> {}))
                    .run();
        } finally {
            if (vault != null) {
                vault.close();
            }
        }
    }

    private static Report failed(RuntimeException e) {
        return new Report(
                null,
                0,
                true,
                java.time.Instant.now(),
                java.util.Map.of(),
                List.of(new Finding("E-ROW", "ledger_identity", String.valueOf(e.getMessage()), -1, null)),
                1,
                List.of());
    }

    private static Config config(Path anchor) {
        return Config.read(new Sources().set(List.of("http.port=0", "ledger.anchor_file=" + anchor)))
                .values();
    }
}
