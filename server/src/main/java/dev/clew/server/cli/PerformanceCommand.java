package dev.clew.server.cli;

import dev.clew.quality.table.ColumnType;
import dev.clew.statistics.Estimate;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Chunking;
import dev.clew.statistics.drift.chunked.Rows;
import dev.clew.statistics.performance.Baseline;
import dev.clew.statistics.performance.BinaryClassification;
import dev.clew.statistics.performance.MultiClassification;
import dev.clew.statistics.performance.Ranking;
import dev.clew.statistics.performance.Regression;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew performance}: how good are predictions? Exit 0 fine, 1 worse than the reference, 2 cannot be said. */
@Command(
        name = "performance",
        description =
                "Judge predictions by their labels. Exit 0: fine, 1: clearly worse than the reference, 2: cannot be judged.",
        mixinStandardHelpOptions = true)
final class PerformanceCommand implements Callable<Integer> {
    private static final int NEEDED = 100;
    private static final int NEEDED_PER_CLASS = 30;
    private static final int MOST_CLASSES = 50;
    /** A metric may lie so far from the reference's, relative to it. */
    private static final double TOLERATED = 0.2;

    private static final List<String> LARGE_IS_GOOD =
            List.of("accuracy", "precision", "recall", "f1", "roc_auc", "ndcg", "map");
    private static final List<String> SMALL_IS_GOOD = List.of("mae", "rmse");
    /** Metrics that a baseline has and that are better small. */
    private static final List<String> LOSSES = List.of("mae", "rmse", "log_loss", "brier");

    @Parameters(paramLabel = "FILE", description = "CSV, TSV, JSON lines or Parquet.")
    Path file = Path.of("");

    @Option(names = "--target", required = true, paramLabel = "COLUMN", description = "The truth.")
    String target = "";

    @Option(names = "--prediction", paramLabel = "COLUMN", description = "What was predicted.")
    @Nullable
    String prediction;

    @Option(
            names = "--score",
            paramLabel = "COLUMN",
            description = "P(positive) of two classes, CLASS=COLUMN for each of several, or what a ranking sorts by.")
    List<String> scoreColumns = new ArrayList<>();

    @Option(
            names = "--user",
            paramLabel = "COLUMN",
            description = "Judge a ranking per user; the target is the relevance.")
    @Nullable
    String user;

    @Option(names = "--at", paramLabel = "K", description = "Rank a ranking is judged at. Default: ${DEFAULT-VALUE}.")
    int at = 10;

    @Option(
            names = "--positive",
            paramLabel = "VALUE",
            description = "Positive class of two. Default: the last in order.")
    @Nullable
    String positive;

    @Option(
            names = "--threshold",
            paramLabel = "NUMBER",
            description = "Of the score, without --prediction. Default: ${DEFAULT-VALUE}.")
    double threshold = 0.5;

    @Option(names = "--reference", paramLabel = "FILE", description = "Rows to compare with.")
    @Nullable
    Path reference;

    @Option(names = "--chunk", paramLabel = "ROWS", description = "Also by chunks of so many rows.")
    int chunk;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Mixin
    SliceOptions slices = new SliceOptions();

    @Mixin
    TableInput input = new TableInput();

