package dev.clew.server.cli;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.chunk.Chunk;
import dev.clew.statistics.chunk.Chunking;
import dev.clew.statistics.chunk.Threshold;
import dev.clew.statistics.drift.chunked.Rows;
import dev.clew.statistics.estimation.BinaryEstimator;
import dev.clew.statistics.estimation.BinaryRows;
import dev.clew.statistics.estimation.ChunkEstimate;
import dev.clew.statistics.estimation.EstimatedMetric;
import dev.clew.statistics.estimation.MultiEstimator;
import dev.clew.statistics.estimation.MultiRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clew estimate}: how good is a model whose labels have not arrived? Exit 0 as expected, 1 an alert, 2 cannot be said. */
@Command(
        name = "estimate",
        description =
                "Estimate performance without labels (CBPE). Exit 0: as in the reference, 1: an alert, 2: cannot be estimated.",
        mixinStandardHelpOptions = true)
final class EstimateCommand implements Callable<Integer> {
    @Option(names = "--reference", required = true, paramLabel = "FILE", description = "Rows with labels.")
    Path reference = Path.of("");

    @Option(
            names = "--analysis",
            required = true,
            paramLabel = "FILE",
            description = "Rows to estimate, labels not needed.")
    Path analysis = Path.of("");

    @Option(names = "--target", required = true, paramLabel = "COLUMN", description = "The truth, in the reference.")
    String target = "";

    @Option(
            names = "--score",
            required = true,
            paramLabel = "COLUMN",
            description = "P(positive) as the model gave it; of several classes CLASS=COLUMN for each.")
    List<String> scoreColumns = new ArrayList<>();

    @Option(names = "--prediction", required = true, paramLabel = "COLUMN", description = "Predicted class.")
    String prediction = "";

    @Option(names = "--positive", paramLabel = "VALUE", description = "Positive class. Default: the last in order.")
    @Nullable
    String positive;

    @Option(names = "--chunk", paramLabel = "ROWS", description = "Rows per chunk. Default: ten chunks.")
    int chunk;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Mixin
    TableInput input = new TableInput();

    @Override
    public Integer call() {
        if (scoreColumns.size() > 1 && positive != null) {
            Console.warn("clew: --positive is for two classes; leave it out, or give one --score.");
            return ExitCode.USAGE;
        }
        try {
            return scoreColumns.size() > 1 ? several() : two();
        } catch (RuntimeException e) {
            return FileColumns.cannotJudge(e);
        }
    }

    private int two() {
        BinaryRows known;
        BinaryRows open;
        List<String> classes;
        try (var columns = FileColumns.open(reference, input)) {
            classes = classes(columns);
            known = rows(columns, classes);
        }
        try (var columns = FileColumns.open(analysis, input)) {
            open = rows(columns, classes);
        }
        var estimator = BinaryEstimator.fit(known, chunking().split(known.size()), Threshold.DEFAULT);
        return say(chunks -> estimator.estimate(open, chunks), estimator.calibrates(), open.size());
    }

    private int several() {
        var columns = new ScoreColumns(scoreColumns);
        MultiRows known;
        MultiRows open;
        try (var file = FileColumns.open(reference, input)) {
            known = columns.rows(file, target, prediction);
        }
        try (var file = FileColumns.open(analysis, input)) {
            open = columns.rows(file, target, prediction);
        }
        var estimator = MultiEstimator.fit(known, chunking().split(known.size()), Threshold.DEFAULT);
        boolean calibrates = IntStream.range(0, scoreColumns.size()).anyMatch(estimator::calibrates);
        return say(chunks -> estimator.estimate(open, chunks), calibrates, open.size());
    }

    private Chunking chunking() {
        return chunk > 0
                ? new Chunking.Size(chunk, Chunking.Incomplete.KEEP)
                : new Chunking.Number(10, Chunking.Incomplete.APPEND);
    }

