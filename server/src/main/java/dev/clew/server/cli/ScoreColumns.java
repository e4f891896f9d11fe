package dev.clew.server.cli;

import dev.clew.statistics.drift.chunked.Rows;
import dev.clew.statistics.estimation.MultiRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The scores of several classes, each a column of its own: {@code CLASS=COLUMN}. */
final class ScoreColumns {
    private final List<String> classes = new ArrayList<>();
    private final List<String> columns = new ArrayList<>();

    /** @throws IllegalArgumentException if one does not name its class, or two name the same */
    ScoreColumns(List<String> given) {
        for (String one : given) {
            int equals = one.indexOf('=');
            if (equals < 1 || classes.contains(one.substring(0, equals))) {
                throw new IllegalArgumentException(
                        "--score %s does not name a class of its own; write CLASS=COLUMN for each class."
                                .formatted(one));
            }
            classes.add(one.substring(0, equals));
            columns.add(one.substring(equals + 1));
        }
    }

    /** The rows of a file; without the target every label is unknown. */
    MultiRows rows(FileColumns file, String target, String prediction) {
        int[] predictions = codes(file, prediction);
        int[] labels = new int[predictions.length];
        Arrays.fill(labels, -1);
        return new MultiRows(
                classes,
                file.has(target) ? codes(file, target) : labels,
                predictions,
                columns.stream().map(file::numbers).toArray(double[][]::new));
    }

    /**
     * The scores of these classes, in their order.
     *
     * @throws IllegalArgumentException if other classes are named than there are
     */
    double[][] scores(FileColumns file, List<String> wanted) {
        if (!Set.copyOf(wanted).equals(Set.copyOf(classes))) {
            throw new IllegalArgumentException(
                    "The classes of '%s' are %s, and --score names %s; give one --score CLASS=COLUMN for each class."
                            .formatted(file.name(), wanted, classes));
        }
        return wanted.stream()
                .map(one -> file.numbers(columns.get(classes.indexOf(one))))
                .toArray(double[][]::new);
    }

    private int[] codes(FileColumns file, String column) {
        Rows.Levels levels = file.levels(column);
        int[] translated = levels.levels().stream()
                .mapToInt(level -> {
                    int code = classes.indexOf(level);
                    if (code < 0) {
                        throw new IllegalArgumentException(
                                "Column '%s' of '%s' holds '%s', for which there is no --score; the classes named are %s."
                                        .formatted(column, file.name(), level, classes));
                    }
                    return code;
                })
                .toArray();
        return Arrays.stream(levels.codes())
                .map(code -> code < 0 ? -1 : translated[code])
                .toArray();
    }
}
