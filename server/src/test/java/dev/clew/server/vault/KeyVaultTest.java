package dev.clew.server.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.encoding.Commitment;
import dev.clew.ledger.encoding.SubjectTags;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.JdbcKeyStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyVaultTest {
    private static final String NS = "default";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T10:00:00Z"));
    private static final byte[] TEXT = "income 42000".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private KeyVault open() {
        return KeyVault.open(
                directory.resolve("root.key"), JdbcKeyStore.openSqlite(directory.resolve("vault.db")), CLOCK);
    }

    @Test
    void whatWasSealedOpensAfterARestart() {
        Vault.Sealed personal;
        Vault.Sealed bucketed;
        byte[] seed;
        byte[] index;
        try (var vault = open()) {
            personal = vault.sealForSubject(NS, "customer", "A-17", "decision/1", TEXT);
            bucketed = vault.sealForBucket(NS, 3, "decision", 1_000_000, "decision/1", TEXT);
            seed = vault.signingSeed("log/ed25519");
            index = vault.index(NS, TEXT);
        }
        try (var vault = open()) {
            assertThat(vault.open(personal.keyId(), personal.body())).contains(TEXT);
            assertThat(vault.open(bucketed.keyId(), bucketed.body())).contains(TEXT);
            assertThat(vault.signingSeed("log/ed25519"))
                    .isEqualTo(seed)
                    .isNotEqualTo(vault.signingSeed("log/ml-dsa-44"));
            assertThat(vault.index(NS, TEXT)).isEqualTo(index);
            assertThat(vault.findSubject(NS, "customer", " A-17 ")).contains(Uid.of(personal.keyId()));
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void aSubjectsRecordsShareAKeyAndNeverATag() {
        try (var vault = open()) {
            var first = vault.sealForSubject(NS, "customer", "A-17", "decision/1", TEXT);
            var second = vault.sealForSubject(NS, "customer", "A-17", "decision/1", TEXT);
            assertThat(second.keyId()).isEqualTo(first.keyId());
            assertThat(second.tag()).isNotEqualTo(first.tag());
            assertThat(second.body().stored()).isNotEqualTo(first.body().stored());
            byte[] tagKey = vault.tagKey(Uid.of(first.keyId())).orElseThrow();
            assertThat(SubjectTags.tag(tagKey, first.body().n())).isEqualTo(first.tag());
            assertThat(vault.sealForKey(first.keyId(), "feedback/1", TEXT)
                            .orElseThrow()
                            .tag())
                    .isNotNull();
        }
    }

    @Test
    void disclosureRevealsWhatRecomputesTheCommitmentOfOneBody() {
        try (var vault = open()) {
            var sealed = vault.sealForSubject(NS, "customer", "A-17", "decision/1", TEXT);
            byte[] r = vault.disclosureKey(sealed.keyId(), sealed.body()).orElseThrow();
            assertThat(Commitment.salted(r, "decision/1", TEXT))
                    .isEqualTo(sealed.body().commit());
            var salted = vault.salted(NS, 3, "text/plain", TEXT);
            r = vault.disclosureKey(new byte[16], salted).orElseThrow();
            assertThat(Commitment.salted(r, "text/plain", TEXT)).isEqualTo(salted.commit());
            assertThat(vault.open(new byte[16], salted)).contains(TEXT);
            assertThat(new String(salted.stored(), StandardCharsets.ISO_8859_1)).doesNotContain("income");
        }
    }

    @Test
    void oneBucketIsOneScopeClassAndUtcDay() {
        long day = 86_400_000_000L;
        try (var vault = open()) {
            var one = vault.sealForBucket(NS, 3, "decision", day - 1, "decision/1", TEXT);
            var keys = new HashSet<Uid>();
            keys.add(Uid.of(one.keyId()));
            keys.add(Uid.of(vault.sealForBucket(NS, 3, "decision", 0, "decision/1", TEXT)
                    .keyId()));
            assertThat(keys).hasSize(1);
            keys.add(Uid.of(vault.sealForBucket(NS, 3, "decision", day, "decision/1", TEXT)
                    .keyId()));
            keys.add(Uid.of(vault.sealForBucket(NS, 4, "decision", 0, "decision/1", TEXT)
                    .keyId()));
            keys.add(Uid.of(
                    vault.sealForBucket(NS, 3, "access", 0, "access/1", TEXT).keyId()));
            keys.add(Uid.of(vault.sealForBucket("other", 3, "decision", 0, "decision/1", TEXT)
                    .keyId()));
            assertThat(keys).hasSize(5);
            assertThat(one.tag()).isNull();
        }
    }

    @Test
    void concurrentFirstSightOfOneSubjectMakesOneKey() throws Exception {
        int callers = 32;
        try (var vault = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = new CountDownLatch(1);
            var sealed = IntStream.range(0, callers)
                    .mapToObj(i -> threads.submit(() -> {
                        start.await();
                        return vault.sealForSubject(NS, "customer", "person " + i % 4, "decision/1", TEXT);
                    }))
                    .toList();
            start.countDown();
            var keys = new HashSet<Uid>();
            for (var one : sealed) {
                keys.add(Uid.of(one.get().keyId()));
            }
            assertThat(keys).hasSize(4);
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void sealsABatchInOrderWithItsNewSubjectsInOneCommit() {
        try (var vault = open()) {
            var payloads = new ArrayList<Vault.Plain>();
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = ("body " + i).getBytes(StandardCharsets.UTF_8);
                payloads.add(
                        i % 5 == 0
                                ? new Vault.Plain.Bucketed(3, "decision", 0, "decision/1", bytes)
                                : new Vault.Plain.Personal(
                                        new Subject("customer", "C" + i % 700), "decision/1", bytes));
            }
            var sealed = vault.sealAll(NS, payloads);
            for (int i = 0; i < sealed.size(); i++) {
                assertThat(vault.open(sealed.get(i).keyId(), sealed.get(i).body()))
                        .contains(payloads.get(i).bytes());
            }
            assertThat(sealed.stream().map(one -> Uid.of(one.keyId())).distinct())
                    .hasSizeLessThanOrEqualTo(701);
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void anotherRootKeySaysWhatIsStillPossible() throws IOException {
        open().close();
        Path file = directory.resolve("root.key");
        byte[] key = Files.readAllBytes(file);
        Files.write(file, new byte[32]);
        assertKeyMissing("does not open this vault");
        Files.write(file, new byte[31]);
        assertKeyMissing("31 bytes");
        Files.delete(file);
        assertKeyMissing("missing");
        Files.write(file, key);
        open().close();
    }

    private void assertKeyMissing(String words) {
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_MISSING))
                .hasMessageContaining(words)
                .hasMessageContaining("still possible")
                .hasMessageContaining("clew verify");
    }

    @Test
    void theRootKeyIsForItsOwnerOnly() throws IOException {
        open().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("root.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void noticesAnAlteredMovedMissingOrExtraRow() throws SQLException {
        try (var vault = open()) {
            for (int i = 0; i < 5; i++) {
                vault.sealForSubject(NS, "customer", "C" + i, "decision/1", TEXT);
            }
            vault.sealForBucket(NS, 3, "decision", 0, "decision/1", TEXT);
        }
        for (String tampering : List.of(
                "UPDATE subject_key SET flags = 1 WHERE psid = (SELECT min(psid) FROM subject_key)",
                "UPDATE subject_key SET created = created + 1 WHERE psid = (SELECT min(psid) FROM subject_key)",
                "UPDATE subject_key SET organisation = 'defaulu' WHERE psid = (SELECT min(psid) FROM subject_key)",
                "UPDATE subject_key SET wrapped = (SELECT wrapped FROM subject_key ORDER BY psid LIMIT 1)",
                "DELETE FROM subject_key WHERE psid = (SELECT min(psid) FROM subject_key)",
                "INSERT INTO subject_key SELECT zeroblob(16), zeroblob(16), organisation, wrapped, wrapped_by, flags, created"
                        + " FROM subject_key LIMIT 1",
                "UPDATE wrapped_key SET object = '4/decision/0' WHERE purpose = 'bucket'",
                "UPDATE wrapped_key SET purpose = 'index2' WHERE purpose = 'lookup'",
                "DELETE FROM wrapped_key WHERE purpose = 'bucket'",
                "UPDATE summary SET sealed = zeroblob(length(sealed))",
                "INSERT INTO access_index VALUES (zeroblob(16), 1, zeroblob(16), zeroblob(16), 'usr:x', 'audit')",
                "INSERT INTO erasure VALUES (zeroblob(16), zeroblob(16), 'default', 0, NULL, 1)")) {
            assertThat(findingsAfter(tampering)).as(tampering).isNotEmpty();
        }
    }

    /** Tampers within the vault's files, looks, and puts the file back. */
    private List<String> findingsAfter(String sql) throws SQLException {
        Path file = directory.resolve("vault.db");
        byte[] before;
        try {
            before = Files.readAllBytes(file);
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                    var statement = connection.createStatement()) {
                statement.execute(sql);
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            List<String> findings;
            try (var vault = open()) {
                findings = vault.check();
            } catch (ClewException e) {
                findings = List.of(String.valueOf(e.getMessage()));
            }
            Files.deleteIfExists(directory.resolve("vault.db-wal"));
            Files.deleteIfExists(directory.resolve("vault.db-shm"));
            Files.write(file, before);
            return findings;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMovedBodyDoesNotOpen() {
        try (var vault = open()) {
            var one = vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT);
            var other = vault.sealForSubject(NS, "customer", "B", "decision/1", TEXT);
            assertThatThrownBy(() -> vault.open(other.keyId(), one.body()))
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_DAMAGED));
            byte[] value = vault.sealValue(NS, "chunk", new byte[] {1}, TEXT);
            assertThat(vault.openValue(NS, "chunk", new byte[] {1}, value)).isEqualTo(TEXT);
            assertThatThrownBy(() -> vault.openValue(NS, "chunk", new byte[] {2}, value))
                    .isInstanceOf(ClewException.class);
            assertThatThrownBy(() -> vault.openValue(NS, "column", new byte[] {1}, value))
                    .isInstanceOf(ClewException.class);
        }
    }

    @Test
    void aKeyOfNobodyIsGone() {
        try (var vault = open()) {
            var sealed = vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT);
            assertThat(vault.open(new byte[16], sealed.body())).isEmpty();
            assertThat(vault.sealForKey(new byte[16], "decision/1", TEXT)).isEmpty();
            assertThat(vault.holdsKey(new byte[16])).isFalse();
            assertThat(vault.holdsKey(sealed.keyId())).isTrue();
        }
    }

    @Test
    void spellingsOfOneIdAreOneSubject() {
        assertThat(new Subject("email", " Anna@EXAMPLE.org ")).isEqualTo(new Subject("email", "Anna@example.org"));
        assertThat(new Subject("customer", "Jose\u0301")).isEqualTo(new Subject("customer", "Jos\u00e9"));
        assertThat(new Subject("customer", "a")).isNotEqualTo(new Subject("customer", "A"));
        assertThatThrownBy(() -> new Subject("customer", "  ")).isInstanceOf(ClewException.class);
        assertThatThrownBy(() -> new Subject("a b", "x")).isInstanceOf(ClewException.class);
        assertThat(new Subject("customer", "secret").toString()).doesNotContain("secret");
    }

    @Test
    void findsWhoLooked() {
        try (var vault = open()) {
            var psid = Uid.of(vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT)
                    .keyId());
            var first = new Vault.Access(psid, Uid.next(1), Uid.next(1), "usr:a", "audit", 10);
            var second = new Vault.Access(psid, Uid.next(2), Uid.next(2), "usr:b", "complaint", 20);
            vault.noteAccess(List.of(first, second));
            assertThat(vault.accesses(psid, Long.MAX_VALUE, 10)).containsExactly(second, first);
            assertThat(vault.accesses(psid, 20, 10)).containsExactly(first);
            assertThat(vault.accesses(Uid.next(3), Long.MAX_VALUE, 10)).isEmpty();
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void keyBytesNeverStandInTheFile() throws IOException {
        byte[] seed;
        try (var vault = open()) {
            seed = vault.signingSeed("log/ed25519");
        }
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(directory.resolve("vault.db"))))
                .doesNotContain(HexFormat.of().formatHex(seed))
                .doesNotContain(HexFormat.of().formatHex(Files.readAllBytes(directory.resolve("root.key"))));
    }
}
