package dev.clew.explain.model;

/**
 * The way from margins, where trees and linear terms add up, to what the model reports.
 *
 * <p>Exponentials come from {@link StrictMath}, so results are the same on every machine.
 *
 * @param slope factor of the margin inside the logistic function; 1 except for LightGBM's {@code sigmoid:a}
 */
public record Link(Kind kind, double slope) {
    /** Shape of the link. */
    public enum Kind {
        IDENTITY,
        /** Each output on its own: 1 / (1 + exp(−slope · margin)). */
        LOGISTIC,
        /** Over all outputs of a row. */
        SOFTMAX,
        EXP,
        /** sign(m) · m², LightGBM's {@code reg_sqrt}. */
        SIGNED_SQUARE,
        /** 1 if the margin is above 0, else 0. */
        HINGE,
        /** Standard normal distribution function. */
        PROBIT,
        /** log(1 + exp(margin)), LightGBM's {@code cross_entropy_lambda}. */
        SOFTPLUS
    }

    /** Margins are reported as they are. */
    public static final Link IDENTITY = new Link(Kind.IDENTITY, 1);
    /** Probabilities of log-odds. */
    public static final Link LOGISTIC = new Link(Kind.LOGISTIC, 1);
    /** Probabilities of several classes together. */
    public static final Link SOFTMAX = new Link(Kind.SOFTMAX, 1);
    /** Counts and amounts of logarithms. */
    public static final Link EXP = new Link(Kind.EXP, 1);

    private static final double[] NUMERATOR = {
        3.52624965998911e-02,
        0.700383064443688,
        6.37396220353165,
        33.912866078383,
        112.079291497871,
        221.213596169931,
        220.206867912376
    };
    private static final double[] DENOMINATOR = {
        8.83883476483184e-02,
        1.75566716318264,
        16.064177579207,
        86.7807322029461,
        296.564248779674,
        637.333633378831,
        793.826512519948,
        440.413735824752
    };

    /** Turns the margins of one row into reported values, in place. */
    public void apply(double[] values, int from, int outputs) {
        if (kind == Kind.SOFTMAX) {
            softmax(values, from, outputs);
            return;
        }
        for (int i = from; i < from + outputs; i++) {
            values[i] = single(values[i]);
        }
    }

    /** The reported value of one margin; for {@code SOFTMAX} the margin itself. */
    public double single(double margin) {
        return switch (kind) {
            case IDENTITY, SOFTMAX -> margin;
            case LOGISTIC -> logistic(slope * margin);
            case EXP -> StrictMath.exp(margin);
            case SIGNED_SQUARE -> margin * Math.abs(margin);
            case HINGE -> margin > 0 ? 1 : 0;
            case PROBIT -> normal(margin);
            case SOFTPLUS ->
                margin > 0
                        ? margin + StrictMath.log1p(StrictMath.exp(-margin))
                        : StrictMath.log1p(StrictMath.exp(margin));
        };
    }

    /** 1 / (1 + exp(−x)), without overflow. */
    public static double logistic(double x) {
        return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
    }

    private static void softmax(double[] values, int from, int outputs) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + outputs; i++) {
            max = Math.max(max, values[i]);
        }
        double sum = 0;
        for (int i = from; i < from + outputs; i++) {
            values[i] = StrictMath.exp(values[i] - max);
            sum += values[i];
        }
        for (int i = from; i < from + outputs; i++) {
            values[i] /= sum;
        }
    }

    /** Hart (1968) algorithm 5666 as given by West (2005), "Better approximations to cumulative normal functions". */
    static double normal(double x) {
        double z = Math.abs(x);
        if (z > 37) {
            return x > 0 ? 1 : 0;
        }
        double e = StrictMath.exp(-z * z / 2);
        double tail;
        if (z < 7.07106781186547) {
            tail = e * horner(NUMERATOR, z) / horner(DENOMINATOR, z);
        } else {
            tail = e / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / 2.506628274631;
        }
        return x > 0 ? 1 - tail : tail;
    }

    private static double horner(double[] coefficients, double z) {
        double sum = 0;
        for (double coefficient : coefficients) {
            sum = sum * z + coefficient;
        }
        return sum;
    }
}
