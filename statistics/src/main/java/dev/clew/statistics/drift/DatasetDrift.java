package dev.clew.statistics.drift;

import java.util.List;

/**
 * The drift of a table: its columns and what they amount to.
 *
 * @param columns in the order given
 * @param share share of drifted columns from which on the table has drifted
 */
public record DatasetDrift(List<ColumnDrift> columns, double share) {
    /** What can be said about the table. */
    public enum Verdict {
        /** The share of drifted columns reaches the limit. */
        DRIFT,
        /** It does not, and every column was judged. */
        NO_DRIFT,
        /** It does not, but columns without a judgement could change that. */
        UNCERTAIN
    }

    /** Keeps a copy. */
    public DatasetDrift {
        columns = List.copyOf(columns);
    }

    /** Columns with a judgement. */
    public List<ColumnDrift.Judged> judged() {
        return columns.stream()
                .filter(ColumnDrift.Judged.class::isInstance)
                .map(ColumnDrift.Judged.class::cast)
                .toList();
    }

    /** Columns that drifted. */
    public long driftedCount() {
        return judged().stream().filter(ColumnDrift.Judged::drifted).count();
    }

    /** Drifted columns among the judged ones, in [0, 1]; NaN if none was judged. */
    public double driftedShare() {
        return (double) driftedCount() / judged().size();
    }

    /** Whether the table has drifted; a verdict of "no drift" needs a judgement of every column that could change it. */
    public Verdict verdict() {
        if (driftedShare() >= share) {
            return Verdict.DRIFT;
        }
        long open = (long) columns.size() - judged().size();
        boolean couldChange = columns.isEmpty() || (double) (driftedCount() + open) / columns.size() >= share;
        return (open > 0 && couldChange) || columns.isEmpty() ? Verdict.UNCERTAIN : Verdict.NO_DRIFT;
    }
}
