package dev.clew.explain.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.Golden;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.model.Model;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that the real shap and NumPy wrote; see golden/SOURCE.md. */
class ShapReaderTest {
    @TempDir
    Path directory;

    private static Path golden(String file) {
        return Path.of("src/test/resources/golden/shap", file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classes-saved.npz", "classes-saved.json"})
    void readsWhatShapWrote(String file) throws IOException {
        Model model = Golden.model("shap/classes.json");
        var cases = Golden.cases("shap/classes-margin");
        ImportedShap read = ShapReader.read(golden(file));
        assertThat(read.rows()).isEqualTo(cases.size());
        assertThat(read.outputs()).isEqualTo(3);
        assertThat(read.names()).hasSize(13).first().isEqualTo("f0");
        for (int r = 0; r < read.rows(); r++) {
            for (int o = 0; o < 3; o++) {
                double[] expected =
                        Golden.numbers(cases.get(r).get("contributions").get(o));
                for (int j = 0; j < 13; j++) {
                    assertThat(read.values()[(r * 3 + o) * 13 + j]).isCloseTo(expected[j], within(1e-12));
                }
                assertThat(read.base()[r * 3 + o]).isCloseTo(expected[13], within(1e-12));
            }
        }
        var nameless = new ImportedShap(
                read.rows(),
                3,
                13,
                read.values(),
                read.base(),
                read.data(),
                model.schema().names());
        var checked = nameless.check(model, Method.TREE, Semantics.INTERVENTIONAL);
        for (int r = 0; r < checked.rows(); r++) {
            assertThat(checked.row(r).flags()).isEmpty();
        }
    }

    @Test
    void flagsAttributionsThatAreNotOfTheModel() throws IOException {
        Model model = Golden.model("shap/classes.json");
        ImportedShap read = ShapReader.read(golden("classes-saved.npz"));
        double[] changed = read.values().clone();
        changed[0] += 0.01;
        var claim = new ImportedShap(
                read.rows(),
                3,
                13,
                changed,
                read.base(),
                read.data(),
                model.schema().names());
        var checked = claim.check(model, Method.TREE, Semantics.INTERVENTIONAL);
        assertThat(checked.row(0).flags()).containsExactly(Flag.ADDITIVITY_FAILED);
        assertThat(checked.row(1).flags()).isEmpty();
        assertThatThrownBy(() -> read.check(Golden.model("shap/trees.json"), Method.TREE, Semantics.INTERVENTIONAL))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("13 features and 3 outputs; the model has 12 and 1");
    }

    @Test
    void readsAFolderOfMlflow() throws IOException {
        try (var zip = new ZipFile(golden("classes-saved.npz").toFile())) {
            for (String name : new String[] {"values", "base_values"}) {
                try (var in = zip.getInputStream(new ZipEntry(name + ".npy"))) {
                    Files.copy(in, directory.resolve((name.equals("values") ? "shap_values" : name) + ".npy"));
                }
            }
        }
        ImportedShap read = ShapReader.read(directory);
        assertThat(read.values())
                .isEqualTo(ShapReader.read(golden("classes-saved.npz")).values());
        assertThat(read.data()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"base_values\": [1]} | values",
                "{\"values\": [[1, 2], [3]], \"base_values\": 0} | different lengths",
                "{\"values\": [[1, 2]]} | base_values has 0 numbers",
                "{\"values\": [[1, 2]], \"base_values\": 0, \"data\": [[1]]} | data is not 1 rows",
                "{\"values\": [[1, 2]], \"base_values\": 0, \"feature_names\": [\"a\"]} | feature_names",
                "{\"values\": [[{}]], \"base_values\": 0} | object"
            })
    void refusesWhatDoesNotFit(String json, String says) throws IOException {
        Path file = Files.writeString(directory.resolve("e.json"), json);
        assertThatThrownBy(() -> ShapReader.read(file))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining(says);
    }

    /** Whatever bytes are changed or missing: an answer or an ExplainException, nothing else. */
    @Test
    void survivesDamagedFiles() throws IOException {
        byte[] whole = Files.readAllBytes(golden("classes-saved.npz"));
        var random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = i % 2 == 0 ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int c = 0; c < 3 && bytes.length > 0; c++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(directory.resolve("damaged.npz"), bytes);
            try {
                ShapReader.read(file);
            } catch (ExplainException | IOException e) {
                assertThat(e).hasMessageNotContaining("java.");
            }
        }
    }

    @Test
    void neverReadsPickles() throws IOException {
        var out = new ByteArrayOutputStream();
        String header = "{'descr': '|O', 'fortran_order': False, 'shape': (1, 1), }";
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
        out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[64]);
        Files.write(directory.resolve("shap_values.npy"), out.toByteArray());
        assertThatThrownBy(() -> ShapReader.read(directory))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("objects");
    }
}
