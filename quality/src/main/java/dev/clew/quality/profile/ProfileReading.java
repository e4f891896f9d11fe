package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.TableColumn;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ProfileJson} writes; {@link IllegalArgumentException}, with a sentence, for anything else. */
final class ProfileReading {
    private ProfileReading() {}

    static Profile profile(JsonNode json) {
        long rows = count(json, "rows");
        List<ColumnProfile> columns = new ArrayList<>();
        for (JsonNode column : member(json, "columns")) {
            columns.add(column(column, columns.size(), rows));
        }
        JsonNode duplicates = member(json, "duplicate_rows");
        var profile = new Profile(
                text(json, "table"),
                rows,
                duplicates.isNull() ? null : duplicates.asLong(),
                columns,
                count(json, "sampled_rows"),
                pairs(json, "equal_columns"),
                pairs(json, "pearson"),
                pairs(json, "spearman"),
                pairs(json, "cramers_v"),
                json.has("sketches") ? ProfileSketches.of(json.get("sketches")) : null,
                json.has("merged") ? merged(json.get("merged")) : null);
        check(profile);
        return profile;
    }

    /** Sketches and figures are of the same rows. */
    private static void check(Profile profile) {
        ProfileSketches sketches = profile.sketches();
        if (sketches == null) {
            return;
        }
        for (ColumnProfile column : profile.columns()) {
            ColumnSketch sketch = sketches.column(column.name());
            boolean fits = (sketch.numbers() == null
                            || sketch.numbers().count() + sketch.numbers().infinite() == column.present())
                    && (sketch.levels() == null || sketch.levels().count() == column.present());
            if (!fits) {
                throw new IllegalArgumentException(
                        "The sketch of column '%s' is of other rows than its figures.".formatted(column.name()));
            }
        }
    }

    private static JsonNode member(JsonNode json, String name) {
        JsonNode member = json.get(name);
        if (member == null) {
            throw new IllegalArgumentException("It has no member '%s'.".formatted(name));
        }
        return member;
    }

    private static String text(JsonNode json, String name) {
        return member(json, name).asText();
    }

    private static long count(JsonNode json, String name) {
        JsonNode member = member(json, name);
        if (!member.isIntegralNumber() || member.asLong() < 0) {
            throw new IllegalArgumentException("Its member '%s' is no count.".formatted(name));
        }
        return member.asLong();
    }

    private static double number(JsonNode json, String name) {
        JsonNode member = member(json, name);
        if (!member.isNumber()) {
            throw new IllegalArgumentException("Its member '%s' is no number.".formatted(name));
        }
        return member.doubleValue();
    }

    private static @Nullable Double numberOrNull(JsonNode json, String name) {
        return member(json, name).isNull() ? null : number(json, name);
    }

    private static <T> List<T> list(JsonNode json, String name, Function<JsonNode, T> each) {
        List<T> all = new ArrayList<>();
        member(json, name).forEach(one -> all.add(each.apply(one)));
        return all;
    }

    private static List<Pair> pairs(JsonNode json, String name) {
        return list(json, name, one -> new Pair(text(one, "left"), text(one, "right"), number(one, "value")));
    }

    private static List<Level> levels(JsonNode json, String name) {
        return list(json, name, one -> new Level(member(one, "value"), count(one, "count")));
    }

    private static ColumnProfile column(JsonNode json, int index, long rows) {
        ColumnType type;
        try {
            type = ColumnType.valueOf(text(json, "type").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The type '%s' is not known.".formatted(text(json, "type")), e);
        }
        return new ColumnProfile(
                new TableColumn(index, text(json, "name"), type, text(json, "declared")),
                rows,
                count(json, "missing"),
                count(json, "distinct"),
                member(json, "distinct_exact").asBoolean(),
                levels(json, "top"),
                json.has("numbers") ? numbers(json.get("numbers")) : null,
                json.has("texts") ? texts(json.get("texts")) : null);
    }

    private static Numbers numbers(JsonNode json) {
        JsonNode quantiles = member(json, "quantiles");
        return new Numbers(
                count(json, "nan"),
                count(json, "infinite"),
                count(json, "zeros"),
                count(json, "negatives"),
                number(json, "min"),
                number(json, "max"),
                number(json, "mean"),
                numberOrNull(json, "std"),
                numberOrNull(json, "skewness"),
                numberOrNull(json, "kurtosis"),
                Numbers.QUANTILES.stream()
                        .map(at -> number(quantiles, String.valueOf(at)))
                        .toList(),
                histogram(json.get("histogram")),
                histogram(json.get("tenths")));
    }

    private static @Nullable Histogram histogram(@Nullable JsonNode json) {
        return json == null
                ? null
                : new Histogram(list(json, "edges", JsonNode::doubleValue), list(json, "counts", JsonNode::longValue));
    }

    private static Texts texts(JsonNode json) {
        Map<PersonalData, Double> personal = new EnumMap<>(PersonalData.class);
        member(json, "personal_data")
                .properties()
                .forEach(each -> personal.put(
                        PersonalData.valueOf(each.getKey().toUpperCase(Locale.ROOT)),
                        each.getValue().doubleValue()));
        return new Texts(
                count(json, "length_min"),
                number(json, "length_mean"),
                count(json, "length_max"),
                count(json, "sampled"),
                levels(json, "shapes"),
                number(json, "number_share"),
                number(json, "date_share"),
                number(json, "boolean_share"),
                text(json, "date_format"),
                personal);
    }

    private static Merged merged(JsonNode json) {
        Function<JsonNode, Merged.Remark> remark =
                one -> new Merged.Remark(text(one, "column"), text(one, "what"), text(one, "sentence"));
        return new Merged(
                list(json, "parts", one -> new Merged.Part(text(one, "table"), count(one, "rows"))),
                list(json, "approximate", remark),
                list(json, "unknown", remark));
    }
}
