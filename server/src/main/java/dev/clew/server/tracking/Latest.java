package dev.clew.server.tracking;

import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.REAL;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.journal.Key;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * The latest value of one metric of one owner: the greatest (step, timestamp, value). NaN is 0 plus a flag, and compares as 0.
 *
 * @param rank order-preserving image of the value, filled when the owner has gone quiet; null before
 */
record Latest(
        long owner,
        long key,
        long experiment,
        long step,
        long ts,
        double value,
        boolean isNan,
        @Nullable String datasetName,
        @Nullable String datasetDigest,
        @Nullable Long rank) {
    /** Rank of NaN: above every number, +∞ included. */
    static final long RANK_OF_NAN = Long.MAX_VALUE;

    static final Table<Latest> LATEST = values().reads(Latest::withoutRank);

    /** The same table as the value index sees it: an upsert touches the rank alone, so it never undoes a newer value. */
    static final Table<Latest> RANKS = Table.<Latest>derived("latest_metric")
            .key(1, "owner", INTEGER, Latest::owner)
            .key(2, "key_id", INTEGER, Latest::key)
            .insertOnly(3, "exp", INTEGER, Latest::experiment)
            .insertOnly(4, "step", INTEGER, Latest::step)
            .insertOnly(5, "ts", INTEGER, Latest::ts)
            .insertOnly(6, "value", REAL, Latest::value)
            .insertOnly(7, "is_nan", INTEGER, row -> row.isNan() ? 1L : 0L)
            .column(10, "rank", INTEGER, Latest::rank)
            .reads(Latest::withoutRank);

    /** The same table with both at once, for an owner that comes with all it has: what is written with it is settled. */
    static final Table<Latest> RANKED =
            values().column(10, "rank", INTEGER, Latest::rank).reads(Latest::withoutRank);

    private static Table.Builder<Latest> values() {
        return Table.<Latest>derived("latest_metric")
                .key(1, "owner", INTEGER, Latest::owner)
                .key(2, "key_id", INTEGER, Latest::key)
                .column(3, "exp", INTEGER, Latest::experiment)
                .column(4, "step", INTEGER, Latest::step)
                .column(5, "ts", INTEGER, Latest::ts)
                .column(6, "value", REAL, Latest::value)
                .column(7, "is_nan", INTEGER, row -> row.isNan() ? 1L : 0L)
                .column(8, "dataset_name", TEXT, Latest::datasetName)
                .column(9, "dataset_digest", TEXT, Latest::datasetDigest);
    }

    private static Latest withoutRank(dev.clew.server.storage.Row row) {
        return new Latest(
                row.integer("owner"),
                row.integer("key_id"),
                row.integer("exp"),
                row.integer("step"),
                row.integer("ts"),
                row.real("value"),
                row.flag("is_nan"),
                row.textOrNull("dataset_name"),
                row.textOrNull("dataset_digest"),
                null);
    }

    /** A row with the rank that is stored beside it. */
    static Latest withRank(dev.clew.server.storage.Row row) {
        return withoutRank(row).ranked(row.integerOrNull("rank"));
    }

    /** With the rank of its value. */
    Latest ranked() {
        return ranked(computedRank());
    }

    private Latest ranked(@Nullable Long stored) {
        return new Latest(owner, key, experiment, step, ts, value, isNan, datasetName, datasetDigest, stored);
    }

    static Latest of(long owner, long experiment, Points points, int i) {
        double value = points.value[i];
        boolean nan = Double.isNaN(value);
        return new Latest(
                owner,
                points.key[i],
                experiment,
                points.step[i],
                points.ts[i],
                nan ? 0.0 : value,
                nan,
                points.datasetName(i),
                points.datasetDigest(i),
                null);
    }

    static Key key(long owner, long keyId) {
        return Key.of(owner, keyId);
    }

    double number() {
        return isNan ? Double.NaN : value;
    }

    /** Whether a point is greater than this one, and so cannot have been logged before. */
    boolean isBelow(Points points, int i) {
        if (points.step[i] != step) {
            return points.step[i] > step;
        }
        if (points.ts[i] != ts) {
            return points.ts[i] > ts;
        }
        double other = Double.isNaN(points.value[i]) ? 0.0 : points.value[i];
        return other > value;
    }

    boolean isSame(Points points, int i) {
        return points.step[i] == step
                && points.ts[i] == ts
                && Double.doubleToLongBits(points.value[i]) == Double.doubleToLongBits(number());
    }

    /** Order-preserving: numbers by value, −∞ lowest, NaN above +∞. */
    static long rankOf(double value) {
        if (Double.isNaN(value)) {
            return RANK_OF_NAN;
        }
        long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
        return bits >= 0 ? bits : bits ^ Long.MAX_VALUE;
    }

    long computedRank() {
        return rankOf(number());
    }
}
