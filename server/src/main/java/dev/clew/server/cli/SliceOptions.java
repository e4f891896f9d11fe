package dev.clew.server.cli;

import static dev.clew.server.common.Json.MAPPER;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.TableColumn;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.statistics.drift.chunked.Rows;
import dev.clew.statistics.report.Json;
import dev.clew.statistics.slice.Condition;
import dev.clew.statistics.slice.Slice;
import dev.clew.statistics.slice.SliceColumn;
import dev.clew.statistics.slice.SliceSettings;
import dev.clew.statistics.slice.WeakSlices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags by which performance is judged by slices: weak ones are searched, or those of a file are judged again. */
final class SliceOptions {
    /** A slice with fewer rows is not judged. */
    private static final int NEEDED = 30;
    /** So many bytes of columns are held at most. */
    private static final long MOST_CELLS = 120_000_000;

    @Option(
            names = "--slices",
            paramLabel = "auto|COLUMN|FILE.json",
            split = ",",
            description =
                    "Search slices that are worse than the rest: by all columns (auto), by these, or judge those that --save-slices kept.")
    List<String> slices = new ArrayList<>();

    @Option(names = "--save-slices", paramLabel = "FILE.json", description = "Keep the slices that were found.")
    @Nullable
    Path save;

    boolean isAsked() {
        if (save != null && slices.isEmpty()) {
            throw new ClewException(
                    ErrorCode.USAGE, "--save-slices was given but no --slices; say which slices to search, or auto.");
        }
        return !slices.isEmpty();
    }

    /**
     * Judges slices.
     *
     * @param usable rows that can be judged
     * @param loss how wrong a row is; null if rows have no loss of their own
     * @param isJudged whether a column is the target, a prediction or a score
     */
    WeakSpots judge(
            FileColumns columns,
            int[] usable,
            @Nullable IntToDoubleFunction loss,
            PerformanceCommand.Model model,
            Predicate<String> isJudged) {
        if (loss == null) {
            throw new IllegalArgumentException(
                    "Slices of a ranking are not searched, since one row is neither right nor wrong; leave --slices out.");
        }
        double[] losses = Arrays.stream(usable).mapToDouble(loss::applyAsDouble).toArray();
        if (slices.size() == 1 && slices.getFirst().endsWith(".json")) {
            return kept(Path.of(slices.getFirst()), columns, usable, losses, model);
        }
        List<SliceColumn> by = new ArrayList<>();
        boolean all = slices.contains("auto");
        for (String name :
                all ? columns.columns().stream().map(TableColumn::name).toList() : slices) {
            if (all && (isJudged.test(name) || isNone(columns.column(name).type()))) {
                continue;
            }
            if ((by.size() + 1L) * usable.length > MOST_CELLS) {
                Console.warn(
                        "Column '%s' and those after it are left out, since the rows are too many for more; name columns with --slices."
                                .formatted(name));
                break;
            }
            try {
                by.add(column(columns, name, usable));
            } catch (IllegalArgumentException e) {
                if (!all) {
                    throw e;
                }
                Console.warn("Column '%s' is left out: it has too many different values.".formatted(name));
            }
        }
        WeakSlices.Found found = WeakSlices.find(losses, by, SliceSettings.DEFAULTS);
        List<WeakSpots.Spot> spots = new ArrayList<>();
        for (Slice slice : found.slices()) {
            int[] rows = rows(slice.conditions(), columns, usable);
            spots.add(WeakSpots.Spot.of(slice, model.of(rows)));
        }
        if (save != null) {
            save(save, found.slices());
        }
        return new WeakSpots(spots, found.lookedAt(), found.leastRows(), SliceSettings.DEFAULTS.rate());
    }

    private static boolean isNone(ColumnType type) {
        return switch (type) {
            case DATE, TIMESTAMP, TIME, BINARY, NESTED -> true;
            case BOOLEAN, INTEGER, FLOAT, DECIMAL, TEXT -> false;
        };
    }

    private static boolean isNumber(TableColumn column) {
        return switch (column.type()) {
            case INTEGER, FLOAT, DECIMAL -> true;
            case BOOLEAN, TEXT, DATE, TIMESTAMP, TIME, BINARY, NESTED -> false;
        };
    }

