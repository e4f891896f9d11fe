package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a table holds.
 *
 * @param table name of the file
 * @param rows rows
 * @param duplicateRows rows that repeat an earlier one, by a 64-bit hash; null if it was merged of parts, which do not tell
 * @param columns columns in order
 * @param sampled rows in the sample that the pairs are about
 * @param equal pairs of columns that agree on at least 95 % of the rows, with that share
 * @param pearson correlations of columns of numbers, of up to 100 columns
 * @param spearman rank correlations of the same
 * @param cramer Cramér's V (bias-corrected) of columns with 2 to 50 levels, of up to 30 columns
 * @param sketches by which it merges with profiles of other parts; null if they were not asked for
 * @param merged null unless it was merged of parts
 */
public record Profile(
        String table,
        long rows,
        @Nullable Long duplicateRows,
        List<ColumnProfile> columns,
        long sampled,
        List<Pair> equal,
        List<Pair> pearson,
        List<Pair> spearman,
        List<Pair> cramer,
        @Nullable ProfileSketches sketches,
        @Nullable Merged merged) {
    /** Keeps copies. */
    public Profile {
        columns = List.copyOf(columns);
        equal = List.copyOf(equal);
        pearson = List.copyOf(pearson);
        spearman = List.copyOf(spearman);
        cramer = List.copyOf(cramer);
    }

    /** The profile of one column. */
    public Optional<ColumnProfile> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** As one document, snake_case, without the sketches. */
    public ObjectNode json() {
        return ProfileJson.of(this);
    }

    /** As one document with the sketches, if there are any, as its last member; {@link Profiles#read} reads it. */
    public ObjectNode document() {
        ObjectNode json = json();
        if (sketches != null) {
            json.set("sketches", sketches.json());
        }
        return json;
    }
}
