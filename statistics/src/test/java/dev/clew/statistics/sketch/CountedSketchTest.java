package dev.clew.statistics.sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Sketches made of what was sorted or counted already. */
class CountedSketchTest {
    private static double[] sorted(int count, long seed) {
        var random = new Random(seed);
        double[] values = random.doubles(count).map(each -> -Math.log(1 - each)).toArray();
        Arrays.sort(values);
        return values;
    }

    /** The largest distance between the share of values below a quantile and the share that was asked. */
    private static double worst(NumberSketch sketch, double[] sorted) {
        double worst = 0;
        for (int percent = 1; percent < 100; percent++) {
            double at = percent / 100.0;
            int found = Arrays.binarySearch(sorted, sketch.quantile(at));
            worst = Math.max(worst, Math.abs((found < 0 ? -found - 1 : found) / (double) sorted.length - at));
        }
        return worst;
    }

    @Test
    void sortedValuesMakeTheSketchThatAddingThemMakes() {
        for (int count : new int[] {0, 1, 300, 16_384, 32_768, 40_001, 300_000}) {
            double[] values = sorted(count, count);
            var sketch = NumberSketch.ofSorted(values, 3, 2, NumberSketch.REFERENCE, Double.MAX_VALUE);
            var added = new NumberSketch(NumberSketch.REFERENCE);
            Arrays.stream(values).forEach(added::add);
            assertThat(sketch.count()).isEqualTo(count);
            assertThat(sketch.missing()).isEqualTo(3);
            assertThat(sketch.infinite()).isEqualTo(2);
            assertThat(sketch.distinct()).isCloseTo(added.distinct(), within(1e-9 * count));
            assertThat(sketch.sample()).hasSize(Math.min(512, count));
            if (count > 0) {
                assertThat(sketch.mean()).isCloseTo(added.mean(), within(1e-12));
                assertThat(sketch.standardDeviation()).isCloseTo(added.standardDeviation(), within(1e-12));
                assertThat(sketch.quantile(0)).isEqualTo(values[0]);
                assertThat(sketch.quantile(1)).isEqualTo(values[count - 1]);
                assertThat(worst(sketch, values)).isLessThanOrEqualTo(sketch.rankError() + (1 + 1e-9) / count);
                assertThat(NumberSketch.of(sketch.toBytes()).quantile(0.3)).isEqualTo(sketch.quantile(0.3));
            }
        }
    }

    @Test
    void partsOfSortedValuesMergeWithinTheErrorOfOneSketch() {
        for (int seed = 0; seed < 20; seed++) {
            List<NumberSketch> parts = new ArrayList<>();
            double[] all = new double[0];
            for (int size : new int[] {50_000, 1_000, 130_000, 7}) {
                double[] part = sorted(size, seed * 31L + size);
                parts.add(NumberSketch.ofSorted(part, 0, 0, NumberSketch.REFERENCE, Double.MAX_VALUE));
                int before = all.length;
                all = Arrays.copyOf(all, before + size);
                System.arraycopy(part, 0, all, before, size);
            }
            Arrays.sort(all);
            NumberSketch merged = NumberSketch.merged(parts, NumberSketch.REFERENCE);
            assertThat(merged.count()).isEqualTo(all.length);
            assertThat(merged.rankError()).isBetween(0.005, 0.0075);
            assertThat(worst(merged, all)).isLessThan(merged.rankError());
            assertThat(merged.distinct()).isCloseTo(all.length, within(0.05 * all.length));
        }
    }

    @Test
    void valuesThatDoublesCannotTellApartAreToldApartByKeys() {
        double wide = 0x1.0p60;
        var sketch =
                NumberSketch.ofSorted(new double[] {1, 2, wide, wide, wide}, 0, 0, NumberSketch.REFERENCE, 0x1.0p53);
        assertThat(sketch.distinct()).isCloseTo(2, within(1e-6));
        LongStream.of(7, 8, 9).forEach(sketch::addKey);
        assertThat(sketch.distinct()).isCloseTo(5, within(1e-6));
        assertThat(sketch.count()).isEqualTo(5);
    }

    private static LevelSketch counted(Map<String, Long> most, long left, long leftMost, long missing, long... keys) {
        var sketch = LevelSketch.ofCounts(most, left, leftMost, missing);
        LongStream.of(keys).forEach(sketch::addKey);
        return sketch;
    }

    @Test
    void countsOfLevelsMergeAndSayHowFarTheyMayBeOff() {
        var whole = counted(Map.of("a", 5L, "b", 3L), 0, 0, 1, 1, 2);
        assertThat(whole.isExact()).isTrue();
        assertThat(whole.count()).isEqualTo(8);
        var more = counted(Map.of("a", 4L), 6, 2, 0, 1, 3, 4, 5);
        assertThat(more.isExact()).isFalse();
        whole.merge(LevelSketch.of(more.toBytes()));
        assertThat(whole.count()).isEqualTo(18);
        assertThat(whole.missing()).isEqualTo(1);
        assertThat(whole.frequent()).containsExactly(Map.entry("a", 9L), Map.entry("b", 3L));
        assertThat(whole.error()).isZero();
        assertThat(whole.shortfall()).isEqualTo(2);
        assertThat(whole.distinct()).isCloseTo(5, within(1e-6));
        assertThatThrownBy(whole::exact).hasMessageContaining("off by 2 rows; compute from the rows");
    }

    @Test
    void levelsToldApartInTwoWaysAreNotMerged() {
        var hashed = counted(Map.of("a", 5L), 0, 0, 0, 1);
        var added = new LevelSketch();
        new LevelSketch().merge(hashed);
        added.add("a");
        assertThatThrownBy(() -> added.merge(hashed)).hasMessageContaining("make both in one way");
        assertThatThrownBy(() -> hashed.add("a")).hasMessageContaining("merge another such sketch");
        var empty = new LevelSketch();
        empty.merge(hashed);
        assertThat(LevelSketch.of(empty.toBytes()).frequent()).containsEntry("a", 5L);
    }
}
