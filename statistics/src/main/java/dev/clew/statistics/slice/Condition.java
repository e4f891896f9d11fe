package dev.clew.statistics.slice;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What must hold of one column of a row. */
public sealed interface Condition {
    /** Name of the column. */
    String column();

    /** For people, such as {@code age > 30 and ≤ 45}. */
    String words();

    /** For programs: {@code column} and what must hold of it; {@link #of} reads it. */
    Map<String, Object> document();

    /**
     * A number above one bound and not above another.
     *
     * @param column name
     * @param above excluded; −∞ if there is no bound
     * @param atMost included; +∞ if there is no bound
     */
    record Between(String column, double above, double atMost) implements Condition {
        /** Whether it holds; not of NaN. */
        public boolean holds(double value) {
            return (value > above || above == Double.NEGATIVE_INFINITY && !Double.isNaN(value)) && value <= atMost;
        }

        @Override
        public String words() {
            String low = above == Double.NEGATIVE_INFINITY ? "" : " > " + number(above);
            String high = atMost == Double.POSITIVE_INFINITY ? "" : " ≤ " + number(atMost);
            return column + low + (low.isEmpty() || high.isEmpty() ? "" : " and") + high;
        }

        private static String number(double value) {
            return value == Math.rint(value) && Math.abs(value) < 1e15
                    ? Long.toString((long) value)
                    : Double.toString(value);
        }

        @Override
        public Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("column", column);
            if (above != Double.NEGATIVE_INFINITY) {
                document.put("above", above);
            }
            if (atMost != Double.POSITIVE_INFINITY) {
                document.put("at_most", atMost);
            }
            return document;
        }
    }

    /**
     * A level.
     *
     * @param column name
     * @param level as text
     */
    record Is(String column, String level) implements Condition {
        @Override
        public String words() {
            return column + " is " + level;
        }

        @Override
        public Map<String, Object> document() {
            return ordered(column, "is", level);
        }
    }

    /**
     * No value.
     *
     * @param column name
     */
    record Missing(String column) implements Condition {
        @Override
        public String words() {
            return column + " is missing";
        }

        @Override
        public Map<String, Object> document() {
            return ordered(column, "missing", true);
        }
    }

    private static Map<String, Object> ordered(String column, String what, Object value) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("column", column);
        document.put(what, value);
        return document;
    }

    /**
     * Reads what {@link #document} says.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Condition of(Map<String, ? extends @Nullable Object> document) {
        if (!(document.get("column") instanceof String column)) {
            throw new IllegalArgumentException("A condition of a slice names no column; give \"column\".");
        }
        Object above = document.get("above");
        Object atMost = document.get("at_most");
        if (document.get("is") instanceof String level) {
            return new Is(column, level);
        }
        if (Boolean.TRUE.equals(document.get("missing"))) {
            return new Missing(column);
        }
        if (above instanceof Number || atMost instanceof Number) {
            return new Between(
                    column,
                    above instanceof Number low ? low.doubleValue() : Double.NEGATIVE_INFINITY,
                    atMost instanceof Number high ? high.doubleValue() : Double.POSITIVE_INFINITY);
        }
        throw new IllegalArgumentException(
                "A condition about column '%s' says nothing of it; give \"above\", \"at_most\", \"is\" or \"missing\"."
                        .formatted(column));
    }
}
