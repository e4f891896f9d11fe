package dev.clew.statistics.drift;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which method and threshold judges which column. The nearest setting wins: column, then type, then all, then the default choice.
 *
 * <p>Immutable, thread-safe.
 *
 * @param byColumn settings per column name
 * @param byType settings per type
 * @param all setting for every column
 * @param minimumRows usable rows each side needs, at least 1
 * @param share share of judged columns from which on the table has drifted, in (0, 1]
 * @param calibrated whether a distance between samples, one of them under 1 000 rows, must also exceed what equal samples show, and a
 *     test that takes the reference for the truth (chisquare, g_test) must also find drift with the reference a sample
 */
public record DriftSettings(
        Map<String, Choice> byColumn,
        Map<ColumnType, Choice> byType,
        Choice all,
        int minimumRows,
        double share,
        boolean calibrated) {
    /** Keeps copies; refuses values outside their range. */
    public DriftSettings {
        byColumn = Map.copyOf(byColumn);
        byType = Map.copyOf(byType);
        if (minimumRows < 1 || !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "A drift setting needs at least 1 row and a share in (0, 1]; it has %d and %s."
                            .formatted(minimumRows, share));
        }
    }

    /**
     * A method, a threshold, both or none.
     *
     * @param method empty: as chosen by type, rows and distinct values
     * @param threshold empty: the method's default
     */
    public record Choice(Optional<DriftMethod> method, Optional<Double> threshold) {
        /** Nothing set. */
        public static final Choice NONE = new Choice(Optional.empty(), Optional.empty());

        private Choice over(Choice further) {
            return new Choice(method.or(further::method), threshold.or(further::threshold));
        }
    }

    /** At least 100 rows, half of the columns, distances of small windows and one-sample tests calibrated. */
    public static DriftSettings defaults() {
        return new DriftSettings(Map.of(), Map.of(), Choice.NONE, 100, 0.5, true);
    }

    /** Decides as Evidently's {@code DataDriftPreset}: any number of rows, fixed thresholds. */
    public static DriftSettings evidently() {
        return new DriftSettings(Map.of(), Map.of(), Choice.NONE, 1, 0.5, false);
    }

    /** These settings with one for a column. */
    public DriftSettings with(String column, Choice choice) {
        Map<String, Choice> changed = new HashMap<>(byColumn);
        changed.put(column, choice);
        return new DriftSettings(changed, byType, all, minimumRows, share, calibrated);
    }

    /** These settings with one for a type. */
    public DriftSettings with(ColumnType type, Choice choice) {
        Map<ColumnType, Choice> changed = new EnumMap<>(ColumnType.class);
        changed.putAll(byType);
        changed.put(type, choice);
        return new DriftSettings(byColumn, changed, all, minimumRows, share, calibrated);
    }

    /** These settings with one for every column. */
    public DriftSettings with(Choice choice) {
        return new DriftSettings(byColumn, byType, choice, minimumRows, share, calibrated);
    }

    /** These settings with another minimum of rows. */
    public DriftSettings withMinimumRows(int rows) {
        return new DriftSettings(byColumn, byType, all, rows, share, calibrated);
    }

    /** These settings with another share of drifted columns. */
    public DriftSettings withShare(double drifted) {
        return new DriftSettings(byColumn, byType, all, minimumRows, drifted, calibrated);
    }

    /** What is set for a column. */
    Choice of(String column, ColumnType type) {
        return byColumn.getOrDefault(column, Choice.NONE)
                .over(byType.getOrDefault(type, Choice.NONE))
                .over(all);
    }
}
