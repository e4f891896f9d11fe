package dev.clew.server.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class DatasetsTest {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit PERMIT = Permit.system(Permission.DATASET_VERSION_WRITE, SCOPE);
    private static final AuthorizedScope HERE = new AuthorizedScope(PERMIT, new int[] {SCOPE}, false);
    private static final String SHA256 = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";

    private JournalFixture fixture;
    private Datasets datasets;

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = JournalFixture.open(folder);
        datasets = new Datasets(fixture.journal(), fixture.database(), who -> who, fixture.clock());
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private static Datasets.Content content(String digest) {
        return new Datasets.Content(
                digest,
                "http",
                "https://example.org/credit.csv",
                "csv",
                "CC-BY-4.0",
                1_000L,
                2_000L,
                "[{\"name\":\"age\",\"type\":\"BIGINT\"}]",
                null);
    }

    @Test
    void aNameIsMadeOnceAndAVersionOncePerDigest() {
        assertThat(datasets.create(PERMIT, SCOPE, "credit", "applications").entries())
                .hasSize(1);
        assertThat(datasets.create(PERMIT, SCOPE, "credit", "again").entries()).isEmpty();
        var first = datasets.addVersion(PERMIT, SCOPE, "credit", content(SHA256));
        assertThat(first.entries()).hasSize(1);
        assertThat(datasets.addVersion(PERMIT, SCOPE, "credit", content(SHA256)).entries())
                .isEmpty();

        var read = datasets.get(SCOPE, "credit").orElseThrow();
        assertThat(read.description()).isEqualTo("applications");
        assertThat(read.latest()).isEqualTo(first.answer());
        assertThat(first.answer().sha256()).isEqualTo(SHA256);
        assertThat(first.answer().schema().path(0).path("name").textValue()).isEqualTo("age");
        assertThatThrownBy(() -> datasets.addVersion(PERMIT, SCOPE, "unknown", content(SHA256)))
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("unknown");
    }

    @Test
    void aRunReadsTheVersionThatItsShortDigestBegins() {
        datasets.create(PERMIT, SCOPE, "credit", "");
        var version =
                datasets.addVersion(PERMIT, SCOPE, "credit", content(SHA256)).answer();
        assertThat(datasets.versionRead(PERMIT, SCOPE, "credit", content(SHA256.substring(0, 8))))
                .isEqualTo(Uid.parse(version.id()));

        Uid other = datasets.versionRead(PERMIT, SCOPE, "credit", content("0badc0de"));
        assertThat(other).isNotEqualTo(Uid.parse(version.id()));
        assertThat(datasets.versionRead(PERMIT, SCOPE, "credit", content("0badc0de")))
                .isEqualTo(other);
        Uid fresh = datasets.versionRead(PERMIT, SCOPE, "new", content("1234567"));
        assertThat(datasets.version(SCOPE, "new", "1234567").orElseThrow().id()).isEqualTo(fresh.hex());
    }

    @Test
    void pagesKeepEveryRow() {
        for (int i = 0; i < 7; i++) {
            datasets.create(PERMIT, SCOPE, "set-" + i, "");
            datasets.addVersion(PERMIT, SCOPE, "set-0", content("digest-" + i));
        }
        var names = new ArrayList<String>();
        String after = "";
        for (var page = datasets.list(HERE, after, 3); !page.isEmpty(); page = datasets.list(HERE, after, 3)) {
            page.forEach(set -> names.add(set.name()));
            after = names.getLast();
        }
        assertThat(names)
                .isEqualTo(IntStream.range(0, 7).mapToObj(i -> "set-" + i).toList());

        var digests = new ArrayList<String>();
        var page = datasets.versions(SCOPE, "set-0", null, 3);
        while (!page.isEmpty()) {
            page.forEach(version -> digests.add(version.digest()));
            page = datasets.versions(SCOPE, "set-0", page.getLast(), 3);
        }
        assertThat(digests)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 7).mapToObj(i -> "digest-" + i).toList());
    }

    @Test
    void referencesNameSetsAndVersions() {
        datasets.create(PERMIT, SCOPE, "a@b", "");
        var version = datasets.addVersion(PERMIT, SCOPE, "a@b", content(SHA256)).answer();
        var words = new DatasetDescriptions(datasets);
        var node = words.resolve(Kind.DATASET_VERSION, "a@b@" + SHA256, HERE).orElseThrow();
        assertThat(node.uid()).isEqualTo(Uid.parse(version.id()));
        assertThat(words.resolve(Kind.DATASET_VERSION, version.id(), HERE)).contains(node);
        assertThat(words.resolve(Kind.DATASET, "a@b", HERE)).isPresent();
        assertThat(words.resolve(Kind.DATASET, "a", HERE)).isEmpty();
        var described =
                words.describe(Kind.DATASET_VERSION, List.of(node.uid()), HERE).get(node.uid());
        assertThat(described.ref()).isEqualTo("dataset-version:a@b@" + SHA256);
        assertThat(described.details()).containsEntry("rows", 1_000L).containsEntry("license", "CC-BY-4.0");
    }

    @Test
    void refusesWhatIsTooLongOrNegative() {
        datasets.create(PERMIT, SCOPE, "credit", "");
        assertThatThrownBy(() -> datasets.create(PERMIT, SCOPE, "x".repeat(501), ""))
                .hasMessageContaining("name has 1 to 500 characters, this one has 501");
        assertThatThrownBy(() -> datasets.addVersion(PERMIT, SCOPE, "credit", content("d".repeat(129))))
                .hasMessageContaining("digest");
        var negative = new Datasets.Content("d", "", "", null, null, -1L, null, "[]", null);
        assertThatThrownBy(() -> datasets.addVersion(PERMIT, SCOPE, "credit", negative))
                .hasMessageContaining("not negative");
    }
}
