package dev.clew.statistics.drift.chunked;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import dev.clew.statistics.drift.Column;
import dev.clew.statistics.drift.ColumnType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A column in the order of its rows, so that it can be cut into chunks. */
public sealed interface Rows {
    /** Number of rows. */
    int size();

    /** What kind of values these are. */
    ColumnType type();

    /** The values of the rows from (included) to (excluded). */
    Column range(int from, int to);

    /**
     * Numbers.
     *
     * @param values NaN is missing
     */
    record Numbers(double[] values) implements Rows {
        @Override
        public int size() {
            return values.length;
        }

        @Override
        public ColumnType type() {
            return ColumnType.NUMERIC;
        }

        @Override
        public Column range(int from, int to) {
            return new Column.Numbers(Sample.taking(Arrays.copyOfRange(values, from, to), to - from));
        }
    }

    /**
     * Levels as indices.
     *
     * @param levels names
     * @param codes index of the level per row; −1 is missing
     */
    record Levels(List<String> levels, int[] codes) implements Rows {
        /** Keeps a copy of the names. */
        public Levels {
            levels = List.copyOf(levels);
        }

        /** From values; null is missing. */
        public static Levels of(List<? extends @Nullable String> values) {
            Map<String, Integer> known = new HashMap<>();
            List<String> levels = new java.util.ArrayList<>();
            int[] codes = new int[values.size()];
            for (int i = 0; i < codes.length; i++) {
                String value = values.get(i);
                codes[i] = value == null
                        ? -1
                        : known.computeIfAbsent(value, added -> {
                            levels.add(added);
                            return levels.size() - 1;
                        });
            }
            return new Levels(levels, codes);
        }

        @Override
        public int size() {
            return codes.length;
        }

        @Override
        public ColumnType type() {
            return ColumnType.CATEGORICAL;
        }

        @Override
        public Column range(int from, int to) {
            long[] counts = new long[levels.size()];
            long missing = 0;
            for (int i = from; i < to; i++) {
                if (codes[i] < 0) {
                    missing++;
                } else {
                    counts[codes[i]]++;
                }
            }
            Map<String, Long> byLevel = new HashMap<>();
            for (int i = 0; i < counts.length; i++) {
                byLevel.merge(levels.get(i), counts[i], Long::sum);
            }
            return new Column.Levels(Categories.ofCounts(byLevel, missing));
        }
    }
}
