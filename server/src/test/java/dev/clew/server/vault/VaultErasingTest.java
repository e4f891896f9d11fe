package dev.clew.server.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.storage.JdbcKeyStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultErasingTest {
    private static final String NS = "default";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-24T10:00:00Z"));
    private static final byte[] TEXT = "income 42000".getBytes(StandardCharsets.UTF_8);
    private static final Uid ERASURE = Uid.next(1);

    @TempDir
    Path directory;

    private KeyVault open() {
        return KeyVault.open(
                directory.resolve("root.key"), JdbcKeyStore.openSqlite(directory.resolve("vault.db")), CLOCK);
    }

    @Test
    void anErasedSubjectIsGoneAndComesBackAsAnother() {
        try (var vault = open()) {
            var sealed = vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT);
            var kept = vault.sealForSubject(NS, "customer", "B", "decision/1", TEXT);
            var psid = Uid.of(sealed.keyId());
            vault.noteAccess(java.util.List.of(new Vault.Access(psid, Uid.next(1), Uid.next(1), "usr:a", "audit", 1)));
            long before = vault.epoch();
            erase(vault, psid);
            assertThat(vault.epoch()).isGreaterThan(before);
            assertThat(vault.open(sealed.keyId(), sealed.body())).isEmpty();
            assertThat(vault.disclosureKey(sealed.keyId(), sealed.body())).isEmpty();
            assertThat(vault.tagKey(psid)).isEmpty();
            assertThat(vault.holdsKey(sealed.keyId())).isFalse();
            assertThat(vault.findSubject(NS, "customer", "A")).isEmpty();
            assertThat(vault.accesses(psid, Long.MAX_VALUE, 10)).isEmpty();
            assertThat(vault.open(kept.keyId(), kept.body())).contains(TEXT);
            assertThat(vault.erasing().open()).isEmpty();
            assertThat(vault.check()).isEmpty();
            assertThat(vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT)
                            .keyId())
                    .isNotEqualTo(sealed.keyId());
        }
    }

    @Test
    void nothingNewIsSealedForSomebodyBeingErased() {
        try (var vault = open()) {
            var sealed = vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT);
            vault.erasing().request(ERASURE, Uid.of(sealed.keyId()));
            vault.erasing().begin(ERASURE);
            assertThat(vault.sealForKey(sealed.keyId(), "feedback/1", TEXT)).isEmpty();
            assertThat(vault.holdsKey(sealed.keyId())).isFalse();
            assertThatThrownBy(() -> vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT))
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void everyStepMayBeRepeatedAndSurvivesAReopening() {
        Uid psid;
        byte[] affected = {1, 2, 3};
        try (var vault = open()) {
            psid = Uid.of(vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT)
                    .keyId());
            vault.erasing().request(ERASURE, psid);
            vault.erasing().request(ERASURE, psid);
            assertThat(vault.holdsKey(psid.bytes())).isTrue();
        }
        try (var vault = open()) {
            assertThat(vault.erasing().find(ERASURE).orElseThrow().step()).isEqualTo(Erasing.Step.REQUESTED);
            vault.erasing().begin(ERASURE);
            vault.erasing().begin(ERASURE);
        }
        try (var vault = open()) {
            var under = vault.erasing().open().getFirst();
            assertThat(under.psid()).isEqualTo(psid);
            assertThat(under.step()).isEqualTo(Erasing.Step.FLAGGED);
            assertThatThrownBy(() -> vault.erasing().destroy(ERASURE)).isInstanceOf(ClewException.class);
            vault.erasing().list(ERASURE, affected);
            vault.erasing().list(ERASURE, new byte[] {9});
        }
        try (var vault = open()) {
            assertThat(vault.erasing().open().getFirst().affected()).isEqualTo(affected);
            vault.erasing().destroy(ERASURE);
        }
        try (var vault = open()) {
            var under = vault.erasing().destroy(ERASURE);
            assertThat(under.step()).isEqualTo(Erasing.Step.DESTROYED);
            assertThat(under.affected()).isEqualTo(affected);
            assertThat(under.destroyedMicros()).isEqualTo(CLOCK.millis() * 1_000);
            vault.erasing().finish(ERASURE);
            vault.erasing().finish(ERASURE);
            assertThat(vault.erasing().open()).isEmpty();
            assertThat(vault.erasing().request(ERASURE, psid)).isEmpty();
            assertThatThrownBy(() -> vault.erasing().begin(ERASURE)).isInstanceOf(ClewException.class);
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void noFileOfTheVaultHoldsTheErasedKeyOrPsid() throws IOException {
        byte[] wrapped;
        Uid psid;
        try (var vault = open()) {
            for (int i = 0; i < 50; i++) {
                vault.sealForSubject(NS, "customer", "other " + i, "decision/1", TEXT);
            }
            psid = Uid.of(vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT)
                    .keyId());
            try (var store = JdbcKeyStore.openSqlite(directory.resolve("vault.db"))) {
                wrapped = store.read(rows -> rows.subjectByPsid(psid.bytes()))
                        .orElseThrow()
                        .wrapped();
            }
            assertThat(filesHolding(psid.bytes())).isPositive();
            assertThat(filesHolding(wrapped)).isPositive();
            vault.erasing().request(ERASURE, psid);
            vault.erasing().begin(ERASURE);
            vault.erasing().list(ERASURE, new byte[0]);
            vault.erasing().destroy(ERASURE);
            assertThat(filesHolding(wrapped)).isZero();
            vault.erasing().finish(ERASURE);
            assertThat(filesHolding(psid.bytes())).isZero();
        }
    }

    @Test
    void aSecondRequestForTheSameSubjectNamesTheFirst() {
        try (var vault = open()) {
            var psid = Uid.of(vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT)
                    .keyId());
            vault.erasing().request(ERASURE, psid);
            assertThatThrownBy(() -> vault.erasing().request(Uid.next(2), psid))
                    .hasMessageContaining(ERASURE.dashed())
                    .isInstanceOfSatisfying(
                            ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
        }
    }

    @Test
    void aWithdrawnRequestLeavesTheSubjectAsItWas() {
        try (var vault = open()) {
            var sealed = vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT);
            var psid = Uid.of(sealed.keyId());
            vault.erasing().request(ERASURE, psid);
            vault.erasing().withdraw(ERASURE);
            vault.erasing().withdraw(ERASURE);
            assertThat(vault.erasing().open()).isEmpty();
            assertThat(vault.open(sealed.keyId(), sealed.body())).contains(TEXT);
            vault.erasing().request(ERASURE, psid);
            vault.erasing().begin(ERASURE);
            vault.erasing().withdraw(ERASURE);
            assertThat(vault.erasing().find(ERASURE).orElseThrow().step()).isEqualTo(Erasing.Step.FLAGGED);
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void aRestoreRepeatsAnErasureWhetherOrNotTheKeyIsThere() {
        try (var vault = open()) {
            var gone = vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT);
            var kept = vault.sealForSubject(NS, "customer", "B", "decision/1", TEXT);
            var psid = Uid.of(gone.keyId());
            assertThat(vault.erasing().matching(matched -> matched.psid().equals(psid)))
                    .containsExactly(new Erasing.Matched(NS, psid));
            for (int i = 0; i < 2; i++) {
                vault.erasing().repeat(ERASURE, NS, psid);
                vault.erasing().begin(ERASURE);
                vault.erasing().list(ERASURE, new byte[0]);
                vault.erasing().destroy(ERASURE);
                vault.erasing().finish(ERASURE);
            }
            assertThat(vault.open(gone.keyId(), gone.body())).isEmpty();
            assertThat(vault.open(kept.keyId(), kept.body())).contains(TEXT);
            assertThat(vault.check()).isEmpty();
        }
    }

    @Test
    void aCopyOpensWithTheSameRootKey() throws IOException {
        Vault.Sealed sealed;
        Path copies = Files.createDirectory(directory.resolve("copy"));
        try (var vault = open()) {
            sealed = vault.sealForSubject(NS, "customer", "A", "decision/1", TEXT);
            vault.copyTo(copies.resolve("vault.db"));
        }
        try (var vault = KeyVault.open(
                directory.resolve("root.key"), JdbcKeyStore.openSqlite(copies.resolve("vault.db")), CLOCK)) {
            assertThat(vault.open(sealed.keyId(), sealed.body())).contains(TEXT);
            assertThat(vault.check()).isEmpty();
        }
    }

    private static void erase(Vault vault, Uid psid) {
        vault.erasing().request(ERASURE, psid).orElseThrow();
        vault.erasing().begin(ERASURE);
        vault.erasing().list(ERASURE, new byte[0]);
        vault.erasing().destroy(ERASURE);
        vault.erasing().finish(ERASURE);
    }

    private long filesHolding(byte[] bytes) throws IOException {
        String wanted = HexFormat.of().formatHex(bytes);
        try (var files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return HexFormat.of()
                                    .formatHex(Files.readAllBytes(file))
                                    .contains(wanted);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .count();
        }
    }
}
