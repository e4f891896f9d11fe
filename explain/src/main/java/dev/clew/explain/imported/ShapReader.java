package dev.clew.explain.imported;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.DocumentReader.Token;
import dev.clew.explain.internal.DoubleList;
import dev.clew.explain.internal.JsonReader;
import dev.clew.explain.model.Rows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads explanations of the shap library:
 *
 * <ul>
 *   <li>{@code numpy.savez(file, values=e.values, base_values=e.base_values, data=e.data, feature_names=e.feature_names)}
 *   <li>a JSON object of the same four members, as nested lists
 *   <li>a folder of {@code shap_values.npy} and {@code base_values.npy}, as {@code mlflow.shap.log_explanation} stores them
 * </ul>
 *
 * {@code values} is rows × features, or rows × features × outputs. {@code base_values} is one number, one per output, one per row,
 * or rows × outputs. Pickled arrays are never read.
 */
public final class ShapReader {
    private static final int MAX_ARRAYS = 64;
    private static final int MAX_BYTES = 1 << 30;
    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private ShapReader() {}

    /**
     * Reads a file or folder.
     *
     * @throws ExplainException {@code MALFORMED_IMPORT} with what is wrong with which array
     * @throws IOException if it cannot be read
     */
    public static ImportedShap read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            Map<String, Npy> arrays = new HashMap<>();
            for (String name : List.of("shap_values", "base_values", "data", "feature_names")) {
                Path file = path.resolve(name + ".npy");
                if (Files.isRegularFile(file)) {
                    arrays.put(name.equals("shap_values") ? "values" : name, Npy.read(bounded(file), name));
                }
            }
            return assemble(arrays);
        }
        byte[] bytes = bounded(path);
        return bytes.length > 4 && Arrays.equals(bytes, 0, 4, ZIP, 0, 4)
                ? assemble(unzip(bytes))
                : assemble(json(bytes));
    }

    private static byte[] bounded(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw malformed("The file is larger than 1 GiB; write the explanations in parts.");
        }
        return Files.readAllBytes(file);
    }

    private static Map<String, Npy> unzip(byte[] bytes) throws IOException {
        Map<String, Npy> arrays = new HashMap<>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] array = zip.readNBytes(MAX_BYTES);
                if (array.length == MAX_BYTES || arrays.size() == MAX_ARRAYS) {
                    throw malformed(
                            "The archive holds more than %d arrays or one larger than 1 GiB.".formatted(MAX_ARRAYS));
                }
                String name = entry.getName().replaceFirst("\\.npy$", "");
                if (List.of("values", "base_values", "data", "feature_names").contains(name)) {
                    arrays.put(name, Npy.read(array, name));
                }
            }
        }
        return arrays;
    }

    private static Map<String, Npy> json(byte[] bytes) {
        Map<String, Npy> arrays = new HashMap<>();
        var in = new JsonReader(bytes);
        in.beginObject();
        while (in.hasNext()) {
            String name = in.name();
            switch (name) {
                case "values", "base_values", "data", "feature_names" -> {
                    if (in.peek() == Token.NULL) {
                        in.nothing();
                    } else {
                        arrays.put(name, new Nested(name).read(in));
                    }
                }
                default -> in.skip();
            }
        }
        in.end();
        return arrays;
    }

    /** Nested lists of one depth and, within each level, one length. */
    private static final class Nested {
        private final String name;
        private final DoubleList numbers = new DoubleList();
        private final List<String> texts = new ArrayList<>();
        private final List<Integer> shape = new ArrayList<>();

        Nested(String name) {
            this.name = name;
        }

        Npy read(JsonReader in) {
            value(in, 0);
            return new Npy(shape.stream().mapToInt(i -> i).toArray(), numbers.toArray(), List.copyOf(texts));
        }

        private void value(JsonReader in, int level) {
            switch (in.peek()) {
                case ARRAY -> {
                    boolean first = level == shape.size();
                    if (first) {
                        shape.add(0);
                    }
                    in.beginArray();
                    int size = 0;
                    while (in.hasNext()) {
                        value(in, level + 1);
                        size++;
                    }
                    if (!first && shape.get(level) != 0 && shape.get(level) != size) {
                        throw malformed("%s has lists of different lengths.".formatted(name));
                    }
                    shape.set(level, size);
                }
                case STRING -> texts.add(in.string());
                case NULL -> {
                    in.nothing();
                    numbers.add(Double.NaN);
                }
                case BOOLEAN -> numbers.add(in.bool() ? 1 : 0);
                case NUMBER -> numbers.add(in.number());
                case OBJECT -> throw malformed("%s holds an object where a number belongs.".formatted(name));
            }
        }
    }

    private static ImportedShap assemble(Map<String, Npy> arrays) {
        Npy values = arrays.get("values");
        if (values == null || values.shape().length < 2 || values.shape().length > 3) {
            throw malformed(
                    "The attributions (values) are missing or not rows × features or rows × features × outputs.");
        }
        int rows = values.shape()[0];
        int features = values.shape()[1];
        int outputs = values.shape().length == 3 ? values.shape()[2] : 1;
        if (values.numbers().length != (long) rows * features * outputs) {
            throw malformed("The attributions (values) are not numbers throughout.");
        }
        double[] byOutput = new double[values.numbers().length];
        for (int i = 0; i < byOutput.length; i++) {
            int row = i / (features * outputs);
            int feature = i / outputs % features;
            byOutput[(row * outputs + i % outputs) * features + feature] = values.numbers()[i];
        }
        return new ImportedShap(
                rows,
                outputs,
                features,
                byOutput,
                base(arrays.get("base_values"), rows, outputs),
                data(arrays.get("data"), rows, features),
                names(arrays.get("feature_names"), features));
    }

    private static double[] base(@Nullable Npy given, int rows, int outputs) {
        double[] numbers = given == null ? new double[0] : given.numbers();
        double[] base = new double[rows * outputs];
        if (numbers.length == base.length) {
            return numbers;
        }
        if (numbers.length != 1 && numbers.length != outputs && numbers.length != rows) {
            throw malformed("base_values has %d numbers; 1, %d (outputs), %d (rows) or their product fit."
                    .formatted(numbers.length, outputs, rows));
        }
        for (int i = 0; i < base.length; i++) {
            base[i] = numbers[numbers.length == 1 ? 0 : numbers.length == outputs ? i % outputs : i / outputs];
        }
        return base;
    }

    private static Optional<Rows> data(@Nullable Npy given, int rows, int features) {
        if (given == null || !given.texts().isEmpty()) {
            return Optional.empty();
        }
        if (given.numbers().length != rows * features) {
            throw malformed("data is not %d rows × %d features like the attributions.".formatted(rows, features));
        }
        return Optional.of(new Rows(given.numbers(), rows, features));
    }

    private static List<String> names(@Nullable Npy given, int features) {
        if (given == null) {
            return List.of();
        }
        if (given.texts().size() != features) {
            throw malformed("feature_names are not %d texts, one per feature.".formatted(features));
        }
        return given.texts();
    }

    private static ExplainException malformed(String message) {
        return new ExplainException(Code.MALFORMED_IMPORT, message);
    }
}
