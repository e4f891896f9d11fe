package dev.clew.quality.validation;

import java.nio.file.Path;
import java.util.List;

/**
 * Where rows go that make an expectation fail: a Parquet file with their position ({@code clew_row}, from 0), the expectations they fail as
 * words ({@code clew_failed}) and by their place in the suite ({@code clew_failed_at}, from 0), and the columns that were asked for. Values
 * stand there as they are, masked or not in the result; so by default there are none.
 *
 * <p>Only expectations about rows have rows, and rows that an expectation tolerates ({@code mostly}) are not failed.
 *
 * @param file written anew, also if no row fails
 * @param columns which columns are copied
 * @param all whether all are
 */
public record Quarantine(Path file, List<String> columns, boolean all) {
    /** Keeps a copy. */
    public Quarantine {
        columns = List.copyOf(columns);
    }

    /** Keys only. */
    public static Quarantine in(Path file) {
        return new Quarantine(file, List.of(), false);
    }

    /** With these columns. */
    public Quarantine with(List<String> names) {
        return new Quarantine(file, names, false);
    }

    /** With all columns. */
    public Quarantine withAll() {
        return new Quarantine(file, List.of(), true);
    }

    /**
     * What was written.
     *
     * @param file name of the file
     * @param rows rows that fail at least one expectation
     * @param columns the columns of the table that were copied
     * @param sha256 of the file, hexadecimal
     */
    public record Written(String file, long rows, List<String> columns, String sha256) {
        /** Keeps a copy. */
        public Written {
            columns = List.copyOf(columns);
        }
    }
}
