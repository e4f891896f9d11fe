package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Severity;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Progress;
import dev.clew.quality.table.Table;
import dev.clew.quality.validation.ResultFormat;
import dev.clew.quality.validation.Validation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a suite that good versions of a table pass, for a person to prune and to promote.
 *
 * <p>Every expectation carries {@code meta.clew.inferred} (from which versions, by which rule) and the severity {@code warning}. The
 * suite is run on all versions before it is returned, and what does not hold on one of them is left out: it always passes on what it
 * was inferred from.
 */
public final class Inference {
    private static final String DIVERGENCE = "expect_column_kl_divergence_to_be_less_than";
    private static final double LEAST_DIVERGENCE = 0.1;

    private final List<Profile> profiles;
    private final List<Expectation> suite = new ArrayList<>();

    private Inference(List<Profile> profiles) {
        this.profiles = profiles;
    }

    /**
     * Infers a suite from one or more versions of a table.
     *
     * @throws QualityException {@code BAD_REQUEST} without tables; otherwise as reading them
     */
    public static Suite infer(String name, List<Table> versions, Progress progress) {
        if (versions.isEmpty()) {
            throw new QualityException(Code.BAD_REQUEST, "A suite is inferred from at least one table; give one.");
        }
        List<Profile> profiles = versions.stream()
                .map(table -> Profiler.profile(table, progress))
                .toList();
        var inference = new Inference(profiles);
        inference.draft();
        Suite draft = Suite.of(name, inference.suite);
        List<Expectation> kept = new ArrayList<>(draft.expectations());
        widen(kept, versions.subList(1, versions.size()));
        for (Table table : versions) {
            var results = Validation.of(table)
                    .format(ResultFormat.of(ResultFormat.Level.BOOLEAN_ONLY))
                    .progress(progress)
                    .run(Suite.of(name, kept))
                    .results();
            for (int i = results.size() - 1; i >= 0; i--) {
                if (!results.get(i).success()) {
                    kept.remove(i);
                }
            }
        }
        return Suite.of(name, kept);
    }

    /** A divergence may be three times what the versions after the first one showed. */
    private static void widen(List<Expectation> drafted, List<Table> later) {
        Map<Integer, Double> most = new LinkedHashMap<>();
        List<Expectation> asked = new ArrayList<>();
        for (int i = 0; i < drafted.size(); i++) {
            if (drafted.get(i).type().equals(DIVERGENCE)) {
                most.put(i, LEAST_DIVERGENCE);
                asked.add(drafted.get(i));
            }
        }
        for (Table table : asked.isEmpty() ? List.<Table>of() : later) {
            var results = Validation.of(table)
                    .format(ResultFormat.of(ResultFormat.Level.BASIC))
                    .run(Suite.of("divergences", asked))
                    .results()
                    .iterator();
            most.replaceAll((at, before) -> Math.max(
                    before, 3 * results.next().result().path("observed_value").asDouble(0)));
        }
        most.forEach((at, threshold) -> {
            ObjectNode kwargs = drafted.get(at).kwargs().deepCopy();
            drafted.set(at, drafted.get(at).withKwargs(kwargs.put("threshold", threshold)));
        });
    }

    private void draft() {
        table();
        for (ColumnProfile first : profiles.getFirst().columns()) {
            List<ColumnProfile> history = profiles.stream()
                    .flatMap(profile -> profile.column(first.name()).stream())
                    .toList();
            boolean everywhere = history.size() == profiles.size()
                    && history.stream()
                            .allMatch(each ->
                                    each.column().type() == first.column().type());
            if (everywhere) {
                column(first.name(), history);
            }
        }
    }

    private void add(String type, String rule, ObjectNode kwargs) {
        ObjectNode meta = JsonNodeFactory.instance.objectNode();
        ObjectNode inferred = meta.putObject("clew").putObject("inferred");
        var from = inferred.putArray("from");
        profiles.forEach(profile -> from.add(profile.table()));
        inferred.put("rule", rule);
        suite.add(Expectation.of(type, kwargs).withSeverity(Severity.WARNING).withMeta(meta));
    }

    private static ObjectNode kwargs() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode kwargs(String column) {
        return kwargs().put("column", column);
    }

    private void table() {
        List<String> names =
                profiles.getFirst().columns().stream().map(ColumnProfile::name).toList();
        ObjectNode list = kwargs();
        names.forEach(list.putArray("column_list")::add);
        add("expect_table_columns_to_match_ordered_list", "columns in order", list);
        long low = profiles.stream().mapToLong(Profile::rows).min().orElse(0);
        long high = profiles.stream().mapToLong(Profile::rows).max().orElse(0);
        double margin = profiles.size() == 1 ? 0.3 : 0.1;
        add(
                "expect_table_row_count_to_be_between",
                profiles.size() == 1 ? "rows ± 30 %" : "least and most rows widened by 10 %",
                kwargs().put("min_value", (long) Math.floor(low * (1 - margin)))
                        .put("max_value", (long) Math.ceil(high * (1 + margin))));
    }

