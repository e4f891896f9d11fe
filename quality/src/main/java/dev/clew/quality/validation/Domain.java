package dev.clew.quality.validation;

import dev.clew.quality.internal.Fragment;

/**
 * The rows that are looked at.
 *
 * @param from what follows FROM
 * @param where a condition on rows
 */
record Domain(Fragment from, Fragment where) {
    Domain and(Fragment condition) {
        return new Domain(from, where.sql().equals("true") ? condition : where.and(condition));
    }

    /** The rows of this domain with one more column, computed over them. */
    Domain with(Fragment expression, String name) {
        return new Domain(
                Fragment.join("(SELECT *, %s AS " + name + " FROM %s WHERE %s)", expression, from, where),
                Fragment.of("true"));
    }

    Fragment select(Fragment cells) {
        return Fragment.join("SELECT %s FROM %s WHERE %s", cells, from, where);
    }
}
