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
 *   <li>a JSON object of the same four members, as nested lists; null is NaN
 *   <li>a folder of {@code shap_values.npy} and {@code base_values.npy}, as {@code mlflow.shap.log_explanation} stores them (artifact
 *       path {@code model_explanations_shap})
 * </ul>
 *
 * {@code values} is rows × features, or rows × features × outputs; where base values or data say that it is outputs × rows × features,
 * as shap wrote it before 0.45, it is read so. {@code base_values} is one number, one per output, one per row, or rows × outputs.
 * Arrays in C and in Fortran order are read, pickled ones never. Stateless.
 */
public final class ShapReader {
    private static final int MAX_ARRAYS = 64;
    private static final int MAX_BYTES = 1 << 30;
    private static final List<String> MEMBERS = List.of("values", "base_values", "data", "feature_names");
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
                ? assemble(whole(bytes))
                : assemble(document(bytes));
    }

    private static byte[] bounded(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw malformed("The file is larger than 1 GiB; write the explanations in parts.");
        }
        return Files.readAllBytes(file);
    }

    private static Map<String, Npy> document(byte[] bytes) {
        try {
            return json(bytes);
        } catch (ExplainException e) {
            // The reader of documents speaks of models.
            throw e.code() == Code.MALFORMED_IMPORT
                    ? e
                    : new ExplainException(Code.MALFORMED_IMPORT, String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, Npy> whole(byte[] bytes) {
        try {
            return unzip(bytes);
        } catch (IOException | IllegalArgumentException e) {
            // The bytes are in memory, so it is they that are wrong; a name that is no text is an
            // IllegalArgumentException.
            throw new ExplainException(
                    Code.MALFORMED_IMPORT, "The archive breaks off or is damaged; save or copy it again.", e);
        }
    }

    private static Map<String, Npy> unzip(byte[] bytes) throws IOException {
        Map<String, Npy> arrays = new HashMap<>();
        long left = MAX_BYTES;
        int entries = 0;
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName().replaceFirst("\\.npy$", "");
                if (MEMBERS.contains(name)) {
                    byte[] array = zip.readNBytes((int) left);
                    left -= array.length;
                    arrays.put(name, Npy.read(array, name));
                } else {
                    left -= passed(zip, left);
                }
                if (left <= 0 || ++entries > MAX_ARRAYS) {
                    throw malformed(
                            "The archive holds more than %d arrays, or more than 1 GiB of them.".formatted(MAX_ARRAYS));
                }
            }
        }
        return arrays;
    }

    /** Bytes of an entry that nobody needs, as far as the limit. */
    private static long passed(ZipInputStream zip, long limit) throws IOException {
        byte[] part = new byte[1 << 16];
        long passed = 0;
        for (int read = zip.read(part); read > 0 && passed <= limit; read = zip.read(part)) {
            passed += read;
        }
        return passed;
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
        int[] shape = values.shape();
        boolean outputsFirst = shape.length == 3 && areOutputsFirst(shape, arrays);
        int rows = outputsFirst ? shape[1] : shape[0];
        int features = outputsFirst ? shape[2] : shape[1];
        int outputs = shape.length < 3 ? 1 : outputsFirst ? shape[0] : shape[2];
        if (rows == 0 || features == 0 || outputs == 0) {
            throw malformed("The attributions (values) are of %d rows, %d features and %d outputs; each is at least 1."
                    .formatted(rows, features, outputs));
        }
        if (values.numbers().length != (long) rows * features * outputs) {
            throw malformed("The attributions (values) are not numbers throughout.");
        }
        double[] byOutput = new double[values.numbers().length];
        for (int row = 0, at = 0; row < rows; row++) {
            for (int output = 0; output < outputs; output++) {
                for (int feature = 0; feature < features; feature++) {
                    int from = outputsFirst
                            ? (output * rows + row) * features + feature
                            : (row * features + feature) * outputs + output;
                    byOutput[at++] = values.numbers()[from];
                }
            }
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

    /** Whether what stands beside the values fits only to outputs × rows × features. */
    private static boolean areOutputsFirst(int[] shape, Map<String, Npy> arrays) {
        Npy data = arrays.get("data");
        if (data != null && data.shape().length == 2) {
            boolean last = data.shape()[0] == shape[0] && data.shape()[1] == shape[1];
            return !last && data.shape()[0] == shape[1] && data.shape()[1] == shape[2];
        }
        Npy base = arrays.get("base_values");
        int bases = base == null ? 0 : base.numbers().length;
        return bases == shape[0] && bases != shape[2] && shape[0] > 1;
    }

    private static double[] base(@Nullable Npy given, int rows, int outputs) {
        double[] numbers = given == null ? new double[0] : given.numbers();
        double[] base = new double[Math.multiplyExact(rows, outputs)];
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
        if (given.numbers().length != (long) rows * features) {
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
