package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.DocumentReader.Token;
import dev.clew.explain.internal.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * CatBoost's JSON model ({@code save_model(format="json", pool=…)}): symmetric trees over numbers and one-hot categories.
 *
 * <p>A category is compared by equality and goes right where it is equal, unlike in shap's reader, which compares it as a
 * number. Statistics of categories (CTR) cannot be computed from a row, so models with them are refused, as are
 * non-symmetric trees, which CatBoost does not explain itself. The file knows categories by hash; it names them only if it
 * was saved with {@code pool}.
 */
final class CatboostReader {
    private static final Pattern VERSION = Pattern.compile("(?:/v|release )(\\d{1,9}(?:\\.\\d{1,9}){1,3})");

    private final JsonReader in;
    private final byte[] bytes;

    private final CatboostTrees read = new CatboostTrees();

    CatboostReader(byte[] bytes) {
        this.bytes = bytes;
        this.in = new JsonReader(bytes);
    }

    Model read() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "features_info" -> features();
                case "model_info" -> info();
                case "oblivious_trees" -> each(() -> read.trees.add(tree()));
                case "scale_and_bias" -> scaleAndBias();
                case "trees" -> throw unsupported("has non-symmetric trees (grow_policy)");
                default -> in.skip();
            }
        }
        in.end();
        return read.model(Models.sha256(bytes), bytes.length);
    }

    static ExplainException unsupported(String what) {
        return new ExplainException(
                Code.UNSUPPORTED_MODEL,
                "The CatBoost model %s; only symmetric trees over numbers and one-hot categories are read."
                        .formatted(what));
    }

    private void features() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "float_features" -> inputs(read.numbers);
                case "categorical_features" -> inputs(read.categories);
                case "cat_features_hash" -> each(this::hash);
                case "text_features", "embedding_features" ->
                    each(() -> {
                        throw unsupported("has features of text or embeddings");
                    });
                default -> in.skip();
            }
        }
    }

    /** Members of an array; null is an empty one. */
    private void each(Runnable member) {
        if (in.peek() == Token.NULL) {
            in.nothing();
            return;
        }
        in.beginArray();
        while (in.hasNext()) {
            member.run();
        }
    }

    private void inputs(List<CatboostTrees.Input> into) {
        each(() -> {
            var input = new CatboostTrees.Input();
            in.beginObject();
            while (in.hasNext()) {
                switch (in.name()) {
                    case "feature_id", "feature_name" -> input.name = in.string();
                    case "flat_feature_index" -> input.flat = in.integer(0, 1_000_000);
                    case "feature_index" -> input.index = in.integer(0, 1_000_000);
                    case "nan_value_treatment" -> input.treatment = in.string();
                    case "values" -> input.hashes = in.integers();
                    default -> in.skip();
                }
            }
            into.add(input);
        });
    }

    private void hash() {
        int hash = 0;
        String value = "";
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "hash" -> hash = (int) in.integer();
                case "value" -> value = in.string();
                default -> in.skip();
            }
        }
        read.names.put(hash, value);
    }

    private void info() {
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "catboost_version_info" -> read.version = version(in.string());
                case "params" -> parameters();
                default -> in.skip();
            }
        }
    }

    /** Of several lines about the build: {@code Branch: tags/v1.2.10}, {@code Summary: CatBoost release 1.2.10}. */
    private static String version(String build) {
        var said = VERSION.matcher(build);
        return said.find() ? said.group(1) : "";
    }

    private void parameters() {
        if (in.peek() != Token.OBJECT) {
            in.skip();
            return;
        }
        in.beginObject();
        while (in.hasNext()) {
            if (in.name().equals("loss_function") && in.peek() == Token.OBJECT) {
                in.beginObject();
                while (in.hasNext()) {
                    if (in.name().equals("type")) {
                        read.loss = in.string();
                    } else {
                        in.skip();
                    }
                }
            } else {
                in.skip();
            }
        }
    }

    private CatboostTrees.Oblivious tree() {
        List<CatboostTrees.Test> splits = new ArrayList<>();
        double[] values = new double[0];
        double[] weights = new double[0];
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "splits" -> each(() -> splits.add(split()));
                case "leaf_values" -> values = in.numbers();
                case "leaf_weights" -> weights = in.numbers();
                default -> in.skip();
            }
        }
        return new CatboostTrees.Oblivious(splits, values, weights);
    }

    private CatboostTrees.Test split() {
        String type = "FloatFeature";
        int index = -1;
        double border = Double.NaN;
        in.beginObject();
        while (in.hasNext()) {
            switch (in.name()) {
                case "split_type" -> type = in.string();
                case "float_feature_index", "cat_feature_index" -> index = in.integer(0, 1_000_000);
                case "border", "value" -> border = in.number();
                default -> in.skip();
            }
        }
        return switch (type) {
            case "FloatFeature" -> new CatboostTrees.Test(false, index, (float) border);
            case "OneHotFeature" -> new CatboostTrees.Test(true, index, border);
            default -> throw unsupported("splits on " + (type.length() > 30 ? "an unknown kind of feature" : type));
        };
    }

    private void scaleAndBias() {
        in.beginArray();
        if (in.hasNext()) {
            read.scale = in.number();
        }
        if (in.hasNext()) {
            read.bias = in.peek() == Token.ARRAY ? in.numbers() : new double[] {in.number()};
        }
        while (in.hasNext()) {
            in.skip();
        }
    }
}
