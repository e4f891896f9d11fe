package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.JsonReader;
import dev.clew.explain.internal.UbjsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Reads model files; the format is recognised by content. Stateless. */
public final class Models {
    /** Files larger than this are refused: {@value} bytes. */
    public static final int MAX_BYTES = 512 << 20;

    private Models() {}

    /**
     * Reads a model file.
     *
     * @throws ExplainException {@code MALFORMED_MODEL} or {@code UNSUPPORTED_MODEL}
     */
    public static Model read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    /** Reads a model to the end of a stream, which the caller closes. */
    public static Model read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL, "The model file is larger than %d MiB.".formatted(MAX_BYTES >> 20));
        }
        return read(bytes);
    }

    /** Reads a model from memory. */
    public static Model read(byte[] bytes) {
        int start = 0;
        while (start < bytes.length && Character.isWhitespace(bytes[start])) {
            start++;
        }
        if (start < bytes.length && bytes[start] == '{') {
            boolean ubjson = start + 1 < bytes.length && "iUIlL$#".indexOf(bytes[start + 1]) >= 0;
            return ubjson ? new XgboostReader(new UbjsonReader(bytes), "xgboost-ubjson", bytes).read() : json(bytes);
        }
        if (startsWith(bytes, start, "tree\n") || startsWith(bytes, start, "tree\r")) {
            return new LightgbmReader(bytes).read();
        }
        // An ONNX file begins with field 1, the version of its intermediate representation.
        if (bytes.length > 2 && bytes[0] == 8 && bytes[1] > 0 && bytes[1] < 32) {
            return new OnnxReader(bytes).read();
        }
        throw new ExplainException(
                Code.UNSUPPORTED_MODEL,
                "The file starts like none of the model formats read here (XGBoost JSON or UBJSON, LightGBM text, CatBoost JSON, ONNX, linear JSON); it begins with %s."
                        .formatted(beginning(bytes)));
    }

    private static boolean startsWith(byte[] bytes, int from, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        return bytes.length >= from + wanted.length
                && Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
    }

    /** JSON formats are told apart by their outermost keys. */
    private static Model json(byte[] bytes) {
        var in = new JsonReader(bytes);
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "learner" -> {
                    return new XgboostReader(new JsonReader(bytes), "xgboost-json", bytes).read();
                }
                case "oblivious_trees", "features_info", "model_info", "trees" -> {
                    return new CatboostReader(bytes).read();
                }
                case "format", "coefficients" -> {
                    return new LinearJsonReader(bytes).read();
                }
                default -> in.skip();
            }
        }
        throw new ExplainException(
                Code.UNSUPPORTED_MODEL,
                "The file is a JSON document, but no XGBoost, CatBoost or linear model: it has none of their keys.");
    }

    private static String beginning(byte[] bytes) {
        int length = Math.min(8, bytes.length);
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        boolean printable = text.chars().allMatch(c -> c >= 32 && c < 127);
        return length == 0
                ? "nothing, it is empty"
                : printable ? '"' + text + '"' : HexFormat.of().formatHex(bytes, 0, length);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
