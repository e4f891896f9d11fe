package dev.clew.statistics.drift;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How far apart two samples of one distribution lie by chance: the 0.95 quantile of the distance between pairs of bootstrap samples
 * of the reference, of the two sizes at hand.
 *
 * <p>A fixed threshold on a distance alarms on small windows without any drift (200 against 150 equal rows: PSI about 0.1). Own
 * generator with a fixed seed, so the same input gives the same number. 200 rounds of O(n + m). Stateless, thread-safe.
 */
final class NullDistance {
    private static final int ROUNDS = 200;
    private static final double LEVEL = 0.95;
    private static final int MAX_ROWS = 10_000;

    private NullDistance() {}

    static double quantile(DriftMethod method, Sample reference, long currentSize) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        int n = Math.min(reference.size(), MAX_ROWS);
        int m = (int) Math.min(currentSize, MAX_ROWS);
        double[] distances = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            distances[round] = DriftScores.of(method, draw(random, reference, n), draw(random, reference, m));
        }
        return Sample.of(distances).quantile(LEVEL);
    }

    private static Sample draw(RandomGenerator random, Sample reference, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = reference.at(random.nextInt(reference.size()));
        }
        return Sample.taking(values, count);
    }

    static double quantile(DriftMethod method, Categories reference, long currentSize) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        String[] levels = reference.counts().keySet().toArray(String[]::new);
        long[] upTo = new long[levels.length];
        long sum = 0;
        for (int i = 0; i < levels.length; i++) {
            sum += reference.count(levels[i]);
            upTo[i] = sum;
        }
        long n = Math.min(reference.size(), MAX_ROWS);
        long m = Math.min(currentSize, MAX_ROWS);
        double[] distances = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            distances[round] = DriftScores.of(method, draw(random, levels, upTo, n), draw(random, levels, upTo, m));
        }
        return Sample.of(distances).quantile(LEVEL);
    }

    private static Categories draw(RandomGenerator random, String[] levels, long[] upTo, long count) {
        long[] drawn = new long[levels.length];
        for (long i = 0; i < count; i++) {
            int at = Arrays.binarySearch(upTo, random.nextLong(upTo[upTo.length - 1]) + 1);
            drawn[at < 0 ? -at - 1 : at]++;
        }
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < levels.length; i++) {
            counts.put(levels[i], drawn[i]);
        }
        return Categories.ofCounts(counts, 0);
    }
}
