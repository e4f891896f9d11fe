package dev.clew.explain.agnostic;

import dev.clew.explain.attribution.Flag;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a method found about one game.
 *
 * @param phi per output and player
 * @param stdError like phi, null for methods that do not sample
 * @param unresolved Σ |credit| that a budget left to clusters of players undivided; per output
 */
@SuppressWarnings("ArrayRecordComponent")
record Solution(double[][] phi, double @Nullable [][] stdError, Set<Flag> flags, double[] unresolved) {
    Solution(double[][] phi, double @Nullable [][] stdError, Set<Flag> flags) {
        this(phi, stdError, flags, new double[phi.length]);
    }

    static Solution exact(double[][] phi) {
        return new Solution(phi, null, Set.of());
    }
}
