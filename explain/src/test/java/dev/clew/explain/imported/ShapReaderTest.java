package dev.clew.explain.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.explain.ExplainException;
import dev.clew.explain.Golden;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
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
            } catch (ExplainException e) {
                assertThat(e.code()).isEqualTo(ExplainException.Code.MALFORMED_IMPORT);
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

    /** A NumPy array as numpy.save writes it. */
    private static byte[] npy(String type, boolean fortran, String shape, double... values) {
        String header = "{'descr': '<%s', 'fortran_order': %s, 'shape': (%s), }\n"
                .formatted(type, fortran ? "True" : "False", shape);
        var out = ByteBuffer.allocate(10 + header.length() + values.length * Character.digit(type.charAt(1), 10))
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        out.put(header.getBytes(StandardCharsets.US_ASCII));
        for (double value : values) {
            switch (type) {
                case "f8" -> out.putDouble(value);
                case "f4" -> out.putFloat((float) value);
                default -> out.putShort(Float.floatToFloat16((float) value));
            }
        }
        return out.array();
    }

    /** A table of pandas is in Fortran's order, and so is what numpy.save makes of it. */
    @Test
    void readsArraysInFortransOrder() throws IOException {
        Files.write(directory.resolve("shap_values.npy"), npy("f8", true, "2, 3", 1, 4, 2, 5, 3, 6));
        Files.write(directory.resolve("base_values.npy"), npy("f2", false, "", 0.5));
        Files.write(directory.resolve("data.npy"), npy("f4", true, "2, 3", 10, 40, 20, 50, 30, 60));
        ImportedShap read = ShapReader.read(directory);
        assertThat(read.values()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(read.base()).containsExactly(0.5, 0.5);
        assertThat(read.data().orElseThrow().values()).containsExactly(10, 20, 30, 40, 50, 60);
        // Three dimensions: rows × features × outputs, first index fastest.
        Files.write(directory.resolve("shap_values.npy"), npy("f8", true, "1, 3, 2", 1, 2, 3, 10, 20, 30));
        Files.write(directory.resolve("base_values.npy"), npy("f8", false, "2,", 7, 8));
        Files.delete(directory.resolve("data.npy"));
        read = ShapReader.read(directory);
        assertThat(read.outputs()).isEqualTo(2);
        assertThat(read.values()).containsExactly(1, 2, 3, 10, 20, 30);
        assertThat(read.base()).containsExactly(7, 8);
    }

    /** Before 0.45 shap gave a list, one table per output; numpy.save makes outputs × rows × features of it. */
    @Test
    void readsOutputsFirstWhereTheBaseSaysSo() throws IOException {
        Files.write(directory.resolve("shap_values.npy"), npy("f8", false, "2, 1, 3", 1, 2, 3, 10, 20, 30));
        Files.write(directory.resolve("base_values.npy"), npy("f8", false, "2,", 7, 8));
        ImportedShap read = ShapReader.read(directory);
        assertThat(read.rows()).isEqualTo(1);
        assertThat(read.features()).isEqualTo(3);
        assertThat(read.outputs()).isEqualTo(2);
        assertThat(read.values()).containsExactly(1, 2, 3, 10, 20, 30);
        assertThat(read.base()).containsExactly(7, 8);
    }

    @Test
    void refusesArraysWithoutRowsFeaturesOrOutputs() throws IOException {
        for (String shape : new String[] {"0, 3", "3, 0", "2, 3, 0"}) {
            Files.write(directory.resolve("shap_values.npy"), npy("f8", false, shape));
            Files.write(directory.resolve("base_values.npy"), npy("f8", false, "", 0));
            assertThatThrownBy(() -> ShapReader.read(directory))
                    .isInstanceOf(ExplainException.class)
                    .hasMessageContaining("each is at least 1");
        }
    }

    /** An archive of zeros is small and long: what it unpacks to is bounded as a whole. */
    @Test
    void boundsWhatAnArchiveUnpacksTo() throws IOException {
        Path file = directory.resolve("bomb.npz");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            byte[] zeros = new byte[1 << 20];
            for (int entry = 0; entry < 3; entry++) {
                zip.putNextEntry(new ZipEntry("other%d.npy".formatted(entry)));
                for (int i = 0; i < 400; i++) {
                    zip.write(zeros);
                }
            }
        }
        assertThat(Files.size(file)).isLessThan(2 << 20);
        assertThatThrownBy(() -> ShapReader.read(file))
                .isInstanceOf(ExplainException.class)
                .hasMessageContaining("more than 1 GiB");
    }

    /** Folders of mlflow.shap hold no rows; with them the claim is compared, in the space that was explained. */
    @Test
    void comparesWithRowsFromElsewhereAndInProbabilities() throws IOException {
        Model model = Golden.model("shap/trees.json");
        var cases = Golden.cases("shap/trees-probability");
        Rows rows = Golden.rows(model, cases);
        int features = rows.width();
        double[] values = new double[rows.count() * features];
        double[] base = new double[rows.count()];
        for (int r = 0; r < rows.count(); r++) {
            double[] line = Golden.numbers(cases.get(r).get("contributions").get(0));
            System.arraycopy(line, 0, values, r * features, features);
            base[r] = line[features];
        }
        var saved = new ImportedShap(rows.count(), 1, features, values, base, Optional.empty(), List.of());
        assertThatThrownBy(() -> saved.check(model, Method.TREE, Semantics.INTERVENTIONAL))
                .hasMessageContaining("give the rows");
        assertThatThrownBy(() -> saved.of(rows.slice(0, 1))).hasMessageContaining("1 rows of " + features);
        var whole = saved.of(rows);
        assertThat(whole.check(model, Method.TREE, Semantics.INTERVENTIONAL, OutputSpace.PROBABILITY)
                        .trustworthy())
                .hasSize(rows.count());
        assertThat(whole.check(model, Method.TREE, Semantics.INTERVENTIONAL).trustworthy())
                .isEmpty();
    }

    /** Folders that MLflow itself wrote: one output, and three that it explains as probabilities. */
    @ParameterizedTest
    @ValueSource(strings = {"asked", "classes"})
    void readsWhatMlflowLogged(String name) throws IOException {
        Model model = Golden.model("shap/" + name + ".json");
        Rows rows = Golden.rows(model, Golden.cases("shap/mlflow-" + name));
        ImportedShap read = ShapReader.read(golden("mlflow-" + name));
        assertThat(read.rows()).isEqualTo(rows.count());
        assertThat(read.outputs()).isEqualTo(model.outputs());
        var checked = read.of(rows).check(model, Method.KERNEL, Semantics.INTERVENTIONAL, OutputSpace.PROBABILITY);
        assertThat(checked.trustworthy()).hasSize(rows.count());
        double[] changed = read.values().clone();
        changed[0] += 0.01;
        var claim = new ImportedShap(
                read.rows(), read.outputs(), read.features(), changed, read.base(), Optional.of(rows), List.of());
        assertThat(claim.check(model, Method.KERNEL, Semantics.INTERVENTIONAL, OutputSpace.PROBABILITY)
                        .trustworthy())
                .hasSize(rows.count() - 1);
    }
}
