package dev.clew.explain.agnostic;

import java.util.BitSet;
import java.util.List;

/** A game of players: what coalitions are worth, as far as a budget pays for it. */
interface Coalitions {
    int players();

    int outputs();

    /** Coalitions that the rest of the budget pays for; 0 when the time is over. */
    long affordable();

    /** Values per output of coalitions, in order. */
    List<double[]> values(List<BitSet> coalitions);
}
