package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.model.OnnxReader.Columns;

/** A comparison on a scaled or imputed column, turned into one on the raw feature. */
record OnnxSplit(byte op, double threshold, byte missing) {
    /** @param missingTrue whether NaN follows the true branch; otherwise a comparison with NaN is false */
    static OnnxSplit of(Columns columns, int column, byte op, double threshold, boolean missingTrue, int[] set) {
        double imputed = columns.imputed()[column];
        boolean left = missingTrue || op == Split.NE;
        if (!Double.isNaN(imputed)) {
            left = holds(op, (float) ((imputed - columns.offset()[column]) * columns.scale()[column]), threshold, set);
        }
        byte missing = left ? Split.MISSING_LEFT : 0;
        if (columns.isPlain(column)) {
            return new OnnxSplit(op, threshold, missing);
        }
        if (op > Split.GE) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL, "The ONNX trees compare a scaled column for equality; this is not read.");
        }
        double offset = columns.offset()[column];
        double scale = columns.scale()[column];
        return new OnnxSplit(flipped(op, scale), raw(op, threshold, offset, scale), missing);
    }

    private static boolean holds(byte op, double x, double threshold, int[] set) {
        return switch (op) {
            case Split.LE -> x <= threshold;
            case Split.LT -> x < threshold;
            case Split.GE -> x >= threshold;
            case Split.GT -> x > threshold;
            case Split.EQ -> x == threshold;
            case Split.NE -> x != threshold;
            default -> java.util.Arrays.stream(set).anyMatch(member -> member == x);
        };
    }

    private static byte flipped(byte op, double scale) {
        if (scale > 0) {
            return op;
        }
        return switch (op) {
            case Split.LE -> Split.GE;
            case Split.LT -> Split.GT;
            case Split.GE -> Split.LE;
            default -> Split.LT;
        };
    }

    /**
     * The float at which the scaled comparison changes sides: scaling in float is monotone, so the change is found by
     * halving the floats in their order, and rows fall exactly as they do in the graph.
     */
    private static double raw(byte op, double threshold, double offset, double scale) {
        float o = (float) offset;
        float s = (float) scale;
        int low = order(Float.NEGATIVE_INFINITY);
        int high = order(Float.POSITIVE_INFINITY);
        boolean atLow = holds(op, (value(low) - o) * s, threshold, new int[0]);
        while (high - (long) low > 1) {
            int middle = (int) (((long) low + high) >> 1);
            if (holds(op, (value(middle) - o) * s, threshold, new int[0]) == atLow) {
                low = middle;
            } else {
                high = middle;
            }
        }
        // Operators that include their threshold take the last float on their own side, the others the first beyond.
        byte result = flipped(op, scale);
        return switch (result) {
            case Split.LE, Split.GT -> value(low);
            default -> value(high);
        };
    }

    private static int order(float value) {
        int bits = Float.floatToIntBits(value);
        return bits >= 0 ? bits : Integer.MIN_VALUE - bits;
    }

    private static float value(int order) {
        return Float.intBitsToFloat(order >= 0 ? order : Integer.MIN_VALUE - order);
    }
}