    @Override
    public Integer call() {
        try {
            Judged judged = judge(file, chunk, true);
            Map<String, @Nullable Object> further = new LinkedHashMap<>();
            boolean worse = false;
            if (!judged.baseline.isEmpty()) {
                List<String> below = notReached(judged.baseline, judged.metrics);
                further.put("baseline", Map.of("metrics", judged.baseline, "not_reached", below));
                below.forEach(
                        name -> Console.warn("%s is worse than %.4f, what a constant guess without any feature reaches."
                                .formatted(name, judged.baseline.get(name))));
            }
            if (!judged.chunks.isEmpty()) {
                further.put("chunks", judged.chunks);
            }
            if (reference != null) {
                Map<String, Estimate> before = judge(reference, 0, false).metrics;
                List<String> fallen = worse(before, judged.metrics);
                further.put("reference", Map.of("metrics", before));
                further.put("worse", fallen);
                worse = !fallen.isEmpty();
                fallen.forEach(name -> Console.warn("%s is clearly worse than in the reference.".formatted(name)));
            }
            if (judged.weak != null) {
                further.put("slices", judged.weak.document());
            }
            if (!judged.scarce.isEmpty()) {
                further.put("insufficient", judged.scarce);
            }
            Metrics.say(judged.metrics, further, json);
            if (judged.weak != null && !json) {
                judged.weak.say();
            }
            judged.scarce.forEach((name, rows) -> Console.warn(
                    "clew: Class '%s' of column '%s' has %d rows and %d are needed to judge it; the intervals say how uncertain its numbers are. Widen the window."
                            .formatted(name, target, rows, NEEDED_PER_CLASS)));
            return worse ? ExitCode.FAILED : judged.scarce.isEmpty() ? ExitCode.OK : ExitCode.UNDECIDED;
        } catch (RuntimeException e) {
            return FileColumns.cannotJudge(e);
        }
    }

    /** The one column of scores, if there is one and no more. */
    private @Nullable String score() {
        return scoreColumns.size() == 1 ? scoreColumns.getFirst() : null;
    }

    private record Judged(
            Map<String, Estimate> metrics,
            Map<String, Double> baseline,
            Map<String, Long> scarce,
            List<Object> chunks,
            @Nullable WeakSpots weak) {}

    /** Rows by number → metrics. */
    @FunctionalInterface
    interface Model {
        Map<String, Estimate> of(int[] rows);
    }

    private Judged judge(Path path, int chunkRows, boolean sliced) {
        try (var columns = FileColumns.open(path, input)) {
            int[] usable;
            Model model;
            Function<int[], Map<String, Double>> baseline = _ -> Map.of();
            Function<int[], Map<String, Long>> scarce = _ -> Map.of();
            // How wrong a row is; null where only rows together can be.
            IntToDoubleFunction loss = null;
            if (user != null) {
                Ranked ranked = new Ranked(columns);
                usable = ranked.rows;
                model = ranked::of;
            } else if (isRegression(columns)) {
                double[] truth = columns.numbers(target);
                double[] said = columns.numbers(needed(prediction));
                usable = rows(truth.length, i -> Double.isFinite(truth[i]) && Double.isFinite(said[i]));
                model = rows ->
                        Regression.of(pick(truth, rows), pick(said, rows)).metrics();
                loss = row -> Math.abs(truth[row] - said[row]);
                baseline = rows -> Baseline.ofNumbers(pick(truth, rows));
            } else {
                Classes classes = new Classes(columns);
                usable = classes.rows;
                model = classes::of;
                loss = row -> classes.labels[row] == classes.predictions[row] ? 0 : 1;
                baseline = classes::baseline;
                scarce = classes::scarce;
            }
            if (usable.length < NEEDED) {
                throw new IllegalArgumentException(
                        "'%s' has %d rows with target, prediction%s, and %d are needed; widen the window."
                                .formatted(
                                        columns.name(),
                                        usable.length,
                                        scoreColumns.isEmpty() ? "" : " and finite score",
                                        NEEDED));
            }
            List<Object> chunks = new ArrayList<>();
            if (chunkRows > 0) {
                for (Chunk part : new Chunking.Size(chunkRows, Chunking.Incomplete.KEEP).split(usable.length)) {
                    chunks.add(Map.of(
                            "key",
                            part.key(),
                            "metrics",
                            model.of(Arrays.copyOfRange(usable, part.from(), part.to()))));
                }
            }
            WeakSpots weak =
                    sliced && slices.isAsked() ? slices.judge(columns, usable, loss, model, this::isJudged) : null;
            return new Judged(model.of(usable), baseline.apply(usable), scarce.apply(usable), chunks, weak);
        }
    }

