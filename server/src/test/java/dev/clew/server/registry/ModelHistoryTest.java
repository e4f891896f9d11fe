package dev.clew.server.registry;

import static dev.clew.server.registry.RegistryFixture.ANN;
import static dev.clew.server.registry.RegistryFixture.BOB;
import static dev.clew.server.registry.RegistryFixture.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class ModelHistoryTest {
    private RegistryFixture fixture;
    private Registry registry;

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = new RegistryFixture(folder);
        registry = fixture.registry;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String words(dev.clew.server.journal.ChangeHistory.Change change) {
        return "%s %s: %s -> %s".formatted(change.who(), change.what(), change.from(), change.to());
    }

    private List<String> all(RegisteredModel model, int limit) {
        var all = new ArrayList<String>();
        Long before = Long.MAX_VALUE;
        while (before != null) {
            var page = registry.history().of(model, before, limit);
            page.changes().forEach(change -> all.add(words(change)));
            before = page.before();
        }
        return all;
    }

    private List<String> all(ModelVersion version, int limit) {
        var all = new ArrayList<String>();
        Long before = Long.MAX_VALUE;
        while (before != null) {
            var page = registry.history().of(version, before, limit);
            page.changes().forEach(change -> all.add(words(change)));
            before = page.before();
        }
        return all;
    }

    @Test
    void tellsWhoChangedWhatOfAModel() {
        var model = fixture.model("credit");
        fixture.version("credit");
        fixture.version("credit");
        fixture.alias("credit", "blue", 1);
        registry.setAlias(BOB, WORKSPACE, "credit", "blue", "2");
        registry.tag(ANN, WORKSPACE, "credit", "team", "risk");
        registry.tag(BOB, WORKSPACE, "credit", "team", "fraud");
        registry.tag(ANN, WORKSPACE, "credit", "team", null);
        registry.tag(ANN, WORKSPACE, "credit", "team", "back");
        registry.describe(BOB, WORKSPACE, "credit", "scores people");
        registry.removeAlias(ANN, WORKSPACE, "credit", "blue");
        registry.rename(BOB, WORKSPACE, "credit", "loans");
        registry.delete(ANN, WORKSPACE, "loans");
        var expected = List.of(
                "usr:ann deleted: null -> 2026-01-01T00:00:00Z",
                "usr:bob name: credit -> loans",
                "usr:ann alias blue: 2 -> null",
                "usr:bob description:  -> scores people",
                "usr:ann tag team: null -> back",
                "usr:ann tag team: fraud -> null",
                "usr:bob tag team: risk -> fraud",
                "usr:ann tag team: null -> risk",
                "usr:bob alias blue: 1 -> 2",
                "usr:ann alias blue: null -> 1",
                "usr:ann name: null -> credit");
        assertThat(all(model, 1_000)).isEqualTo(expected);
        assertThat(all(model, 3)).isEqualTo(expected);
        assertThat(all(model, 1)).isEqualTo(expected);
    }

    @Test
    void tellsWhatHappenedToAVersion() {
        fixture.model("credit");
        var version = fixture.version("credit").version();
        fixture.version("credit");
        fixture.alias("credit", "green", 2);
        fixture.alias("credit", "blue", 1);
        fixture.alias("credit", "blue", 2);
        registry.describe(BOB, WORKSPACE, "credit", "1", "first");
        registry.transition(ANN, WORKSPACE, "credit", "1", "Staging", false);
        registry.transition(BOB, WORKSPACE, "credit", "2", "Staging", true);
        registry.tag(ANN, WORKSPACE, "credit", "1", "k", "v");
        registry.delete(ANN, WORKSPACE, "credit", "1");
        var expected = List.of(
                "usr:ann deleted: null -> 2026-01-01T00:00:00Z",
                "usr:ann tag k: null -> v",
                "usr:bob stage: Staging -> Archived",
                "usr:ann stage: None -> Staging",
                "usr:bob description:  -> first",
                "usr:ann alias blue: 1 -> 2",
                "usr:ann alias blue: null -> 1",
                "usr:ann version: null -> 1");
        assertThat(all(version, 1_000)).isEqualTo(expected);
        assertThat(all(version, 2)).isEqualTo(expected);
    }

    @Test
    void findsAnOldChangeBehindManyRegistrations() {
        var model = fixture.model("credit");
        registry.describe(BOB, WORKSPACE, "credit", "long ago");
        for (int i = 0; i < 1_100; i++) {
            fixture.version("credit");
        }
        assertThat(registry.history().of(model, Long.MAX_VALUE, 10).changes())
                .extracting(ModelHistoryTest::words)
                .containsExactly("usr:bob description:  -> long ago", "usr:ann name: null -> credit");
    }
}
