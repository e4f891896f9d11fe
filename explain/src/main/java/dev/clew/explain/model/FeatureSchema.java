package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The ordered inputs of a model, and the way from named values to a row of doubles. Immutable, thread-safe. */
public final class FeatureSchema {
    /** What to do with a category that the model never saw. */
    public enum UnknownCategory {
        /** {@link Code#UNKNOWN_CATEGORY}. */
        REFUSE,
        /** Code −1, which every tree format sends down the branch of categories not listed. */
        AS_UNKNOWN
    }

    private static final List<String> MADE_UP = List.of("f", "Column_", "");

    private final List<Feature> features;
    private final List<String> names;
    private final Map<String, Integer> index = new HashMap<>();
    private final List<Map<String, Integer>> codes;

    /** @throws ExplainException {@code MALFORMED_MODEL} if a name occurs twice */
    public FeatureSchema(List<Feature> features) {
        this.features = List.copyOf(features);
        this.names = this.features.stream().map(Feature::name).toList();
        this.codes = this.features.stream().map(FeatureSchema::codesOf).toList();
        for (int i = 0; i < features.size(); i++) {
            if (index.put(features.get(i).name(), i) != null) {
                throw new ExplainException(
                        Code.MALFORMED_MODEL,
                        "The feature name \"%s\" occurs twice."
                                .formatted(features.get(i).name()));
            }
        }
    }

    private static Map<String, Integer> codesOf(Feature feature) {
        var byName = new HashMap<String, Integer>();
        for (int code = 0; code < feature.categories().size(); code++) {
            byName.putIfAbsent(feature.categories().get(code), code);
        }
        return byName;
    }

    /** The features in the order of a row. */
    public List<Feature> features() {
        return features;
    }

    /** Number of features: the width of a row. */
    public int size() {
        return features.size();
    }

    /** Names in the order of a row. */
    public List<String> names() {
        return names;
    }

    /** Position of a feature, −1 if the model has none of this name. */
    public int indexOf(String name) {
        return index.getOrDefault(name, -1);
    }

    /** The same features with the categories of one of them named, for model files that hold codes only. */
    public FeatureSchema withCategories(String name, List<String> categories) {
        return new FeatureSchema(features.stream()
                .map(feature ->
                        feature.name().equals(name) ? new Feature(name, Feature.Type.CATEGORICAL, categories) : feature)
                .toList());
    }

    /** The same features with other names, one per feature. */
    FeatureSchema named(List<String> names) {
        if (names.size() != features.size() || new HashSet<>(names).size() != names.size()) {
            throw new ExplainException(
                    Code.BAD_REQUEST,
                    "The model has %d features, which need as many different names; %d were given."
                            .formatted(features.size(), names.size()));
        }
        return new FeatureSchema(IntStream.range(0, names.size())
                .mapToObj(i -> new Feature(
                        names.get(i), features.get(i).type(), features.get(i).categories()))
                .toList());
    }

    /**
     * Whether the names are those that readers give where a file has none, {@code f0, f1, …}, or that libraries make up for columns
     * without names: {@code Column_0} (LightGBM), {@code 0} (CatBoost).
     */
    public boolean isNameless() {
        return MADE_UP.stream()
                .anyMatch(prefix -> IntStream.range(0, names.size())
                        .allMatch(i -> names.get(i).equals(prefix + i)));
    }

    /**
     * A row from named values: numbers as they are, booleans as 0 and 1, text as the code of its category, null as
     * missing (NaN).
     *
     * @throws ExplainException {@code ROW_MISMATCH} if a feature of the model has no key, a key is no feature of the
     *     model, or a value is text where a number belongs
     */
    public double[] encode(Map<String, ? extends @Nullable Object> values, UnknownCategory unknown) {
        double[] row = new double[features.size()];
        for (int i = 0; i < row.length; i++) {
            String name = features.get(i).name();
            Object value = values.get(name);
            if (value == null && !values.containsKey(name)) {
                throw new ExplainException(
                        Code.ROW_MISMATCH,
                        "The row has no value for the feature \"%s\"; send null if it is missing.".formatted(name));
            }
            row[i] = encode(i, value, unknown);
        }
        if (values.size() > features.size()) {
            var extra = new HashSet<String>(values.keySet());
            extra.removeAll(index.keySet());
            throw new ExplainException(
                    Code.ROW_MISMATCH,
                    "The model has no feature \"%s\"; leave it out of the row."
                            .formatted(extra.stream().sorted().findFirst().orElseThrow()));
        }
        return row;
    }

    /** One value of feature {@code i}, as {@link #encode(Map, UnknownCategory)} does. */
    public double encode(int i, @Nullable Object value, UnknownCategory unknown) {
        Feature feature = features.get(i);
        return switch (value) {
            case null -> Double.NaN;
            case Number number when feature.categories().isEmpty() -> number.doubleValue();
            case Boolean bool when feature.categories().isEmpty() -> bool ? 1 : 0;
            default -> category(i, String.valueOf(value), unknown);
        };
    }

    private double category(int i, String text, UnknownCategory unknown) {
        Feature feature = features.get(i);
        if (feature.categories().isEmpty()) {
            throw new ExplainException(
                    Code.ROW_MISMATCH,
                    "The feature \"%s\" takes numbers; text was given. The model file names no categories for it."
                            .formatted(feature.name()));
        }
        Integer code = codes.get(i).get(text);
        if (code != null) {
            return code;
        }
        if (unknown == UnknownCategory.REFUSE) {
            throw new ExplainException(
                    Code.UNKNOWN_CATEGORY,
                    "The feature \"%s\" has a category that the model never saw; it knows %d categories."
                            .formatted(feature.name(), feature.categories().size()));
        }
        return -1;
    }

    /** Text of an encoded value for people: the category's name, a whole number without fraction, {@code missing}. */
    public String display(int i, double value) {
        List<String> categories = features.get(i).categories();
        if (Double.isNaN(value)) {
            return "missing";
        }
        if (!categories.isEmpty()) {
            return value >= 0 && value < categories.size() ? categories.get((int) value) : "unknown";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
