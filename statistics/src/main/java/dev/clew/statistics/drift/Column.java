package dev.clew.statistics.drift;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import java.util.List;

/** One side of a comparison: the values of one column, in the form its type needs. */
public sealed interface Column {
    /** What kind of values these are. */
    ColumnType type();

    /** Rows that count: finite numbers, levels, texts. */
    long size();

    /** Rows without a value. */
    long missing();

    /** Numbers. */
    record Numbers(Sample sample) implements Column {
        @Override
        public ColumnType type() {
            return ColumnType.NUMERIC;
        }

        @Override
        public long size() {
            return sample.size();
        }

        @Override
        public long missing() {
            return sample.missing();
        }
    }

    /** Levels. */
    record Levels(Categories categories) implements Column {
        @Override
        public ColumnType type() {
            return ColumnType.CATEGORICAL;
        }

        @Override
        public long size() {
            return categories.size();
        }

        @Override
        public long missing() {
            return categories.missing();
        }
    }

    /**
     * Texts in the order of their rows.
     *
     * @param values without missing ones
     * @param missing rows without a text
     */
    record Texts(List<String> values, long missing) implements Column {
        /** Keeps a copy. */
        public Texts {
            values = List.copyOf(values);
        }

        @Override
        public ColumnType type() {
            return ColumnType.TEXT;
        }

        @Override
        public long size() {
            return values.size();
        }
    }
}
