package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.python.PythonJson;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Profiles as documents, and what DuckDB answers as values. */
final class ProfileJson {
    private ProfileJson() {}

    /** A list of {@code {"m": -count, "v": value}} as levels; with those that occur {@code once} or without. */
    static List<Level> levels(String json, boolean once) {
        List<Level> levels = new ArrayList<>();
        JsonNode list = PythonJson.read(json).orElse(JsonNodeFactory.instance.arrayNode());
        for (JsonNode each : list) {
            long count = -each.path("m").asLong();
            JsonNode value = each.path("v");
            if (count > 1 || once) {
                boolean odd = value.isDouble() && !Double.isFinite(value.doubleValue());
                levels.add(new Level(odd ? JsonNodeFactory.instance.textNode(value.asText()) : value, count));
            }
        }
        return levels;
    }

    static List<Long> longs(@Nullable Object value) throws SQLException {
        List<Long> all = new ArrayList<>();
        if (value instanceof Array array && array.getArray() instanceof Object[] members) {
            for (Object member : members) {
                if (member instanceof Number number) {
                    all.add(number.longValue());
                }
            }
        }
        return all;
    }

    static List<Double> doubles(@Nullable Object value) throws SQLException {
        List<Double> all = new ArrayList<>();
        if (value instanceof Array array && array.getArray() instanceof Object[] members) {
            for (Object member : members) {
                if (member instanceof Number number) {
                    all.add(number.doubleValue());
                }
            }
        }
        return all;
    }

    /** Entries of a map from bin to count; the bin of missing values is left out. */
    static Map<Integer, Long> entries(@Nullable Object value) {
        Map<Integer, Long> all = new HashMap<>();
        try {
            if (value instanceof Array array && array.getArray() instanceof Object[] members) {
                for (Object member : members) {
                    if (member instanceof Struct struct && struct.getAttributes()[0] instanceof Number bin) {
                        all.put(bin.intValue(), ((Number) struct.getAttributes()[1]).longValue());
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("An answer in memory can be read.", e);
        }
        return all;
    }

    static ObjectNode of(Profile profile) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("table", profile.table());
        json.put("rows", profile.rows());
        json.put("duplicate_rows", profile.duplicateRows());
        var columns = json.putArray("columns");
        profile.columns().forEach(column -> columns.add(column(column)));
        json.put("sampled_rows", profile.sampled());
        pairs(json, "equal_columns", profile.equal());
        pairs(json, "pearson", profile.pearson());
        pairs(json, "spearman", profile.spearman());
        pairs(json, "cramers_v", profile.cramer());
        Merged merged = profile.merged();
        if (merged != null) {
            merged(json.putObject("merged"), merged);
        }
        return json;
    }

    private static void merged(ObjectNode json, Merged merged) {
        var parts = json.putArray("parts");
        merged.parts()
                .forEach(part -> parts.addObject().put("table", part.table()).put("rows", part.rows()));
        remarks(json.putArray("approximate"), merged.approximate());
        remarks(json.putArray("unknown"), merged.unknown());
    }

    private static void remarks(ArrayNode list, List<Merged.Remark> remarks) {
        remarks.forEach(remark -> list.addObject()
                .put("column", remark.column())
                .put("what", remark.what())
                .put("sentence", remark.sentence()));
    }

    private static void pairs(ObjectNode json, String name, List<Pair> pairs) {
        var list = json.putArray(name);
        for (Pair pair : pairs) {
            var one = list.addObject();
            one.put("left", pair.left());
            one.put("right", pair.right());
            one.put("value", pair.value());
        }
    }

    private static ObjectNode column(ColumnProfile profile) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", profile.name());
        json.put("type", profile.column().type().name().toLowerCase(Locale.ROOT));
        json.put("declared", profile.column().declared());
        json.put("missing", profile.missing());
        json.put("distinct", profile.distinct());
        json.put("distinct_exact", profile.distinctExact());
        json.put("constant", profile.isConstant());
        json.put("almost_constant", profile.isAlmostConstant());
        levels(json, "top", profile.top());
        Numbers numbers = profile.numbers();
        if (numbers != null) {
            numbers(json.putObject("numbers"), numbers);
        }
        Texts texts = profile.texts();
        if (texts != null) {
            texts(json.putObject("texts"), texts);
        }
        return json;
    }

    private static void levels(ObjectNode json, String name, List<Level> levels) {
        var list = json.putArray(name);
        for (Level level : levels) {
            var one = list.addObject();
            one.set("value", level.value());
            one.put("count", level.count());
        }
    }

    private static void numbers(ObjectNode json, Numbers numbers) {
        json.put("nan", numbers.nan());
        json.put("infinite", numbers.infinite());
        json.put("zeros", numbers.zeros());
        json.put("negatives", numbers.negatives());
        json.put("min", numbers.min());
        json.put("max", numbers.max());
        json.put("mean", numbers.mean());
        json.put("std", numbers.deviation());
        json.put("skewness", numbers.skewness());
        json.put("kurtosis", numbers.kurtosis());
        var quantiles = json.putObject("quantiles");
        for (int i = 0; i < Numbers.QUANTILES.size(); i++) {
            quantiles.put(
                    String.valueOf(Numbers.QUANTILES.get(i)),
                    numbers.quantiles().get(i));
        }
        histogram(json, "histogram", numbers.sturges());
        histogram(json, "tenths", numbers.tenths());
    }

    private static void histogram(ObjectNode json, String name, @Nullable Histogram histogram) {
        if (histogram != null) {
            var one = json.putObject(name);
            var edges = one.putArray("edges");
            histogram.edges().forEach(edges::add);
            var counts = one.putArray("counts");
            histogram.counts().forEach(counts::add);
        }
    }

    private static void texts(ObjectNode json, Texts texts) {
        json.put("length_min", texts.lengthMin());
        json.put("length_mean", texts.lengthMean());
        json.put("length_max", texts.lengthMax());
        json.put("sampled", texts.sampled());
        levels(json, "shapes", texts.shapes());
        json.put("number_share", texts.numberShare());
        json.put("date_share", texts.dateShare());
        json.put("boolean_share", texts.booleanShare());
        json.put("date_format", texts.dateFormat());
        var personal = json.putObject("personal_data");
        new TreeMap<>(texts.personal())
                .forEach((kind, share) -> personal.put(kind.name().toLowerCase(Locale.ROOT), share));
    }
}
