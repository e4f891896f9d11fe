package dev.clew.explain.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which trees of an ensemble came in which round of boosting. Immutable; nobody writes to the array.
 *
 * @param ends number of trees after each round, ascending; empty where the file does not tell rounds apart
 * @param best the round that early stopping found best, counted from 1; 0 if the file names none
 * @param inFile rounds of the whole file
 */
@SuppressWarnings("ArrayRecordComponent")
record Rounds(int[] ends, int best, int inFile) {
    static final Rounds NONE = new Rounds(new int[0], 0, 0);

    static Rounds of(int[] ends, int best) {
        return new Rounds(ends, best, ends.length);
    }

    /** Rounds of equally many trees each. */
    static Rounds each(int trees, int perRound) {
        return of(
                IntStream.rangeClosed(1, trees / perRound)
                        .map(round -> round * perRound)
                        .toArray(),
                0);
    }

    Rounds first(int rounds) {
        return new Rounds(Arrays.copyOf(ends, rounds), best, inFile);
    }
}
