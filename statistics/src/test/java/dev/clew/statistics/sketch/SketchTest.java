package dev.clew.statistics.sketch;

import static dev.clew.statistics.Golden.lcg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clew.statistics.Sample;
import dev.clew.statistics.distance.Ecdf;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SketchTest {
    private static NumberSketch sketch(int k, double... values) {
        var sketch = new NumberSketch(k);
        for (double value : values) {
            sketch.add(value);
        }
        return sketch;
    }

    @Test
    void ranksStayWithinTheErrorThatIsPromised() {
        int outside = 0;
        int looked = 0;
        for (int stream = 0; stream < 60; stream++) {
            double[] values = lcg(20_000, 400 + stream);
            NumberSketch sketch = sketch(NumberSketch.WINDOW, values);
            Sample exact = Sample.of(values);
            assertThat(sketch.rankError()).isLessThan(0.0135);
            for (int i = 1; i < 10; i++) {
                double value = exact.quantile(i / 10.0);
                double rank = (double) exact.countAtMost(value) / exact.size();
                outside += Math.abs(sketch.rank(value) - rank) > sketch.rankError() ? 1 : 0;
                looked++;
            }
            assertThat(sketch.mean()).isCloseTo(exact.mean(), within(1e-12));
            assertThat(sketch.standardDeviation()).isCloseTo(exact.standardDeviation(), within(1e-12));
            assertThat(sketch.distinct()).isCloseTo(20_000, within(20_000 * 0.065));
            assertThat(sketch.toBytes().length).isLessThan(12_288);
        }
        assertThat((double) outside / looked).isLessThan(0.03);
    }

    @Test
    void mergedHoursAreAsGoodAsOneDay() {
        double[] values = lcg(48_000, 7);
        var day = new NumberSketch(NumberSketch.WINDOW);
        for (int hour = 0; hour < 24; hour++) {
            day.merge(sketch(NumberSketch.WINDOW, Arrays.copyOfRange(values, hour * 2000, (hour + 1) * 2000)));
        }
        day.merge(sketch(NumberSketch.WINDOW, Double.NaN, Double.POSITIVE_INFINITY));
        Sample exact = Sample.of(values);
        assertThat(day.count()).isEqualTo(48_000);
        assertThat(day.missing()).isEqualTo(1);
        assertThat(day.infinite()).isEqualTo(1);
        assertThat(day.mean()).isCloseTo(exact.mean(), within(1e-12));
        assertThat(day.standardDeviation()).isCloseTo(exact.standardDeviation(), within(1e-12));
        assertThat(day.rank(exact.quantile(0.3))).isCloseTo(0.3, within(2 * day.rankError()));
        assertThat(day.distinct()).isCloseTo(48_000, within(48_000 * 0.065));
    }

    @Test
    void manySketchesAreMergedAsOneByOne() {
        java.util.List<NumberSketch> hours = new java.util.ArrayList<>();
        var day = new NumberSketch(NumberSketch.WINDOW);
        for (int hour = 0; hour < 24; hour++) {
            hours.add(sketch(NumberSketch.WINDOW, lcg(500, 40 + hour)));
            day.merge(hours.getLast());
        }
        hours.add(sketch(NumberSketch.WINDOW, Double.NaN));
        NumberSketch merged = NumberSketch.merged(hours, NumberSketch.WINDOW);
        assertThat(merged.count()).isEqualTo(day.count());
        assertThat(merged.mean()).isCloseTo(day.mean(), within(1e-12));
        assertThat(merged.distinct()).isCloseTo(day.distinct(), within(day.distinct() * 0.03));
        assertThat(merged.missing()).isEqualTo(1);
        assertThat(merged.rank(0.5)).isCloseTo(day.rank(0.5), within(2 * day.rankError()));
    }

    @Test
    void aStoredSketchIsTakenUpExactly() {
        NumberSketch sketch = sketch(NumberSketch.WINDOW, lcg(5_000, 3));
        byte[] bytes = sketch.toBytes();
        NumberSketch read = NumberSketch.of(bytes);
        assertThat(read.quantile(0.25)).isEqualTo(sketch.quantile(0.25));
        assertThat(read.distinct()).isEqualTo(sketch.distinct());
        assertThat(read.mean()).isEqualTo(sketch.mean());
        assertThat(read.sample()).containsExactly(sketch.sample());
        // What comes later is drawn alike.
        for (double value : lcg(3_000, 4)) {
            sketch.add(value);
            read.add(value);
        }
        assertThat(read.sample()).containsExactly(sketch.sample());
        assertThat(read.kurtosis()).isEqualTo(sketch.kurtosis());
        assertThat(bytes[0]).isEqualTo((byte) 2);
        bytes[0] = 1;
        assertThatThrownBy(() -> NumberSketch.of(bytes)).hasMessageContaining("no sketch of version 2");
        assertThatThrownBy(() -> NumberSketch.of(new byte[] {1, 2})).hasMessageContaining("rebuild it from the rows");
        assertThatThrownBy(() -> NumberSketch.of(Arrays.copyOf(sketch.toBytes(), 60)))
                .hasMessageContaining("no sketch of version 2");
    }

    @Test
    void theGapOfTwoSketchesIsTheExactOneWithinItsBound() {
        for (int i = 0; i < 30; i++) {
            double[] left = lcg(15_000, 900 + i);
            double[] right = lcg(9_000, 950 + i);
            for (int j = 0; j < right.length; j++) {
                right[j] = Math.pow(right[j], 1 + i * 0.02);
            }
            double exact = Ecdf.largestGap(Sample.of(left), Sample.of(right));
            var found = SketchDrift.kolmogorovSmirnov(
                    sketch(NumberSketch.REFERENCE, left), sketch(NumberSketch.WINDOW, right));
            assertThat(found.value()).isCloseTo(exact, within(found.error()));
        }
    }

    @Test
    void aThresholdInsideTheBoundAsksForTheExactNumber() {
        var bounded = new SketchDrift.Bounded(0.1, 0.02);
        assertThat(bounded.decide(0.05)).isEqualTo(SketchDrift.Decision.DRIFT);
        assertThat(bounded.decide(0.2)).isEqualTo(SketchDrift.Decision.NO_DRIFT);
        assertThat(bounded.decide(0.11)).isEqualTo(SketchDrift.Decision.UNCERTAIN);
        assertThat(bounded.decided(0.11, () -> 0.105).decide(0.11)).isEqualTo(SketchDrift.Decision.NO_DRIFT);
        assertThat(bounded.decided(0.2, () -> {
                    throw new AssertionError("needless");
                }))
                .isEqualTo(bounded);
        assertThatThrownBy(() -> SketchDrift.kolmogorovSmirnov(new NumberSketch(200), new NumberSketch(200)))
                .hasMessageContaining("Widen the window");
        // Few values are all kept: the answer is exact.
        assertThat(SketchDrift.kolmogorovSmirnov(sketch(200, 1, 2, 3), sketch(200, 2, 3, 4))
                        .error())
                .isZero();
    }

    private static LevelSketch levels(int count, int different, long seed) {
        var sketch = new LevelSketch();
        for (double value : lcg(count, seed)) {
            // Squared, so that some levels are frequent and most are rare.
            sketch.add("level " + (int) (value * value * different));
        }
        return sketch;
    }

    @Test
    void fewLevelsAreCountedExactlyAlsoMerged() {
        LevelSketch whole = levels(20_000, 700, 5);
        whole.add(null);
        var exact = new java.util.HashMap<String, Long>();
        for (double value : lcg(20_000, 5)) {
            exact.merge("level " + (int) (value * value * 700), 1L, Long::sum);
        }
        assertThat(whole.error()).isZero();
        assertThat(whole.frequent()).isEqualTo(exact);
        assertThat(whole.exact().counts()).isEqualTo(exact);
        assertThat(whole.missing()).isEqualTo(1);
        assertThat(whole.distinct()).isCloseTo(exact.size(), within(exact.size() * 0.05));
        var merged = new LevelSketch();
        merged.merge(levels(20_000, 700, 5));
        merged.merge(levels(20_000, 700, 5));
        merged.frequent().forEach((level, count) -> assertThat(count).isEqualTo(2 * exact.getOrDefault(level, 0L)));
        LevelSketch read = LevelSketch.of(whole.toBytes());
        assertThat(read.frequent()).isEqualTo(whole.frequent());
        assertThat(read.missing()).isEqualTo(1);
    }

    @Test
    void manyLevelsStayBoundedAndTheirErrorIsKept() {
        LevelSketch sketch = levels(200_000, 50_000, 9);
        var exact = new java.util.HashMap<String, Long>();
        for (double value : lcg(200_000, 9)) {
            exact.merge("level " + (int) (value * value * 50_000), 1L, Long::sum);
        }
        assertThat(sketch.error()).isPositive().isLessThan(1_000);
        sketch.frequent()
                .forEach((level, count) ->
                        assertThat(count - exact.getOrDefault(level, 0L)).isBetween(0L, sketch.error()));
        assertThat(sketch.toBytes().length).isLessThan(48_000);
        assertThatThrownBy(sketch::exact).hasMessageContaining("compute from the rows");
        byte[] wrong = sketch.toBytes();
        wrong[0] = 9;
        assertThatThrownBy(() -> LevelSketch.of(wrong)).hasMessageContaining("no sketch of version 2");
        assertThatThrownBy(() -> LevelSketch.of(new byte[] {1})).hasMessageContaining("no sketch of version 2");
    }

    @Test
    void countsOverTheReferencesEdgesGiveTheExactDistanceHoweverManyHoursAreMerged() {
        double[] left = lcg(5_000, 1);
        double[] right = Arrays.stream(lcg(4_800, 2)).map(x -> x * 1.1).toArray();
        double[] edges = dev.clew.statistics.distance.Binning.linear(0, 1, 12);
        var reference = new BinnedCounts(edges);
        Arrays.stream(left).forEach(reference::add);
        var day = new BinnedCounts(edges);
        for (int hour = 0; hour < 24; hour++) {
            var own = new BinnedCounts(edges);
            Arrays.stream(right, hour * 200, hour * 200 + 200).forEach(own::add);
            day.merge(BinnedCounts.of(own.toBytes()));
        }
        day.add(Double.NaN);
        assertThat(day.missing()).isEqualTo(1);
        assertThat(day.count()).isEqualTo(4_800);
        assertThat(day.outside())
                .isEqualTo(Arrays.stream(right).filter(x -> x > 1).count())
                .isPositive();
        assertThat(day.bins()).isEqualTo(dev.clew.statistics.distance.Binning.counts(Sample.of(right), edges));
        double[] p = new double[13];
        double[] q = new double[13];
        for (int i = 0; i < 12; i++) {
            p[i] = reference.bins()[i] / 5_000.0;
            q[i] = day.bins()[i] / 4_800.0;
        }
        q[12] = day.outside() / 4_800.0;
        assertThat(dev.clew.statistics.distance.Divergence.jensenShannon(BinnedCounts.proportions(reference, day), 2))
                .isEqualTo(dev.clew.statistics.distance.Divergence.jensenShannon(
                        new dev.clew.statistics.distance.Proportions(p, q), 2));
        var edge = new BinnedCounts(0, 1, 2);
        for (double value : new double[] {-0.0, 1, 2, 2.1, Double.POSITIVE_INFINITY}) {
            edge.add(value);
        }
        assertThat(edge.bins()).containsExactly(1, 2);
        assertThat(edge.outside()).isEqualTo(2);
        assertThatThrownBy(() -> new BinnedCounts(1, 1)).hasMessageContaining("ascend");
        assertThatThrownBy(() -> edge.merge(day)).hasMessageContaining("other edges");
        assertThatThrownBy(() -> BinnedCounts.of(new byte[] {1, 0, 0, 0, 2})).hasMessageContaining("no sketch");
    }

    @Test
    void whatWaitsInABlockIsSeenByEveryAnswer() {
        var sketch = new NumberSketch(NumberSketch.WINDOW);
        for (int i = 0; i < 1_300; i++) {
            sketch.add(i % 13);
            if (i % 97 == 0) {
                assertThat(sketch.count()).isEqualTo(i + 1);
            }
        }
        assertThat(sketch.zeros()).isEqualTo(100);
        assertThat(sketch.mean()).isCloseTo(6, within(1e-12));
        assertThat(NumberSketch.of(sketch.toBytes()).zeros()).isEqualTo(100);
    }

    @Test
    void ranksOfLongStreamsAndOfManySketchesStayWithinTheError() {
        int outside = 0;
        int looked = 0;
        for (int stream = 0; stream < 8; stream++) {
            double[] values = lcg(1_100_000, 70 + stream);
            NumberSketch one = sketch(NumberSketch.WINDOW, values);
            java.util.List<NumberSketch> hours = new java.util.ArrayList<>();
            for (int hour = 0; hour < 1_100; hour++) {
                hours.add(sketch(NumberSketch.WINDOW, Arrays.copyOfRange(values, hour * 1_000, (hour + 1) * 1_000)));
            }
            NumberSketch merged = NumberSketch.merged(hours, NumberSketch.REFERENCE);
            assertThat(one.count()).isEqualTo(merged.count()).isEqualTo(1_100_000);
            assertThat(merged.rankError()).isEqualTo(one.rankError());
            assertThat(merged.distinct()).isCloseTo(1_100_000, within(1_100_000 * 0.065));
            Sample exact = Sample.of(values);
            for (int i = 1; i < 20; i++) {
                double value = exact.quantile(i / 20.0);
                double rank = (double) exact.countAtMost(value) / exact.size();
                outside += Math.abs(one.rank(value) - rank) > one.rankError() ? 1 : 0;
                outside += Math.abs(merged.rank(value) - rank) > merged.rankError() ? 1 : 0;
                looked += 2;
            }
            // A stream that is asked in its middle is as good, and a stored one goes on.
            NumberSketch stored = NumberSketch.of(one.toBytes());
            Arrays.stream(values, 0, 1_001).forEach(stored::add);
            assertThat(stored.count()).isEqualTo(1_101_001);
            assertThat(NumberSketch.of(stored.toBytes()).count()).isEqualTo(1_101_001);
            assertThat(stored.rank(0.5)).isCloseTo(0.5, within(0.02));
        }
        assertThat((double) outside / looked).isLessThan(0.01);
    }

    @Test
    void momentsAreExactAlsoMerged() {
        double[] values = lcg(30_000, 12);
        for (int i = 0; i < values.length; i++) {
            values[i] = 1e4 + Math.exp(3 * values[i]);
        }
        double mean = Arrays.stream(values).average().orElseThrow();
        double second =
                Arrays.stream(values).map(x -> Math.pow(x - mean, 2)).average().orElseThrow();
        double third =
                Arrays.stream(values).map(x -> Math.pow(x - mean, 3)).average().orElseThrow();
        double fourth =
                Arrays.stream(values).map(x -> Math.pow(x - mean, 4)).average().orElseThrow();
        java.util.List<NumberSketch> parts = new java.util.ArrayList<>();
        for (int from = 0, size = 1; from < values.length; from += size, size = size * 2 + 7) {
            parts.add(sketch(
                    NumberSketch.WINDOW, Arrays.copyOfRange(values, from, Math.min(values.length, from + size))));
        }
        var oneByOne = new NumberSketch(NumberSketch.WINDOW);
        parts.forEach(oneByOne::merge);
        for (NumberSketch all : java.util.List.of(
                sketch(NumberSketch.WINDOW, values), oneByOne, NumberSketch.merged(parts, NumberSketch.WINDOW))) {
            assertThat(all.mean()).isCloseTo(mean, within(1e-9 * mean));
            assertThat(all.standardDeviation()).isCloseTo(Math.sqrt(second), within(1e-9 * Math.sqrt(second)));
            assertThat(all.skewness()).isCloseTo(third / Math.pow(second, 1.5), within(1e-9));
            assertThat(all.kurtosis()).isCloseTo(fourth / (second * second) - 3, within(1e-9));
        }
        assertThat(sketch(NumberSketch.WINDOW, 3, 3, 3).skewness()).isNaN();
        assertThat(new NumberSketch(NumberSketch.WINDOW).kurtosis()).isNaN();
    }

    @Test
    void theSampleIsUniformWithoutReplacementAlsoMerged() {
        int rows = 60_000;
        int bins = 30;
        long[][] counts = new long[3][bins];
        for (int stream = 0; stream < 60; stream++) {
            double first = 1e6 * (stream + 1);
            java.util.List<NumberSketch> parts = new java.util.ArrayList<>();
            var whole = new NumberSketch(NumberSketch.WINDOW);
            var oneByOne = new NumberSketch(NumberSketch.WINDOW);
            // Unequal parts, some smaller than the sample, some empty.
            for (int from = 0, size = 0; from < rows; from += size, size = size * 3 + stream) {
                double[] part = new double[Math.min(size, rows - from)];
                for (int i = 0; i < part.length; i++) {
                    part[i] = first + from + i;
                    whole.add(part[i]);
                }
                parts.add(sketch(NumberSketch.WINDOW, part));
                oneByOne.merge(parts.getLast());
                size = size == 0 && stream == 0 ? 1 : size;
            }
            NumberSketch merged = NumberSketch.merged(parts, NumberSketch.WINDOW);
            double[][] samples = {whole.sample(), oneByOne.sample(), merged.sample()};
            for (int i = 0; i < samples.length; i++) {
                assertThat(samples[i]).hasSize(512).doesNotHaveDuplicates();
                for (double value : samples[i]) {
                    counts[i][(int) ((value - first) * bins / rows)]++;
                }
            }
        }
        for (long[] own : counts) {
            double expected = 60.0 * 512 / bins;
            double statistic = Arrays.stream(own)
                    .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                    .sum();
            assertThat(dev.clew.statistics.distribution.ChiSquared.sf(statistic, bins - 1))
                    .isBetween(1e-4, 1 - 1e-4);
        }
        assertThat(sketch(NumberSketch.WINDOW, 4, 5, Double.NaN).sample()).containsExactlyInAnyOrder(4, 5);
    }

    private static KeySketch keys(int from, int to) {
        var sketch = new KeySketch();
        for (int i = from; i < to; i++) {
            sketch.add("person " + i);
            sketch.add("person " + i);
        }
        return sketch;
    }

    @Test
    void fewKeysAreCountedExactly() {
        KeySketch week = keys(0, 2_000);
        KeySketch next = keys(1_500, 3_000);
        next.add("");
        assertThat(week.size()).isEqualTo(new KeySketch.Size(2_000, 2_000, 2_000));
        assertThat(next.size().estimate()).isEqualTo(1_501);
        assertThat(KeySketch.common(week, next).estimate()).isEqualTo(500);
        assertThat(KeySketch.either(week, next).estimate()).isEqualTo(3_001);
        assertThat(KeySketch.missing(week, next).estimate()).isEqualTo(1_500);
        KeySketch both = KeySketch.of(week.toBytes());
        both.merge(next);
        both.add("one more");
        both.add("person 7");
        assertThat(both.size().estimate()).isEqualTo(3_002);
        assertThat(KeySketch.of(both.toBytes()).size()).isEqualTo(both.size());
        assertThat(new KeySketch().size().high()).isZero();
        assertThat(KeySketch.common(new KeySketch(), week).estimate()).isZero();
    }

    @Test
    void manyKeysStayBoundedAndWithinTheBoundsThatAreSaid() {
        int outside = 0;
        for (int stream = 0; stream < 40; stream++) {
            int from = stream * 1_000_000;
            KeySketch week = keys(from, from + 40_000);
            KeySketch next = keys(from + 30_000, from + 80_000);
            assertThat(week.size().estimate()).isCloseTo(40_000, within(40_000 * 0.065));
            assertThat(week.toBytes().length).isLessThan(66_000);
            outside += holds(week.size(), 40_000) ? 0 : 1;
            outside += holds(KeySketch.common(week, next), 10_000) ? 0 : 1;
            outside += holds(KeySketch.either(week, next), 80_000) ? 0 : 1;
            outside += holds(KeySketch.missing(week, next), 30_000) ? 0 : 1;
        }
        assertThat(outside).isLessThan(16);
        byte[] wrong = keys(0, 5).toBytes();
        assertThatThrownBy(() -> KeySketch.of(Arrays.copyOf(wrong, 9))).hasMessageContaining("no sketch of version 1");
        wrong[0] = 7;
        assertThatThrownBy(() -> KeySketch.of(wrong)).hasMessageContaining("no sketch of version 1");
    }

    private static boolean holds(KeySketch.Size size, double truth) {
        return size.low() <= truth && truth <= size.high();
    }
}
