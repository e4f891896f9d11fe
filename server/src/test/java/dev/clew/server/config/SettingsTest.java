package dev.clew.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    enum Mode {
        STRICT,
        SOLO
    }

    record Queue(
            @Default("4096") @Between(least = "1", most = "65536") @Doc("Commands of one transaction.")
            int maxGroup,

            @Default("4MiB") @Doc("Bytes of one transaction.")
            Size maxGroupBytes,

            @Default("5ms") @Doc("Time of one transaction.") Duration maxDeciding) {}

    record Sod(
            @Default("strict") @Doc("Who may approve own work.")
            Mode mode) {}

    record Sections(Queue journal, Sod sod) {}

    record Colliding(Queue journal, JournalMax journalMax) {}

    record JournalMax(
            @Default("1") @Doc("Collides with journal.max_group.")
            int group) {}

    private static Settings<Sections> read(Sources sources) {
        return Settings.read(
                Sections.class, sources, Map.of("journal.wait", "groups form without waiting now; drop the line"));
    }

    @Test
    void takesDefaultsWhenNothingIsGiven() {
        var values = read(new Sources()).values();
        assertThat(values.journal()).isEqualTo(new Queue(4096, Size.parse("4MiB"), Duration.ofMillis(5)));
        assertThat(values.sod().mode()).isEqualTo(Mode.STRICT);
    }

    @Test
    void laterSourcesWinAndSayWhereTheyAre(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(
                dir.resolve("clew.properties"), "journal.max_group=10\nsod.mode=solo\njournal.max_deciding=1s\n");
        var settings = read(new Sources()
                .file(file)
                .environment(Map.of("CLEW_JOURNAL_MAX_GROUP", "20", "CLEW_SOD_MODE", "strict", "PATH", "/bin"))
                .set(List.of("sod.mode = solo")));
        assertThat(settings.values().journal().maxGroup()).isEqualTo(20);
        assertThat(settings.values().journal().maxDeciding()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.values().sod().mode()).isEqualTo(Mode.SOLO);
        assertThat(settings.effective())
                .extracting(key -> key.key() + " from " + key.origin())
                .containsExactly(
                        "journal.max_group from environment CLEW_JOURNAL_MAX_GROUP",
                        "journal.max_group_bytes from default",
                        "journal.max_deciding from file clew.properties",
                        "sod.mode from --set");
    }

    @Test
    void reportsEveryProblemAtOnceWithTheClosestKey(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(
                dir.resolve("clew.properties"), "journal.max_grup=10\njournal.wait=1\njournal.max_group_bytes=lots\n");
        var sources = new Sources()
                .file(file)
                .environment(Map.of("CLEW_SOD_MOOD", "solo", "CLEW_TOKEN", "not a setting"))
                .set(List.of("sod.mode=loose", "journal.max_group=0", "nonsense"));
        assertThatThrownBy(() -> read(sources))
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("has 7 problems")
                .hasMessageContaining("1. --set nonsense is not key=value")
                .hasMessageContaining(
                        "journal.max_grup (file clew.properties) is not a key; did you mean journal.max_group?")
                .hasMessageContaining(
                        "journal.wait (file clew.properties) was removed: groups form without waiting now")
                .hasMessageContaining("CLEW_SOD_MOOD (environment) is not a setting; did you mean CLEW_SOD_MODE?")
                .hasMessageContaining("journal.max_group=0 (--set): it must lie between 1 and 65536")
                .hasMessageContaining("journal.max_group_bytes=lots (file clew.properties): write a size as")
                .hasMessageContaining("sod.mode=loose (--set): write one of strict, solo");
    }

    @Test
    void refusesTwoKeysWithOneEnvironmentName() {
        assertThatThrownBy(() -> Keys.all(Colliding.class))
                .hasMessage("The keys journal.max_group and journal_max.group have one environment name");
    }

    @Test
    void sizesAndDurationsPrintAsTheyAreWritten() {
        for (String size : List.of("0B", "512B", "64KiB", "3MiB", "1GiB", "1025B")) {
            assertThat(Size.parse(size)).hasToString(size);
        }
        for (String duration : List.of("0s", "250us", "5ms", "30s", "10m", "36h", "400d")) {
            assertThat(Durations.format(Durations.parse(duration))).isEqualTo(duration);
        }
        assertThat(Durations.parse("PT5S")).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aMissingFileIsOneOfTheProblems(@TempDir Path dir) {
        assertThatThrownBy(() -> read(new Sources().file(dir.resolve("absent")).set(List.of("sod.mode=x"))))
                .hasMessageContaining("does not exist")
                .hasMessageContaining("sod.mode=x");
    }
}