    /** Whether a column is what is judged, so that slices by it say nothing. */
    private boolean isJudged(String column) {
        return column.equals(target)
                || column.equals(prediction)
                || column.equals(user)
                || scoreColumns.stream().anyMatch(each -> column.equals(each.substring(each.indexOf('=') + 1)));
    }

    private String needed(@Nullable String column) {
        if (column == null) {
            throw new IllegalArgumentException("Name the column of the predictions with --prediction.");
        }
        return column;
    }

    private boolean isRegression(FileColumns columns) {
        ColumnType type = columns.column(target).type();
        if (type == ColumnType.FLOAT || type == ColumnType.DECIMAL) {
            return columns.hasMoreNumbersThan(2, target);
        }
        return type == ColumnType.INTEGER
                && columns.hasMoreNumbersThan(MOST_CLASSES, target)
                && prediction != null
                && columns.column(prediction).type().isNumber();
    }

    private static int[] rows(int count, java.util.function.IntPredicate usable) {
        return IntStream.range(0, count).filter(usable).toArray();
    }

    private static double[] pick(double[] values, int[] rows) {
        return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
    }

    /** A table of labels, predictions and perhaps scores. */
    private final class Classes {
        private final List<String> names;
        private final int[] labels;
        private final int[] predictions;
        private final double[] scores;
        /** By class; empty unless each has a column. */
        private final double[][] scoresByClass;

        private final int[] rows;

        Classes(FileColumns columns) {
            Rows.Levels truth = columns.levels(target);
            String score = score();
            scores = score == null ? new double[0] : columns.numbers(score);
            var all = new TreeSet<>(truth.levels());
            Rows.Levels said = prediction == null ? null : columns.levels(prediction);
            if (said != null) {
                if (!truth.levels().isEmpty() && said.levels().stream().noneMatch(truth.levels()::contains)) {
                    throw new IllegalArgumentException(
                            "Columns '%s' and '%s' of '%s' have no class in common; name the column of the predictions with --prediction."
                                    .formatted(target, prediction, columns.name()));
                }
                all.addAll(said.levels());
            } else if (score == null) {
                throw new IllegalArgumentException(
                        "Name the column of the predictions with --prediction, or of the scores with --score.");
            }
            if (all.size() > MOST_CLASSES || all.size() < 2) {
                throw new IllegalArgumentException(
                        "Column '%s' of '%s' has %d classes; 2 to %d can be judged. Is it the right column?"
                                .formatted(target, columns.name(), all.size(), MOST_CLASSES));
            }
            names = List.copyOf(all);
            labels = codes(truth);
            int one = positiveIndex();
            predictions = said != null
                    ? codes(said)
                    : Arrays.stream(scores)
                            .mapToInt(value -> Double.isNaN(value) ? -1 : value >= threshold ? one : 1 - one)
                            .toArray();
            scoresByClass =
                    scoreColumns.size() > 1 ? new ScoreColumns(scoreColumns).scores(columns, names) : new double[0][];
            rows = PerformanceCommand.rows(
                    labels.length,
                    i -> labels[i] >= 0
                            && predictions[i] >= 0
                            && (scores.length == 0 || Double.isFinite(scores[i]))
                            && Arrays.stream(scoresByClass).allMatch(own -> Double.isFinite(own[i])));
        }

        private int positiveIndex() {
            if (positive == null) {
                return names.size() - 1;
            }
            int index = names.indexOf(positive);
            if (index < 0) {
                throw new IllegalArgumentException(
                        "There is no class '%s'; the classes are %s.".formatted(positive, names));
            }
            return index;
        }

        private int[] codes(Rows.Levels levels) {
            int[] translated = levels.levels().stream().mapToInt(names::indexOf).toArray();
            return Arrays.stream(levels.codes())
                    .map(code -> code < 0 ? -1 : translated[code])
                    .toArray();
        }