    private static SliceColumn column(FileColumns columns, String name, int[] usable) {
        if (isNumber(columns.column(name))) {
            double[] values = columns.numbers(name);
            return SliceColumn.numbers(
                    name, Arrays.stream(usable).mapToDouble(row -> values[row]).toArray());
        }
        Rows.Levels levels = columns.levels(name);
        return SliceColumn.levels(
                name,
                levels.levels(),
                Arrays.stream(usable).map(row -> levels.codes()[row]).toArray());
    }

    /** The usable rows of which all conditions hold. */
    private static int[] rows(List<Condition> conditions, FileColumns columns, int[] usable) {
        var holds = new BitSet(columns.rows());
        Arrays.stream(usable).forEach(holds::set);
        for (Condition condition : conditions) {
            switch (condition) {
                case Condition.Between between -> {
                    double[] values = columns.numbers(between.column());
                    keep(holds, row -> between.holds(values[row]));
                }
                case Condition.Is is -> {
                    Rows.Levels levels = columns.levels(is.column());
                    int code = levels.levels().indexOf(is.level());
                    keep(holds, row -> code >= 0 && levels.codes()[row] == code);
                }
                case Condition.Missing missing -> {
                    if (isNumber(columns.column(missing.column()))) {
                        double[] values = columns.numbers(missing.column());
                        keep(holds, row -> Double.isNaN(values[row]));
                    } else {
                        int[] codes = columns.levels(missing.column()).codes();
                        keep(holds, row -> codes[row] < 0);
                    }
                }
            }
        }
        return holds.stream().toArray();
    }

    private static void keep(BitSet rows, IntPredicate condition) {
        for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
            rows.set(row, condition.test(row));
        }
    }

    private static void save(Path file, List<Slice> found) {
        List<Object> all = new ArrayList<>();
        found.forEach(slice ->
                all.add(slice.conditions().stream().map(Condition::document).toList()));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("slices", all);
        Qualities.write(file, Json.write(document) + "\n");
    }

    /** Slices of a file, in its order. */
    private static WeakSpots kept(
            Path file, FileColumns columns, int[] usable, double[] losses, PerformanceCommand.Model model) {
        double sum = Arrays.stream(losses).sum();
        double[] byRow = new double[columns.rows()];
        for (int i = 0; i < usable.length; i++) {
            byRow[usable[i]] = losses[i];
        }
        List<WeakSpots.Spot> spots = new ArrayList<>();
        for (List<Condition> conditions : read(file)) {
            int[] rows = rows(conditions, columns, usable);
            double own = Arrays.stream(rows).mapToDouble(row -> byRow[row]).sum();
            spots.add(new WeakSpots.Spot(
                    conditions,
                    rows.length,
                    (double) rows.length / usable.length,
                    own / rows.length,
                    (sum - own) / (usable.length - rows.length),
                    null,
                    Double.NaN,
                    rows.length < NEEDED ? Map.of() : model.of(rows)));
        }
        return new WeakSpots(spots, 0, NEEDED, Double.NaN);
    }

    private static List<List<Condition>> read(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            JsonNode json = MAPPER.readTree(Files.readString(file));
            List<List<Condition>> all = new ArrayList<>();
            for (JsonNode slice : json.path("slices")) {
                List<Condition> conditions = new ArrayList<>();
                for (JsonNode condition : slice) {
                    conditions.add(
                            Condition.of(MAPPER.convertValue(condition, new TypeReference<Map<String, Object>>() {})));
                }
                if (conditions.isEmpty()) {
                    throw new IllegalArgumentException(
                            "A slice of '%s' has no condition; give at least one.".formatted(name));
                }
                all.add(conditions);
            }
            if (all.isEmpty()) {
                throw new IllegalArgumentException(
                        "'%s' holds no slices; name a file that --save-slices wrote.".formatted(name));
            }
            return all;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "'%s' is not JSON; name a file that --save-slices wrote.".formatted(name), e);
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.USAGE, "'%s' cannot be read; name a file that --save-slices wrote.".formatted(name), e);
        }
    }
}
