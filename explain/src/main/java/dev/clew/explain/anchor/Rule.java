package dev.clew.explain.anchor;

import java.util.BitSet;

/** A candidate: which features are fixed to their bins, which training rows that covers, and what sampling said so far. */
final class Rule {
    final BitSet features;
    final BitSet covered;
    long samples;
    long alike;

    Rule(BitSet features, BitSet covered) {
        this.features = features;
        this.covered = covered;
    }

    double precision() {
        return samples == 0 ? 0 : (double) alike / samples;
    }

    double upper(double level) {
        return Bernoulli.upper(precision(), samples, level);
    }

    double lower(double level) {
        return Bernoulli.lower(precision(), samples, level);
    }
}
