package dev.clew.server.cli;

import dev.clew.statistics.drift.ColumnDrift;
import dev.clew.statistics.drift.ColumnType;
import dev.clew.statistics.drift.DatasetDrift;
import dev.clew.statistics.drift.DriftMethod;
import dev.clew.statistics.drift.DriftSettings;
import dev.clew.statistics.drift.chunked.ChunkMethod;
import dev.clew.statistics.report.ChunkPage;
import dev.clew.statistics.report.ChunkReport;
import dev.clew.statistics.report.DriftPage;
import dev.clew.statistics.report.DriftReport;
import dev.clew.statistics.report.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew drift}: has a table moved against a reference? Exit 0 no, 1 yes, 2 cannot be said. */
@Command(
        name = "drift",
        description = "Compare a table with a reference, column by column.",
        footer = "Exit codes: 0 no drift, 1 drift, 2 cannot be judged, 3 usage.",
        mixinStandardHelpOptions = true)
final class DriftCommand implements Callable<Integer> {
    /** Columns with series of their own, those that moved most. */
    private static final int MOST_SERIES = 1_000;
    /** Stands for every column. */
    private static final String EVERY = "";

    @Parameters(index = "0", paramLabel = "REFERENCE", description = "CSV, TSV, JSON lines or Parquet.")
    Path reference = Path.of("");

    @Parameters(index = "1", paramLabel = "CURRENT", description = "What is judged.")
    Path current = Path.of("");

