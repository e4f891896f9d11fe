package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.DocumentReader.Token;
import dev.clew.explain.internal.JsonReader;
import dev.clew.explain.internal.TextBlock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * LightGBM's text model, versions v3 and v4: a header, one block of {@code key=value} lines per tree, and at the end the
 * names of pandas categories.
 *
 * <p>Covers are the training counts, which is what LightGBM's own contributions use; the first tree's leaves hold the
 * average, so the base score is 0. For random forests ({@code average_output}) margins and contributions are divided by
 * the number of trees, which LightGBM does for predictions but not for {@code raw_score} and {@code pred_contrib}. Leaves may be linear
 * ({@code linear_tree}); such models are scored, and explained by asking.
 */
final class LightgbmReader {
    private static final int MAX_OUTPUTS = 10_000;
    private static final String CATEGORIES = "pandas_categorical:";

    /** A line of a model has this many bytes on average at least; shorter ones would take a dozen times their memory. */
    private static final int LEAST_LINE = 6;

    private static final int MOST_SHORT_LINES = 1_000;

    private final byte[] bytes;
    private final List<String> lines;

    LightgbmReader(byte[] bytes) {
        this.bytes = bytes;
        int ends = 0;
        for (byte b : bytes) {
            ends += b == '\n' || b == '\r' ? 1 : 0;
        }
        if (ends > MOST_SHORT_LINES + bytes.length / LEAST_LINE) {
            throw ForestBuilder.malformed("it is made of hardly more than ends of lines");
        }
        this.lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    Model read() {
        int at = 0;
        while (at < lines.size() && !lines.get(at).startsWith("Tree=") && !isEnd(lines.get(at))) {
            at++;
        }
        TextBlock header = TextBlock.of(lines.subList(0, at), "the header");
        String version = header.text("version", "");
        if (!List.of("v2", "v3", "v4").contains(version)) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL,
                    "LightGBM model files of version v3 and v4 are read; this one says \"%s\"."
                            .formatted(version.length() > 20 ? version.substring(0, 20) : version));
        }
        int outputs = header.count("num_tree_per_iteration", MAX_OUTPUTS);
        if (outputs < 1) {
            throw ForestBuilder.malformed("num_tree_per_iteration is 0");
        }
        String objective = header.text("objective", "");
        FeatureSchema schema = schema(header);
        var builder = new ForestBuilder(schema.size(), outputs);
        int trees = 0;
        boolean ended = false;
        while (at < lines.size() && !ended) {
            int from = ++at;
            while (at < lines.size() && !lines.get(at).startsWith("Tree=") && !isEnd(lines.get(at))) {
                at++;
            }
            ended = at < lines.size() && isEnd(lines.get(at));
            if (ended && from == at + 1) {
                break;
            }
            new LightgbmTree(TextBlock.of(lines.subList(from, at), "tree " + trees), trees)
                    .addTo(builder, trees % outputs);
            trees++;
        }
        if (!ended) {
            throw ForestBuilder.malformed("it ends without \"end of trees\"");
        }
        if (trees % outputs != 0) {
            throw ForestBuilder.malformed("%d trees are no whole number of rounds of %d".formatted(trees, outputs));
        }
        return new TreeEnsemble(
                        new ModelDescription("lightgbm-text", version, objective, Models.sha256(bytes), bytes.length),
                        schema,
                        link(objective),
                        builder.build(),
                        new double[outputs],
                        header.has("average_output") ? TreeEnsemble.Aggregate.AVERAGE : TreeEnsemble.Aggregate.SUM,
                        TreeEnsemble.Precision.DOUBLE)
                .in(Rounds.each(trees, outputs));
    }

    private static boolean isEnd(String line) {
        return line.startsWith("end of trees");
    }

    private FeatureSchema schema(TextBlock header) {
        List<String> names = header.words("feature_names");
        int count = header.count("max_feature_idx", 1_000_000) + 1;
        if (names.size() != count) {
            throw ForestBuilder.malformed("%d feature names for %d features".formatted(names.size(), count));
        }
        List<String> infos = header.has("feature_infos") ? header.words("feature_infos") : List.of();
        var categorical = new boolean[count];
        int marked = 0;
        for (int i = 0; i < Math.min(count, infos.size()); i++) {
            String info = infos.get(i);
            categorical[i] = !info.startsWith("[") && !info.equals("none");
            marked += categorical[i] ? 1 : 0;
        }
        // The file lists categories by position among the categorical columns of the training frame; they can be told
        // apart only if every such column was used.
        List<List<String>> categories = categories();
        boolean named = categories.size() == marked;
        var features = new ArrayList<Feature>(count);
        int next = 0;
        for (int i = 0; i < count; i++) {
            List<String> own = categorical[i] && named ? categories.get(next++) : List.of();
            features.add(
                    new Feature(names.get(i), categorical[i] ? Feature.Type.CATEGORICAL : Feature.Type.NUMERIC, own));
        }
        return new FeatureSchema(features);
    }

    private List<List<String>> categories() {
        var all = new ArrayList<List<String>>();
        String line = lines.reversed().stream()
                .limit(5)
                .filter(text -> text.startsWith(CATEGORIES))
                .findFirst()
                .orElse(CATEGORIES + "null");
        var in = new JsonReader(line.substring(CATEGORIES.length()).getBytes(StandardCharsets.UTF_8));
        if (in.peek() == Token.NULL) {
            return all;
        }
        in.beginArray();
        while (in.hasNext()) {
            var own = new ArrayList<String>();
            in.beginArray();
            while (in.hasNext()) {
                own.add(
                        switch (in.peek()) {
                            case STRING -> in.string();
                            case BOOLEAN -> in.bool() ? "True" : "False";
                            default -> number(in.number());
                        });
            }
            all.add(own);
        }
        return all;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static Link link(String objective) {
        List<String> words = Arrays.asList(objective.split(" "));
        double slope = 1;
        for (String word : words) {
            if (word.startsWith("sigmoid:")) {
                slope = TextBlock.number(word.substring("sigmoid:".length()), "the objective's sigmoid");
                if (!(slope > 0) || Double.isInfinite(slope)) {
                    throw ForestBuilder.malformed("the objective's sigmoid is not above 0");
                }
            }
        }
        return switch (words.getFirst()) {
            case "binary", "multiclassova" -> new Link(Link.Kind.LOGISTIC, slope);
            case "multiclass" -> Link.SOFTMAX;
            case "cross_entropy" -> Link.LOGISTIC;
            case "cross_entropy_lambda" -> new Link(Link.Kind.SOFTPLUS, 1);
            case "poisson", "gamma", "tweedie" -> Link.EXP;
            default -> words.contains("sqrt") ? new Link(Link.Kind.SIGNED_SQUARE, 1) : Link.IDENTITY;
        };
    }
}
