package dev.clew.quality.validation;

import dev.clew.quality.internal.Fragment;

/** How often the values of a column occur: the one statement that uniqueness, distinct counts and modes share. */
final class Groups {
    private Groups() {}

    /** One row: distinct values, rows whose value occurs twice or more, the largest count. */
    static Fragment of(Domain domain, Cell cell) {
        return Fragment.join(
                "SELECT count(*) AS distinct_count, coalesce(sum(n) FILTER (n > 1), 0)::BIGINT AS in_twins, coalesce(max(n), 0) AS most FROM (SELECT count(*) AS n FROM %s WHERE %s GROUP BY "
                        + cell.sql() + ")",
                domain.from(),
                domain.where());
    }
}
