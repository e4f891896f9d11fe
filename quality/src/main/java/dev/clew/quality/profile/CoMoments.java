package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Sums of which Pearson's r of every pair of columns is made, and that of two parts together (Pébay 2008, equation 3.8 for weights).
 *
 * @param columns names, in the order of the file
 * @param pairs of the pairs (0, 1), (0, 2) … (1, 2) …: weight, both means, both sums of squares and the sum of products around them
 */
record CoMoments(List<String> columns, double[][] pairs) {
    private static final int NUMBERS = 6;

    /** Of rows in memory, each of which stands for {@code weight} rows of the table. */
    static CoMoments of(List<String> columns, List<double[]> values, double weight) {
        List<double[]> pairs = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            for (int j = i + 1; j < values.size(); j++) {
                double[] sums = Pairs.sums(values.get(i), values.get(j));
                sums[0] *= weight;
                for (int k = 3; k < NUMBERS; k++) {
                    sums[k] *= weight;
                }
                pairs.add(sums);
            }
        }
        return new CoMoments(columns, pairs.toArray(double[][]::new));
    }

    /** Of several parts together; of the columns that all of them have. */
    static CoMoments merged(List<CoMoments> parts) {
        List<String> columns = parts.getFirst().columns.stream()
                .filter(name -> parts.stream().allMatch(part -> part.columns.contains(name)))
                .toList();
        List<double[]> pairs = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            for (int j = i + 1; j < columns.size(); j++) {
                double[] sums = new double[NUMBERS];
                for (CoMoments part : parts) {
                    join(sums, part.pair(columns.get(i), columns.get(j)));
                }
                pairs.add(sums);
            }
        }
        return new CoMoments(columns, pairs.toArray(double[][]::new));
    }

    private double[] pair(String left, String right) {
        int i = columns.indexOf(left);
        int j = columns.indexOf(right);
        if (i <= j) {
            return pairs[place(i, j)];
        }
        double[] turned = pairs[place(j, i)];
        return new double[] {turned[0], turned[2], turned[1], turned[4], turned[3], turned[5]};
    }

    private int place(int i, int j) {
        return i * (2 * columns.size() - i - 1) / 2 + j - i - 1;
    }

    private static void join(double[] into, double[] other) {
        if (other[0] == 0) {
            return;
        }
        double total = into[0] + other[0];
        double x = other[1] - into[1];
        double y = other[2] - into[2];
        double shared = into[0] * other[0] / total;
        into[3] += other[3] + x * x * shared;
        into[4] += other[4] + y * y * shared;
        into[5] += other[5] + x * y * shared;
        into[1] += x * other[0] / total;
        into[2] += y * other[0] / total;
        into[0] = total;
    }

    /** Pearson's r of every pair that has spread. */
    List<Pair> pearson() {
        List<Pair> all = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            for (int j = i + 1; j < columns.size(); j++) {
                double r = Pairs.pearson(pairs[place(i, j)]);
                if (!Double.isNaN(r)) {
                    all.add(new Pair(columns.get(i), columns.get(j), r));
                }
            }
        }
        return all;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        columns.forEach(json.putArray("columns")::add);
        var bytes = ByteBuffer.allocate(pairs.length * NUMBERS * Double.BYTES);
        for (double[] pair : pairs) {
            for (double number : pair) {
                bytes.putDouble(number);
            }
        }
        return json.put("sums", bytes.array());
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static CoMoments of(JsonNode json) {
        List<String> columns = new ArrayList<>();
        json.path("columns").forEach(name -> columns.add(name.asText()));
        var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(json.path("sums").asText()));
        int count = columns.size() * (columns.size() - 1) / 2;
        if (bytes.remaining() != count * NUMBERS * Double.BYTES) {
            throw new IllegalArgumentException("These are not the sums of %d pairs.".formatted(count));
        }
        double[][] pairs = new double[count][NUMBERS];
        for (double[] pair : pairs) {
            bytes.asDoubleBuffer().get(pair);
            bytes.position(bytes.position() + NUMBERS * Double.BYTES);
        }
        return new CoMoments(List.copyOf(columns), pairs);
    }
}