    private void column(String name, List<ColumnProfile> history) {
        ColumnProfile first = history.getFirst();
        add("expect_column_to_exist", "the column exists", kwargs(name));
        ObjectNode types = kwargs(name);
        types(first.column().type()).forEach(types.putArray("type_list")::add);
        if (!types.get("type_list").isEmpty()) {
            add("expect_column_values_to_be_in_type_list", "its type", types);
        }
        double present = history.stream()
                .mapToDouble(each -> each.rows() == 0 ? 0 : (double) each.present() / each.rows())
                .min()
                .orElse(0);
        double mostly = Math.round(Math.floor(present * 100) - 1) / 100.0;
        if (mostly >= 0.5) {
            add(
                    "expect_column_values_to_not_be_null",
                    "least share of values, less 1 %",
                    kwargs(name).put("mostly", mostly));
        }
        if (history.stream()
                .allMatch(each -> each.distinctExact() && each.distinct() == each.present() && each.rows() >= 100)) {
            add("expect_column_values_to_be_unique", "no value twice in 100 rows or more", kwargs(name));
        }
        levels(name, history);
        if (history.stream().allMatch(each -> each.numbers() != null)
                && (first.column().type() == ColumnType.INTEGER
                        || first.column().type() == ColumnType.FLOAT
                        || first.column().type() == ColumnType.DECIMAL)) {
            numbers(
                    name,
                    history.stream()
                            .flatMap(each -> java.util.stream.Stream.ofNullable(each.numbers()))
                            .toList());
        }
        if (history.stream().allMatch(each -> each.texts() != null)) {
            texts(
                    name,
                    history.stream()
                            .flatMap(each -> java.util.stream.Stream.ofNullable(each.texts()))
                            .toList());
        }
    }