    private List<String> classes(FileColumns columns) {
        var all = new TreeSet<>(columns.levels(target).levels());
        all.addAll(columns.levels(prediction).levels());
        if (all.size() != 2 || (positive != null && !all.contains(positive))) {
            throw new IllegalArgumentException(
                    "Column '%s' of '%s' has the classes %s; an estimate needs two%s, or one --score CLASS=COLUMN for each."
                            .formatted(
                                    target,
                                    columns.name(),
                                    all.stream().limit(10).toList(),
                                    positive == null ? "" : ", '" + positive + "' among them"));
        }
        String one = positive == null ? all.last() : positive;
        return List.of(all.first().equals(one) ? all.last() : all.first(), one);
    }

    private BinaryRows rows(FileColumns columns, List<String> classes) {
        double[] scores = columns.numbers(scoreColumns.getFirst());
        double[] predictions = ones(columns.levels(prediction), classes, prediction);
        return columns.has(target)
                ? new BinaryRows(ones(columns.levels(target), classes, target), predictions, scores)
                : BinaryRows.unlabelled(predictions, scores);
    }

    private static double[] ones(Rows.Levels levels, List<String> classes, String column) {
        double[] values = new double[levels.size()];
        for (int i = 0; i < values.length; i++) {
            int code = levels.codes()[i];
            int index = code < 0 ? 0 : classes.indexOf(levels.levels().get(code));
            if (index < 0) {
                throw new IllegalArgumentException(
                        "Column '%s' holds '%s', which is neither of the classes %s of the reference."
                                .formatted(column, levels.levels().get(code), classes));
            }
            values[i] = code < 0 ? Double.NaN : index;
        }
        return values;
    }

    private int say(Function<List<Chunk>, List<ChunkEstimate>> estimates, boolean calibrates, int rows) {
        List<ChunkEstimate> parts = estimates.apply(chunking().split(rows));
        Chunk whole =
                new Chunking.Size(rows, Chunking.Incomplete.KEEP).split(rows).getFirst();
        ChunkEstimate all = estimates.apply(List.of(whole)).getFirst();
        boolean alert = false;
        List<String> silent = new ArrayList<>();
        List<Object> listed = new ArrayList<>();
        for (ChunkEstimate part : parts) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (var entry : part.values().entrySet()) {
                ChunkEstimate.Value value = entry.getValue();
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                fields.put("value", value.value());
                fields.put("low", value.low());
                fields.put("high", value.high());
                fields.put("n", value.rows());
                fields.put("realized", value.realized());
                fields.put("lower_threshold", value.bounds().lower());
                fields.put("upper_threshold", value.bounds().upper());
                fields.put("alert", value.isAlert());
                values.put(entry.getKey().id(), fields);
                if (value.isAlert()) {
                    alert = true;
                    Console.warn("%s of rows %s is estimated at %.4f, outside %.4f to %.4f."
                            .formatted(
                                    entry.getKey().id(),
                                    part.chunk().key(),
                                    value.value(),
                                    value.bounds().lower(),
                                    value.bounds().upper()));
                }
            }
            listed.add(Map.of("key", part.chunk().key(), "metrics", values));
            ChunkEstimate.Value accuracy = part.values().get(EstimatedMetric.ACCURACY);
            if (accuracy == null || Double.isNaN(accuracy.value())) {
                silent.add(part.chunk().key());
            }
        }
        Map<String, Estimate> metrics = new LinkedHashMap<>();
        for (EstimatedMetric metric : EstimatedMetric.values()) {
            ChunkEstimate.Value value =
                    java.util.Objects.requireNonNull(all.values().get(metric));
            metrics.put(metric.id(), new Estimate(value.value(), value.low(), value.high(), value.rows()));
        }
        Metrics.say(
                metrics,
                Map.of("chunks", listed, "calibrated", calibrates, "assumption", ChunkEstimate.ASSUMPTION),
                json);
        if (!json) {
            Console.say(ChunkEstimate.ASSUMPTION);
        }
        if (!silent.isEmpty()) {
            Console.warn(
                    "clew: Nothing can be estimated of rows %s: none has a prediction and a finite score. Repair columns '%s' and %s of '%s'."
                            .formatted(String.join(", ", silent), prediction, scoreColumns, analysis.getFileName()));
        }
        return alert ? ExitCode.FAILED : silent.isEmpty() ? ExitCode.OK : ExitCode.UNDECIDED;
    }
}
