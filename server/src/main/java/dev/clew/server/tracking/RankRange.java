package dev.clew.server.tracking;

import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter.Comparison;

/**
 * A stretch of the value index: ranks from {@code low} to {@code high}, both included; empty when {@code low > high}. One lower and one
 * upper bound, because an engine that is given two of a kind walks by either.
 */
record RankRange(long low, long high) {
    /** Every number, −∞ and +∞ included, without NaN. */
    static final RankRange NUMBERS = new RankRange(Long.MIN_VALUE, Latest.RANK_OF_NAN - 1);

    private static final RankRange EMPTY = new RankRange(0, -1);

    /** The part of it in which the comparison holds. {@code !=} leaves it as it is. */
    RankRange and(Comparison comparison) {
        double number = comparison.number();
        if (Double.isNaN(number)) {
            return EMPTY;
        }
        long rank = Latest.rankOf(number);
        return switch (comparison.operator()) {
            case EQ -> and(rank, rank);
            case LT -> and(low, rank - 1);
            case LE -> and(low, rank);
            case GT -> and(rank + 1, high);
            case GE -> and(rank, high);
            case NE, LIKE, ILIKE, RLIKE, IN, NOT_IN, IS_NULL, IS_NOT_NULL -> this;
        };
    }

    /** From this value on, in the order of the walk. */
    RankRange from(double value, boolean ascending) {
        long rank = Latest.rankOf(value);
        return ascending ? and(rank, high) : and(low, rank);
    }

    private RankRange and(long from, long to) {
        return new RankRange(Math.max(low, from), Math.min(high, to));
    }

    String text(String column, Binds binds) {
        return "%s >= %s AND %s <= %s".formatted(column, binds.integer(low), column, binds.integer(high));
    }
}