    private static List<String> types(ColumnType type) {
        return switch (type) {
            case INTEGER ->
                List.of("int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "float64");
            case FLOAT -> List.of("float64", "float32");
            case BOOLEAN -> List.of("bool", "object");
            case TEXT -> List.of("str", "object");
            case TIMESTAMP -> List.of("datetime64[us]", "datetime64[ns]");
            case DECIMAL, DATE, TIME, BINARY, NESTED -> List.of();
        };
    }

    /** Few levels that fill many rows are a set. */
    private void levels(String name, List<ColumnProfile> history) {
        boolean few = history.stream()
                .allMatch(each -> each.distinctExact()
                        && each.distinct() >= 1
                        && each.distinct() <= 20
                        && each.distinct() <= 0.05 * each.rows()
                        && each.column().type() != ColumnType.FLOAT
                        && each.column().type() != ColumnType.DATE
                        && each.column().type() != ColumnType.TIMESTAMP);
        if (few) {
            Map<String, com.fasterxml.jackson.databind.JsonNode> values = new TreeMap<>();
            history.forEach(
                    each -> each.top().forEach(level -> values.put(level.value().toString(), level.value())));
            ObjectNode set = kwargs(name);
            values.values().forEach(set.putArray("value_set")::add);
            add("expect_column_values_to_be_in_set", "at most 20 levels in at least 20 times as many rows", set);
        }
    }

    private void numbers(String name, List<Numbers> history) {
        double low = history.stream().mapToDouble(Numbers::min).min().orElse(0);
        double high = history.stream().mapToDouble(Numbers::max).max().orElse(0);
        double range = high - low;
        boolean finite = history.stream().allMatch(each -> each.infinite() == 0);
        if (finite && Double.isFinite(range)) {
            add(
                    "expect_column_values_to_be_between",
                    "least and greatest value, and a tenth of their distance",
                    kwargs(name).put("min_value", low - 0.1 * range).put("max_value", high + 0.1 * range));
            double spread = history.stream()
                    .mapToDouble(each -> each.deviation() == null ? 0 : each.deviation())
                    .max()
                    .orElse(0);
            around(name, "mean", history.stream().mapToDouble(Numbers::mean).toArray(), spread);
            around(
                    name,
                    "median",
                    history.stream().mapToDouble(each -> each.quantile(0.5)).toArray(),
                    spread);
            if (spread > 0) {
                around(
                        name,
                        "stdev",
                        history.stream()
                                .mapToDouble(each -> each.deviation() == null ? 0 : each.deviation())
                                .toArray(),
                        0);
            }
            quantiles(name, history);
            divergence(name, history.getFirst());
        }
    }

    /** One version: ± 20 %, at least a fifth of the deviation. Several: three standard errors beyond their extremes. */
    private void around(String name, String what, double[] values, double spread) {
        double low = java.util.Arrays.stream(values).min().orElse(0);
        double high = java.util.Arrays.stream(values).max().orElse(0);
        double mean = java.util.Arrays.stream(values).average().orElse(0);
        double margin = Math.max(0.2 * Math.abs(mean), 0.2 * spread);
        if (values.length > 1) {
            double squares = java.util.Arrays.stream(values)
                    .map(value -> (value - mean) * (value - mean))
                    .sum();
            margin = 3 * Math.sqrt(squares / (values.length - 1) / values.length);
        }
        add(
                "expect_column_" + what + "_to_be_between",
                values.length == 1 ? "± 20 %" : "three standard errors around the versions",
                kwargs(name).put("min_value", low - margin).put("max_value", high + margin));
    }

    private void quantiles(String name, List<Numbers> history) {
        ObjectNode kwargs = kwargs(name);
        ObjectNode ranges = kwargs.putObject("quantile_ranges");
        var asked = ranges.putArray("quantiles");
        var bounds = ranges.putArray("value_ranges");
        for (double at : new double[] {0.05, 0.5, 0.95}) {
            double low = history.stream()
                    .mapToDouble(each -> each.quantile(at))
                    .min()
                    .orElse(0);
            double high = history.stream()
                    .mapToDouble(each -> each.quantile(at))
                    .max()
                    .orElse(0);
            double reach = history.stream()
                    .mapToDouble(each -> each.quantile(0.75) - each.quantile(0.25))
                    .max()
                    .orElse(0);
            double margin = reach > 0 ? 0.1 * reach : 0.1 * Math.max(Math.abs(low), Math.abs(high));
            asked.add(at);
            bounds.addArray().add(low - margin).add(high + margin);
        }
        add("expect_column_quantile_values_to_be_between", "a tenth of the distance of the quartiles", kwargs);
    }

    private void divergence(String name, Numbers reference) {
        Histogram tenths = reference.tenths();
        if (tenths == null) {
            return;
        }
        double rows = tenths.counts().stream().mapToLong(Long::longValue).sum();
        ObjectNode kwargs = kwargs(name);
        ObjectNode partition = kwargs.putObject("partition_object");
        tenths.edges().forEach(partition.putArray("bins")::add);
        var weights = partition.putArray("weights");
        tenths.counts().forEach(count -> weights.add(count / rows));
        kwargs.put("tail_weight_holdout", 0.01);
        kwargs.put("internal_weight_holdout", 0.01);
        kwargs.put("threshold", LEAST_DIVERGENCE);
        add(DIVERGENCE, "histogram of the first version; 0.1, or three times what later ones showed", kwargs);
    }

    private void texts(String name, List<Texts> history) {
        Texts first = history.getFirst();
        if (first.dateShare() >= 0.99 && !first.dateFormat().isEmpty()) {
            add(
                    "expect_column_values_to_match_strftime_format",
                    "every sampled text is a date of this format",
                    kwargs(name).put("strftime_format", first.dateFormat()));
            return;
        }
        if (!first.shapes().isEmpty() && first.shapes().getFirst().count() >= 0.99 * first.sampled()) {
            String regex = regex(first.shapes().getFirst().value().asText());
            add(
                    "expect_column_values_to_match_regex",
                    "one shape fills 99 % of the sampled texts",
                    kwargs(name).put("regex", regex).put("mostly", 0.98));
        }
        long low = history.stream().mapToLong(Texts::lengthMin).min().orElse(0);
        long high = history.stream().mapToLong(Texts::lengthMax).max().orElse(0);
        add(
                "expect_column_value_lengths_to_be_between",
                "least and greatest length, and a tenth of their distance",
                kwargs(name)
                        .put("min_value", Math.max(0, (long) Math.floor(low - 0.1 * (high - low))))
                        .put("max_value", (long) Math.ceil(high + 0.1 * (high - low))));
    }

    /** A shape as a pattern: letters and digits stand for runs, all else for itself. */
    static String regex(String shape) {
        var regex = new StringBuilder("^");
        shape.codePoints().forEach(c -> {
            switch (c) {
                case 'A' -> regex.append("[A-Z]+");
                case 'a' -> regex.append("[a-z]+");
                case '9' -> regex.append("\\d+");
                default -> {
                    if ("\\.[]{}()*+?^$|#&~-".indexOf(c) >= 0) {
                        regex.append('\\');
                    }
                    regex.appendCodePoint(c);
                }
            }
        });
        return regex.append(shape.length() < 40 ? "$" : "").toString();
    }
}
