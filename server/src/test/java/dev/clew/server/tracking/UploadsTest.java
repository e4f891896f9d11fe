package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.ledger.tree.Hashing;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.config.Size;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.storage.Blocking;
import dev.clew.server.storage.DirectoryBlobs;
import dev.clew.server.storage.JdbcKeyStore;
import dev.clew.server.storage.PartFiles;
import dev.clew.server.storage.TestDatabase;
import dev.clew.server.vault.KeyVault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit ANN =
            new Permit("usr:ann", null, Permission.ARTIFACT_WRITE, SCOPE, Permit.NEVER_STALE, null);
    private static final Permit BOB =
            new Permit("usr:bob", null, Permission.ARTIFACT_WRITE, SCOPE, Permit.NEVER_STALE, null);

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T10:00:00Z"));
    private final InstantSource clock = now::get;
    private final Blocking blocking = new Blocking("files", 2, 16);
    private final List<String> ended = new ArrayList<>();
    private JournalFixture fixture;
    private KeyVault vault;
    private TrackedFiles files;
    private TrackedFiles.Place place;
    private Uploads uploads;

    @BeforeEach
    void open() throws IOException {
        fixture = JournalFixture.on(TestDatabase.open(folder), JournalConfig.DEFAULT);
        var tracking = new Tracking(fixture.journal(), fixture.database(), fixture.clock());
        tracking.open();
        vault = KeyVault.open(folder.resolve("root.key"), JdbcKeyStore.openSqlite(folder.resolve("vault.db")), clock);
        var blobs = DirectoryBlobs.open(folder.resolve("blobs"), vault.sealing("default", "blob"), blocking, clock, 0);
        files = new TrackedFiles(fixture.journal(), tracking, blobs);
        Run run = tracking.createRun(
                        Permit.system(Permission.RUN_WRITE, SCOPE), SCOPE, 0, "ann", 1, Map.of("mlflow.runName", "r"))
                .answer();
        place = files.of(run).at("a.bin");
        uploads = uploads();
    }

    private Uploads uploads() throws IOException {
        return new Uploads(
                files,
                PartFiles.open(folder.resolve("parts"), vault.sealing("default", "part"), blocking, 0),
                bytes -> Hashing.sha256(bytes),
                permit -> {
                    if (ended.contains(permit.who())) {
                        throw new ClewException(ErrorCode.FORBIDDEN, "ended");
                    }
                },
                new ArtifactsConfig(Size.parse("1MiB"), Size.parse("1MiB"), Duration.ofHours(2), ""),
                clock);
    }

    @AfterEach
    void close() throws Exception {
        uploads.close();
        vault.close();
        blocking.close();
        fixture.close();
    }

    private String take(Uploads.Begun begun, int number, String text) throws IOException {
        String key = begun.parts().get(number - 1).key();
        var part = uploads.take(
                begun.id(),
                number,
                key,
                new ByteArrayInputStream(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(part.sha256());
    }

    private long folders() throws IOException {
        try (var all = Files.list(folder.resolve("parts"))) {
            return all.count();
        }
    }

    private static void assertCode(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void dropsWhatIsAbandonedAlsoAfterARestart() throws IOException {
        var begun = uploads.begin(ANN, place, 1);
        take(begun, 1, "x");
        var later = uploads.begin(ANN, place, 1);
        now.set(now.get().plus(Duration.ofMinutes(119)));
        uploads.sweep();
        assertThat(folders()).isEqualTo(2);
        uploads.close();
        uploads = uploads();
        String tag = take(later, 1, "y");
        now.set(now.get().plus(Duration.ofMinutes(2)));
        uploads.sweep();
        assertThat(folders()).isZero();
        assertCode(() -> take(begun, 1, "x"), ErrorCode.FORBIDDEN);
        assertCode(
                () -> uploads.complete(ANN, place, later.id(), List.of(new Uploads.Sent(1, tag))), ErrorCode.NOT_FOUND);
    }

    @Test
    void isOfWhoBeganItAndOfItsFileAlone() throws IOException {
        var begun = uploads.begin(ANN, place, 1);
        var sent = List.of(new Uploads.Sent(1, take(begun, 1, "x")));
        assertCode(() -> uploads.complete(BOB, place, begun.id(), sent), ErrorCode.NOT_FOUND);
        assertCode(() -> uploads.complete(ANN, files.of(place.run()).at("b"), begun.id(), sent), ErrorCode.NOT_FOUND);
        uploads.abort(BOB, place, begun.id());
        ended.add("usr:ann");
        assertCode(() -> take(begun, 1, "x"), ErrorCode.FORBIDDEN);
        ended.clear();
        var stored = uploads.complete(ANN, place, begun.id(), sent);
        assertThat(stored.entries()).hasSize(1);
        assertCode(() -> uploads.complete(BOB, place, begun.id(), sent), ErrorCode.NOT_FOUND);
        assertThat(uploads.complete(ANN, place, begun.id(), sent)).isEqualTo(stored);
    }

    @Test
    void aPartThatIsDamagedIsToBeSentAgain() throws IOException {
        var begun = uploads.begin(ANN, place, 1);
        String tag = take(begun, 1, "content");
        Path part;
        try (var all = Files.list(folder.resolve("parts").resolve(begun.id()))) {
            part = all.filter(file -> String.valueOf(file.getFileName()).startsWith("1-"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(part);
        bytes[45] ^= 1;
        Files.write(part, bytes);
        var sent = List.of(new Uploads.Sent(1, tag));
        assertCode(() -> uploads.complete(ANN, place, begun.id(), sent), ErrorCode.WRONG_STATE);
        take(begun, 1, "content");
        assertThat(uploads.complete(ANN, place, begun.id(), sent).answer().size())
                .isEqualTo(7);
    }

    @Test
    void onePersonHasSoManyOpenAtMost() throws IOException {
        for (int i = 0; i < Uploads.MAX_OPEN_OF_ONE; i++) {
            uploads.begin(ANN, place, 1);
        }
        assertCode(() -> uploads.begin(ANN, place, 1), ErrorCode.QUOTA_EXCEEDED);
        uploads.begin(BOB, place, 1);
        now.set(now.get().plus(Duration.ofHours(3)));
        uploads.begin(ANN, place, 1);
        assertThat(folders()).isEqualTo(1);
    }

    @Test
    void aFileMayHaveNoParts() throws IOException {
        var begun = uploads.begin(ANN, place, 0);
        assertThat(uploads.complete(ANN, place, begun.id(), List.of()).answer().size())
                .isZero();
    }
}
