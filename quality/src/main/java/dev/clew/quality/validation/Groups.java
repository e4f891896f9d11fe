package dev.clew.quality.validation;

import dev.clew.quality.internal.Fragment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often the values of a column, or combinations of several, occur: what uniqueness and distinct counts share.
 *
 * @param distinct different values
 * @param twins rows whose value occurs twice or more
 */
record Groups(long distinct, long twins) {
    private static final Groups NONE = new Groups(0, 0);

    /** The question; equal ones share a statement. */
    record Question(Domain rows, String by) {
        Fragment sql() {
            return Fragment.join(
                    "SELECT count(*) AS distinct_count, coalesce(sum(n) FILTER (n > 1), 0)::BIGINT AS in_twins FROM (SELECT count(*) AS n FROM %s WHERE %s GROUP BY "
                            + by + ")",
                    rows.from(),
                    rows.where());
        }

        /** The same about the rows of one part. */
        Question part(int part, int parts) {
            return new Question(rows.part(by, part, parts), by);
        }
    }

    static Groups of(@Nullable Object[] row) {
        return new Groups(Values.count(row[0]), Values.count(row[1]));
    }

    /** Equal values are in the same part, so that parts add up. */
    static Groups sum(List<Groups> parts) {
        return parts.stream().reduce(NONE, (a, b) -> new Groups(a.distinct + b.distinct, a.twins + b.twins));
    }
}
