package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --rounds} and what {@code clew model inspect} says about a model, in processes of their own. */
class RoundsTest {
    private static final Path EXAMPLE =
            Path.of("..", "examples", "credit").toAbsolutePath().normalize();
    private static final String MODEL = EXAMPLE.resolve("model.json").toString();
    private static final String DATA = EXAMPLE.resolve("applications.csv").toString();

    @TempDir
    Path folder;

    private Ended run(String... arguments) throws Exception {
        return Ended.of(folder, arguments);
    }

    /** A forest cut off after some rounds is another model; what was asked of it stands in the answer. */
    @Test
    void takesTheFirstRoundsOfAModel() throws Exception {
        JsonNode inspected = run("model", "inspect", MODEL, "--json").json();
        int rounds = inspected.get("rounds").asInt();
        assertThat(rounds).isGreaterThan(10).isEqualTo(inspected.get("trees").asInt());
        JsonNode whole = run("explain", MODEL, DATA, "--rows", "1-3", "--json").json();
        JsonNode first = run("explain", MODEL, DATA, "--rows", "1-3", "--rounds", "10", "--json")
                .json();
        assertThat(first.at("/model/rounds").asInt()).isEqualTo(10);
        assertThat(first.at("/model/rounds_in_file").asInt()).isEqualTo(rounds);
        assertThat(first.at("/model/digest")).isEqualTo(whole.at("/model/digest"));
        assertThat(first.at("/explanation/settings_digest")).isNotEqualTo(whole.at("/explanation/settings_digest"));
        assertThat(first.at("/rows/0/margin")).isNotEqualTo(whole.at("/rows/0/margin"));
        assertThat(run("predict", MODEL, DATA, "--rows", "1-3", "--rounds", "10", "--json")
                        .json()
                        .at("/rows/2/prediction"))
                .isEqualTo(first.at("/rows/2/prediction"));
        assertThat(run("explain", MODEL, DATA, "--rows", "1-3", "--rounds", Integer.toString(rounds), "--json")
                        .json())
                .isEqualTo(whole);
        for (var each : List.of(
                List.of("best", "names no best round"),
                List.of("9999", "9999 of them cannot be taken"),
                List.of("ten", "--rounds is a whole number or best"))) {
            var refused = run("predict", MODEL, DATA, "--rounds", each.get(0));
            assertThat(refused.code()).isNotZero();
            assertThat(refused.err()).contains(each.get(1)).doesNotContain("\tat ");
        }
        String stopped = "../explain/src/test/resources/golden/xgboost/stopped-3.4.1.json";
        JsonNode early = run("model", "inspect", stopped, "--json").json();
        assertThat(early.get("best_round").asInt())
                .isBetween(1, early.get("rounds").asInt() - 1);
    }

    @Test
    void inspectsNoBlackBox() throws Exception {
        for (String box : List.of("http://127.0.0.1:1/v1/models/m:predict", "exec:cat")) {
            var ended = run("model", "inspect", box);
            assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
            assertThat(ended.err()).contains("A black box shows nothing of itself", "clew predict");
        }
    }
}
