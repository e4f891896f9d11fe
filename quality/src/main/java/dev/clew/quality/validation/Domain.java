package dev.clew.quality.validation;

import dev.clew.quality.internal.Fragment;
import org.jspecify.annotations.Nullable;

/**
 * The rows that are looked at.
 *
 * @param from what follows FROM
 * @param where a condition on rows
 * @param copies what {@link #withCopies} was made of; null of others
 */
record Domain(Fragment from, Fragment where, @Nullable Copies copies) {
    /** The rows whose copies are counted, and the cells, with commas between, that make a copy. */
    record Copies(Domain rows, String by) {}

    Domain(Fragment from, Fragment where) {
        this(from, where, null);
    }

    Domain and(Fragment condition) {
        return new Domain(from, where.sql().equals("true") ? condition : where.and(condition), copies);
    }

    /** The rows of this domain with one more column, computed over them. */
    Domain with(Fragment expression, String name) {
        return new Domain(
                Fragment.join("(SELECT *, %s AS " + name + " FROM %s WHERE %s)", expression, from, where),
                Fragment.of("true"));
    }

    /** The rows of this domain, and in {@code w} how many have the same in the cells {@code by}. */
    Domain withCopies(String by) {
        Domain counted = with(Fragment.of("count(*) OVER (PARTITION BY " + by + ")"), "w");
        return new Domain(counted.from, counted.where, new Copies(this, by));
    }

    /** The rows that are in one of so many parts; those with the same cells {@code by} are in the same one. */
    Domain part(String by, int part, int parts) {
        return parts == 1 ? this : and(Fragment.of("hash(" + by + ") % " + parts + " = " + part));
    }

    /** One of so many parts, which needs as much less memory; copies must be counted here. */
    Domain part(int part, int parts) {
        if (copies == null) {
            throw new IllegalStateException("Only rows whose copies are counted come in parts.");
        }
        Domain counted = copies.rows.part(copies.by, part, parts).withCopies(copies.by);
        return new Domain(counted.from, where, copies);
    }

    Fragment select(Fragment cells) {
        return Fragment.join("SELECT %s FROM %s WHERE %s", cells, from, where);
    }
}
