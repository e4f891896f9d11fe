package dev.clew.statistics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.assertj.core.api.Assertions;

/** Reads the golden files (see {@code e2e/parity/statistics}) and compares numbers by the tolerances the project promises. */
public final class Golden {
    /** Deterministic statistics, distances and metrics. */
    public static final double STATISTIC = 1e-9;

    /** p-values, relative, down to 1e-300. */
    public static final double P_VALUE = 1e-7;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Golden() {}

    public static JsonNode read(String name) {
        try (var in = Golden.class.getResourceAsStream("/golden/" + name + ".json")) {
            return MAPPER.readTree(Objects.requireNonNull(in, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** A number, or the name of one that JSON cannot hold. */
    public static double number(JsonNode node) {
        return node.isTextual() ? Double.parseDouble(node.asText()) : node.asDouble();
    }

    public static double[] numbers(JsonNode node) {
        double[] values = new double[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(node.get(i));
        }
        return values;
    }

    /** Asserts |actual − expected| ≤ max(relative·|expected|, 1e-12 where the expected value is itself near 0). */
    public static void assertClose(String what, double actual, double expected, double relative) {
        if (Double.isNaN(expected) || Double.isInfinite(expected)) {
            Assertions.assertThat(actual).as(what).isEqualTo(expected);
            return;
        }
        assertClose(what, actual, expected, relative, relative == P_VALUE ? 1e-300 : 1e-12);
    }

    /** Asserts |actual − expected| ≤ max(relative·|expected|, absolute). */
    public static void assertClose(String what, double actual, double expected, double relative, double absolute) {
        double allowed = Math.max(relative * Math.abs(expected), absolute);
        Assertions.assertThat(actual).as(what).isBetween(expected - allowed, expected + allowed);
    }

    /** Uniforms in [0, 1) that the Python generators repeat bit by bit. */
    public static double[] lcg(int count, long seed) {
        double[] values = new double[count];
        long state = seed;
        for (int i = 0; i < count; i++) {
            state = 6364136223846793005L * state + 1442695040888963407L;
            values[i] = (state >>> 11) * 0x1p-53;
        }
        return values;
    }

    public static double[] power(double[] values, double exponent) {
        double[] powers = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            powers[i] = Math.pow(values[i], exponent);
        }
        return powers;
    }

    /**
     * Rows of several classes whose labels follow the scores.
     *
     * @param labels index of the true class per row
     * @param predictions index of the class with the largest score per row
     * @param scores one column per class, each row summing to 1
     */
    public record Multi(int[] labels, int[] predictions, double[][] scores) {
        /**
         * Labels drawn by the scores.
         *
         * @param columns one column of positive weights per class; scaled here to sum to 1 in each row
         * @param truth uniforms that draw the label
         */
        public static Multi drawn(double[][] columns, double[] truth) {
            int classes = columns.length;
            int[] labels = new int[truth.length];
            int[] predictions = new int[truth.length];
            for (int i = 0; i < truth.length; i++) {
                double sum = 0;
                for (double[] column : columns) {
                    sum += column[i];
                }
                double upTo = 0;
                int label = 0;
                for (int one = 0; one < classes; one++) {
                    columns[one][i] /= sum;
                    upTo += columns[one][i];
                    label += upTo < truth[i] ? 1 : 0;
                    predictions[i] = columns[one][i] > columns[predictions[i]][i] ? one : predictions[i];
                }
                labels[i] = Math.min(label, classes - 1);
            }
            return new Multi(labels, predictions, columns);
        }
    }
}