        /** Classes with too few rows of their own, with how many. */
        Map<String, Long> scarce(int[] chosen) {
            long[] counts = new long[names.size()];
            for (int row : chosen) {
                counts[labels[row]]++;
            }
            Map<String, Long> scarce = new LinkedHashMap<>();
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] < NEEDED_PER_CLASS) {
                    scarce.put(names.get(i), counts[i]);
                }
            }
            return scarce;
        }

        private boolean isMulti() {
            return names.size() > 2 || scoresByClass.length > 0;
        }

        Map<String, Double> baseline(int[] chosen) {
            int[] truth = Arrays.stream(chosen).map(row -> labels[row]).toArray();
            return Baseline.ofClasses(truth, names.size(), isMulti());
        }

        Map<String, Estimate> of(int[] chosen) {
            int[] truth = Arrays.stream(chosen).map(row -> labels[row]).toArray();
            int[] said = Arrays.stream(chosen).map(row -> predictions[row]).toArray();
            if (isMulti()) {
                double[][] own = Arrays.stream(scoresByClass)
                        .map(all -> pick(all, chosen))
                        .toArray(double[][]::new);
                return (own.length == 0
                                ? MultiClassification.of(names, truth, said)
                                : MultiClassification.of(names, truth, said, own))
                        .metrics();
            }
            int one = positiveIndex();
            boolean[] is = new boolean[truth.length];
            boolean[] was = new boolean[truth.length];
            for (int i = 0; i < is.length; i++) {
                is[i] = truth[i] == one;
                was[i] = said[i] == one;
            }
            return (scores.length == 0
                            ? BinaryClassification.of(is, was)
                            : BinaryClassification.of(is, was, pick(scores, chosen)))
                    .metrics();
        }
    }

    /** A table of users, relevances and scores. */
    private final class Ranked {
        private final Rows.Levels users;
        private final double[] relevance;
        private final double[] scores;
        private final int[] rows;

        Ranked(FileColumns columns) {
            users = columns.levels(java.util.Objects.requireNonNull(user));
            relevance = columns.numbers(target);
            String score = score();
            scores = columns.numbers(score != null ? score : needed(prediction));
            rows = PerformanceCommand.rows(
                    scores.length,
                    i -> users.codes()[i] >= 0 && Double.isFinite(relevance[i]) && Double.isFinite(scores[i]));
        }

        Map<String, Estimate> of(int[] chosen) {
            List<String> names = Arrays.stream(chosen)
                    .mapToObj(row -> users.levels().get(users.codes()[row]))
                    .toList();
            return Ranking.metrics(Ranking.byScore(names, pick(relevance, chosen), pick(scores, chosen)), at);
        }
    }

    /** Metrics whose whole interval lies on the worse side of the baseline. */
    private static List<String> notReached(Map<String, Double> baseline, Map<String, Estimate> metrics) {
        List<String> below = new ArrayList<>();
        baseline.forEach((name, least) -> {
            Estimate found = metrics.get(name);
            if (found != null && (LOSSES.contains(name) ? found.low() > least : found.high() < least)) {
                below.add(name);
            }
        });
        return below;
    }

    /** Headline metrics whose whole interval lies more than a fifth on the worse side of the reference's value. */
    private static List<String> worse(Map<String, Estimate> before, Map<String, Estimate> now) {
        List<String> worse = new ArrayList<>();
        now.forEach((name, estimate) -> {
            double reference = before.getOrDefault(name, Estimate.undefined(0)).value();
            boolean fallen = LARGE_IS_GOOD.contains(name) && estimate.high() < reference * (1 - TOLERATED);
            boolean risen = SMALL_IS_GOOD.contains(name) && estimate.low() > reference * (1 + TOLERATED);
            if (fallen || risen) {
                worse.add(name);
            }
        });
        return worse;
    }
}