    @Option(names = "--columns", split = ",", paramLabel = "NAME", description = "Only these columns.")
    List<String> columns = new ArrayList<>();

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "For every column it suits, or COLUMN=METHOD; may be repeated.")
    List<String> methods = new ArrayList<>();

    @Option(
            names = "--threshold",
            paramLabel = "NUMBER",
            description = "For every column, or COLUMN=NUMBER; may be repeated.")
    List<String> thresholds = new ArrayList<>();

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "evidently: any number of rows, fixed thresholds. nannyml: chunk by chunk, thresholds from the"
                            + " reference. Default: at least 100 rows, distances of small samples calibrated.")
    @Nullable
    String profile;

    @Option(
            names = "--chunk",
            paramLabel = "ROWS",
            description = "Rows per chunk with --profile nannyml. Default: ten chunks.")
    int chunk;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write one page.")
    @Nullable
    Path html;

    @Option(
            names = "--evidently",
            paramLabel = "FILE",
            description = "Write the result as Evidently's report document; not with --profile nannyml.")
    @Nullable
    Path evidently;

    @Option(
            names = "--prometheus",
            paramLabel = "FILE",
            description = "Write gauges in Prometheus' text format; not with --profile nannyml.")
    @Nullable
    Path prometheus;

    @Mixin
    TableInput input = new TableInput();

    @Override
    public Integer call() {
        boolean chunked = "nannyml".equals(profile);
        DriftSettings settings;
        ChunkedDrift.Settings chunks;
        try {
            if (profile != null && !chunked && !profile.equals("evidently")) {
                throw new IllegalArgumentException(
                        "There is no profile '%s'; the profiles are evidently and nannyml.".formatted(profile));
            }
            if (chunked && !thresholds.isEmpty() || !chunked && chunk > 0) {
                throw new IllegalArgumentException(
                        "--chunk belongs to --profile nannyml, which takes its thresholds from the reference; leave out --%s."
                                .formatted(chunked ? "threshold" : "chunk"));
            }
            if (chunked && (evidently != null || prometheus != null)) {
                throw new IllegalArgumentException(
                        "--evidently and --prometheus do not know chunks; leave out --profile nannyml.");
            }
            settings = chunked ? DriftSettings.defaults() : settings();
            chunks = chunked ? chunkSettings() : new ChunkedDrift.Settings(0, Optional.empty(), Map.of());
        } catch (IllegalArgumentException e) {
            Console.warn("clew: " + e.getMessage());
            return ExitCode.USAGE;
        }
        try (var left = FileColumns.open(reference, input);
                var right = FileColumns.open(current, input)) {
            requireNamed(left, right);
            return chunked
                    ? tell(new ChunkedDrift(left, right, chunks).judge(columns))
                    : tell(new TableDrift(left, right, settings).judge(columns));
        } catch (RuntimeException e) {
            return FileColumns.cannotJudge(e);
        }
    }

    private DriftSettings settings() {
        DriftSettings settings = profile == null ? DriftSettings.defaults() : DriftSettings.evidently();
        Map<String, Double> limits = new LinkedHashMap<>();
        for (String given : thresholds) {
            int equals = given.lastIndexOf('=');
            limits.put(column(given), limit(given.substring(equals + 1)));
        }
        settings = settings.with(new DriftSettings.Choice(Optional.empty(), Optional.ofNullable(limits.remove(EVERY))));
        for (String given : methods) {
            int equals = given.lastIndexOf('=');
            DriftMethod method = DriftMethod.named(given.substring(equals + 1))
                    .orElseThrow(() -> unknown(given.substring(equals + 1), DriftMethod.names()));
            String column = column(given);
            var choice = new DriftSettings.Choice(Optional.of(method), Optional.ofNullable(limits.remove(column)));
            settings = column.equals(EVERY) ? suited(settings, method, choice) : settings.with(column, choice);
        }
        for (var left : limits.entrySet()) {
            settings = settings.with(
                    left.getKey(), new DriftSettings.Choice(Optional.empty(), Optional.of(left.getValue())));
        }
        return settings;
    }

    /** The column of COLUMN=VALUE, {@link #EVERY} without one. */
    private static String column(String given) {
        int equals = given.lastIndexOf('=');
        return equals < 0 ? EVERY : given.substring(0, equals);
    }

    private static double limit(String text) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    "--threshold %s is no limit of a p-value or a distance; give a number of at least 0."
                            .formatted(text));
        }
        return value;
    }

    /** A setting for a column that is nowhere would be passed over in silence. */
    private void requireNamed(FileColumns left, FileColumns right) {
        for (String given : Stream.concat(methods.stream(), thresholds.stream()).toList()) {
            String column = column(given);
            if (!column.equals(EVERY) && !left.has(column) && !right.has(column)) {
                left.column(column);
            }
        }
    }

    private static DriftSettings suited(DriftSettings settings, DriftMethod method, DriftSettings.Choice choice) {
        DriftSettings suited = settings;
        for (ColumnType type : ColumnType.values()) {
            suited = method.suits(type) ? suited.with(type, choice) : suited;
        }
        return suited;
    }

    private ChunkedDrift.Settings chunkSettings() {
        Optional<ChunkMethod> all = Optional.empty();
        Map<String, ChunkMethod> byColumn = new HashMap<>();
        for (String given : methods) {
            int equals = given.lastIndexOf('=');
            ChunkMethod method = ChunkMethod.named(given.substring(equals + 1))
                    .orElseThrow(() -> unknown(given.substring(equals + 1), ChunkMethod.names()));
            if (equals < 0) {
                all = Optional.of(method);
            } else {
                byColumn.put(given.substring(0, equals), method);
            }
        }
        return new ChunkedDrift.Settings(chunk, all, byColumn);
    }

    private static IllegalArgumentException unknown(String id, String known) {
        return new IllegalArgumentException("There is no method '%s'; the methods are %s.".formatted(id, known));
    }

    private int tell(DriftReport report) {
        if (html != null) {
            Qualities.write(html, DriftPage.of(report));
        }
        if (evidently != null) {
            Qualities.write(evidently, Json.write(report.evidently()) + "\n");
        }
        if (prometheus != null) {
            Qualities.write(prometheus, report.prometheus(Map.of(), MOST_SERIES));
        }
        if (json) {
            Console.say(Json.write(report.document()));
        } else {
            report.drift().columns().forEach(column -> Console.say(line(column)));
            sum(report.drift());
        }
        return switch (report.drift().verdict()) {
            case NO_DRIFT -> ExitCode.OK;
            case DRIFT -> ExitCode.FAILED;
            case UNCERTAIN -> ExitCode.UNDECIDED;
        };
    }

    private static String line(ColumnDrift column) {
        return switch (column) {
            case ColumnDrift.Judged judged ->
                "%-28s %-12s %-22s %12.6g  limit %g"
                        .formatted(
                                judged.column(),
                                judged.drifted() ? "drifted" : "not drifted",
                                judged.method().id(),
                                judged.score(),
                                judged.threshold());
            case ColumnDrift.NotJudged open ->
                "%-28s %-12s %s"
                        .formatted(open.column(), "not judged", open.reason().sentence());
        };
    }

    private static void sum(DatasetDrift drift) {
        Console.say("%d of %d judged columns drifted: %s."
                .formatted(
                        drift.driftedCount(),
                        drift.judged().size(),
                        verdict(
                                switch (drift.verdict()) {
                                    case DRIFT -> true;
                                    case NO_DRIFT -> false;
                                    case UNCERTAIN -> null;
                                })));
    }

    private static String verdict(@Nullable Boolean drifted) {
        return drifted == null
                ? "it cannot be said whether the table has drifted"
                : drifted ? "the table has drifted" : "the table has not drifted";
    }

    private int tell(ChunkReport report) {
        if (html != null) {
            Qualities.write(html, ChunkPage.of(report));
        }
        Boolean drifted = report.datasetDrift();
        if (json) {
            Console.say(Json.write(report.document()));
        } else {
            for (ChunkReport.Judged column : report.columns()) {
                Console.say("%-28s %-12s %-22s %d of %d chunks outside"
                        .formatted(
                                column.column(),
                                column.drifted() ? "drifted" : "not drifted",
                                column.method().id(),
                                column.alerts(),
                                column.current().size()));
            }
            report.notJudged()
                    .forEach((column, reason) -> Console.say("%-28s %-12s %s".formatted(column, "not judged", reason)));
            Console.say("%d of %d judged columns drifted: %s."
                    .formatted(
                            report.columns().stream()
                                    .filter(ChunkReport.Judged::drifted)
                                    .count(),
                            report.columns().size(),
                            verdict(drifted)));
        }
        return drifted == null ? ExitCode.UNDECIDED : drifted ? ExitCode.FAILED : ExitCode.OK;
    }
}
