package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.table.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contributions that do not add up to the prediction are kept with their flag and never shown as good: in text, as JSON, as Parquet, on the
 * page, in what is said over many rows. A process that answers the same rows with other numbers each time gives such contributions.
 */
class UntrustworthyRowsTest {
    @TempDir
    Path folder;

    private Ended run(String... arguments) throws Exception {
        return Ended.of(folder, arguments);
    }

    private String wavering() throws Exception {
        Path script = folder.resolve("waver.sh");
        Files.writeString(script, """
                asked=0
                while read -r line; do
                  asked=$((asked + 1))
                  rows=$(printf '%s' "$line" | awk '{ print gsub(/\\],\\[/, "&") + 1 }')
                  printf '{"predictions": [%s]}\\n' "$(awk -v n="$rows" -v seed="$asked" \\
                      'BEGIN { srand(seed); for (k = 0; k < n; k++) printf "%s%.6f", k ? "," : "", 1 + rand() }')"
                done
                """);
        return "exec:sh " + script;
    }

    private String data() throws Exception {
        return Files.writeString(folder.resolve("d.csv"), "a,b\n1,2\n3,4\n5,7\n")
                .toString();
    }

    @Test
    void saysSoInTextAndJson() throws Exception {
        var said = run("explain", wavering(), data());
        assertThat(said.code()).isEqualTo(ExitCode.FAILED);
        for (int row = 1; row <= 3; row++) {
            assertThat(said.out())
                    .containsPattern("row %d: .*\\R  The contributions do not add up to the prediction".formatted(row));
        }
        var ended = run("explain", wavering(), data(), "--json");
        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.json().get("rows")).hasSize(3);
        for (JsonNode row : ended.json().get("rows")) {
            assertThat(row.get("phi").has("a")).as("kept").isTrue();
            assertThat(StreamSupport.stream(row.get("flags").spliterator(), false)
                            .map(JsonNode::asText))
                    .containsExactly("ADDITIVITY_FAILED", "NON_DETERMINISTIC");
        }
    }

    @Test
    void flagsThemInParquetAndDrawsThemNowhere() throws Exception {
        Path parquet = folder.resolve("phi.parquet");
        var written = run("explain", wavering(), data(), "--parquet", parquet.toString());
        assertThat(written.code()).isEqualTo(ExitCode.FAILED);
        assertThat(written.err()).contains("row 1: the contributions do not add up");
        try (var table = Table.open(parquet);
                var batches = table.batches(List.of("flags", "additivity_error"))) {
            var batch = batches.next();
            assertThat(batch.texts(0))
                    .containsOnly("ADDITIVITY_FAILED NON_DETERMINISTIC")
                    .hasSize(3);
            assertThat(batch.numbers(1)[2]).isGreaterThan(1e-9);
        }
        Path page = folder.resolve("page.html");
        var drawn = run("explain", wavering(), data(), "--html", page.toString());
        assertThat(drawn.code()).isEqualTo(ExitCode.FAILED);
        assertThat(drawn.err()).contains("The contributions of 3 rows do not add up");
        assertThat(Files.readString(page))
                .contains(
                        "The contributions of 3 of 3 rows do not add up to the prediction. They are in no chart: row 1, 2, 3.")
                .doesNotContain("<svg role=");
    }

    @Test
    void countsThemInNoImportance() throws Exception {
        var ended = run("importance", wavering(), data());
        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("3 of 3 rows do not add up", "none of the 3 rows add up");
    }

    /** What shap saved is compared with the model before it is shown: one number of one row is not what it was. */
    @Test
    void comparesWhatShapSavedWithTheModel() throws Exception {
        Path golden = Path.of("../explain/src/test/resources/golden/shap")
                .toAbsolutePath()
                .normalize();
        String model = golden.resolve("classes.json").toString();
        JsonNode saved =
                new ObjectMapper().readTree(golden.resolve("classes-saved.json").toFile());
        var csv = new StringBuilder();
        saved.get("feature_names")
                .forEach(name -> csv.append(csv.isEmpty() ? "" : ",").append(name.asText()));
        for (JsonNode row : saved.get("data")) {
            csv.append('\n');
            for (int j = 0; j < row.size(); j++) {
                csv.append(j == 0 ? "" : ",").append(row.get(j).asDouble());
            }
        }
        String data =
                Files.writeString(folder.resolve("rows.csv"), csv.append('\n')).toString();
        String file = golden.resolve("classes-saved.npz").toString();
        String[] common = {"explain", model, data, "--method", "tree", "--background", data, "--json", "--shap"};
        var good = run(with(common, file));
        assertThat(good.code()).as(good.err()).isZero();
        assertThat(good.json().at("/explanation/from").asText()).isEqualTo("shap");
        assertThat(good.json().at("/explanation/semantics").asText()).isEqualTo("INTERVENTIONAL");
        int rows = saved.get("data").size();
        assertThat(good.json().get("rows")).hasSize(rows);
        for (int r = 0; r < rows; r++) {
            assertThat(good.json().at("/rows/%d/phi/1/f3".formatted(r)).asDouble())
                    .isEqualTo(saved.at("/values/%d/3/1".formatted(r)).asDouble());
        }

        Path changed = folder.resolve("changed.json");
        var copy = (ObjectNode) saved.deepCopy();
        ((ArrayNode) copy.at("/values/2/0")).set(0, 9.0);
        Files.writeString(changed, copy.toString());
        var bad = run(with(common, changed.toString()));
        assertThat(bad.code()).isEqualTo(ExitCode.FAILED);
        for (int r = 0; r < rows; r++) {
            assertThat(bad.json().at("/rows/%d/flags".formatted(r)).toString())
                    .isEqualTo(r == 2 ? "[\"ADDITIVITY_FAILED\"]" : "");
        }

        Files.writeString(Path.of(data), csv.append(csv.substring(csv.indexOf("\n") + 1)));
        assertThat(run(with(common, file)).err())
                .contains("holds attributions of %d rows, and the data has ".formatted(rows));
        var silent = run("explain", model, data, "--shap", file);
        assertThat(silent.code()).isEqualTo(ExitCode.USAGE);
        assertThat(silent.err()).contains("say it with --method");
        assertThat(run("explain", model, data, "--method", "tree", "--shap", "none.npz")
                        .err())
                .contains("There is no \"none.npz\"");
    }

    private static String[] with(String[] arguments, String last) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = last;
        return all;
    }
}
