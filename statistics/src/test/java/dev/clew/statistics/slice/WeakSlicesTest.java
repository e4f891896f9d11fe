package dev.clew.statistics.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeakSlicesTest {
    private static final int ROWS = 20_000;

    /** Columns that have nothing to do with each other. */
    private static final class Data {
        final double[] age = new double[ROWS];
        final int[] region = new int[ROWS];
        final double[] income = new double[ROWS];
        final int[] sex = new int[ROWS];
        final Random random;

        Data(long seed) {
            random = new Random(seed);
            for (int i = 0; i < ROWS; i++) {
                age[i] = 18 + random.nextInt(70);
                region[i] = random.nextInt(8);
                income[i] = random.nextInt(25) == 0 ? Double.NaN : Math.exp(random.nextGaussian());
                sex[i] = random.nextInt(20) == 0 ? -1 : random.nextInt(2);
            }
        }

        List<SliceColumn> columns() {
            return List.of(
                    SliceColumn.numbers("age", age),
                    SliceColumn.levels("region", List.of("a", "b", "c", "d", "e", "f", "g", "h"), region),
                    SliceColumn.numbers("income", income),
                    SliceColumn.levels("sex", List.of("F", "M"), sex));
        }

        double[] errors(java.util.function.IntToDoubleFunction rate) {
            return IntStream.range(0, ROWS)
                    .mapToDouble(i -> random.nextDouble() < rate.applyAsDouble(i) ? 1 : 0)
                    .toArray();
        }
    }

    private static List<String> words(WeakSlices.Found found) {
        return found.slices().stream().map(Slice::words).toList();
    }

    @Test
    void findsALevelAndAnEndOfNumbersAndNoMore() {
        var data = new Data(1);
        double[] errors = data.errors(i -> data.region[i] == 3 ? 0.35 : data.age[i] > 80 ? 0.3 : 0.15);
        var found = WeakSlices.find(errors, data.columns(), SliceSettings.DEFAULTS);
        assertThat(words(found))
                .hasSize(2)
                .contains("region is d")
                .anyMatch(words -> words.matches("age > (7[6-9]|8[0-2])"));
        Slice slice = found.slices().getFirst();
        assertThat(slice.loss()).isCloseTo(0.35, within(0.03));
        assertThat(slice.rest()).isCloseTo(0.16, within(0.03));
        assertThat(slice.difference().low()).isGreaterThan(0.14);
        assertThat(slice.share()).isCloseTo(0.125, within(0.01));
        assertThat(slice.qValue()).isLessThan(1e-20).isGreaterThanOrEqualTo(slice.pValue());
        assertThat(found.leastRows()).isEqualTo(200);
        assertThat(found.lookedAt()).isGreaterThan(500);
    }

    @Test
    void findsWhereOnlyTwoConditionsTogetherAreWeak() {
        var data = new Data(2);
        double[] errors = data.errors(i -> data.region[i] == 5 && data.sex[i] == 0 ? 0.4 : 0.1);
        assertThat(words(WeakSlices.find(errors, data.columns(), SliceSettings.DEFAULTS)))
                .containsExactly("region is f, sex is F");
    }

    @Test
    void findsMissingValuesAndTheMiddleOfNumbers() {
        var data = new Data(3);
        double[] missing = data.errors(i -> Double.isNaN(data.income[i]) ? 0.4 : 0.1);
        assertThat(words(WeakSlices.find(missing, data.columns(), SliceSettings.DEFAULTS)))
                .containsExactly("income is missing");
        double[] middle = data.errors(i -> data.age[i] > 40 && data.age[i] <= 60 ? 0.3 : 0.1);
        assertThat(words(WeakSlices.find(middle, data.columns(), SliceSettings.DEFAULTS))
                        .getFirst())
                .matches("age > (3[89]|4[0-2]) and ≤ (5[89]|6[0-2])");
    }

    @Test
    void distancesAreComparedByRanksSoThatOneEnormousOneDecidesNothing() {
        var data = new Data(4);
        double[] losses = IntStream.range(0, ROWS)
                .mapToDouble(i -> Math.abs(data.random.nextGaussian()) * (data.region[i] == 2 ? 1.5 : 1))
                .toArray();
        losses[
                IntStream.range(0, ROWS)
                        .filter(i -> data.region[i] == 6)
                        .findFirst()
                        .orElseThrow()] = 1e9;
        var found = WeakSlices.find(losses, data.columns(), SliceSettings.DEFAULTS);
        assertThat(words(found)).containsExactly("region is c");
        assertThat(found.slices().getFirst().loss()).isCloseTo(1.2, within(0.1));
    }

    @Test
    void whereNothingIsWeakFewSearchesFindAnything() {
        int alarms = 0;
        for (int seed = 0; seed < 100; seed++) {
            var data = new Data(100 + seed);
            double[] losses = seed % 2 == 0
                    ? data.errors(i -> 0.05)
                    : data.random.doubles(ROWS).map(value -> value * value).toArray();
            alarms += WeakSlices.find(losses, data.columns(), SliceSettings.DEFAULTS)
                            .slices()
                            .isEmpty()
                    ? 0
                    : 1;
        }
        // A rate of 5 % and, of 100 searches, three standard errors.
        assertThat(alarms).isLessThanOrEqualTo(11);
    }

    @Test
    void theChanceOfErrorsIsExact() {
        // As scipy.stats.hypergeom(50, 12, 20).sf(8) and .sf(4) say.
        assertThat(new Tally(20, 9, 9).chance(new Tally(50, 12, 12), true))
                .isCloseTo(0.006321692221074266, within(1e-12));
        assertThat(new Tally(20, 5, 5).chance(new Tally(50, 12, 12), true))
                .isCloseTo(0.5753269121215786, within(1e-12));
        assertThat(new Tally(20, 4, 4).chance(new Tally(50, 12, 12), true)).isEqualTo(1);
        assertThat(new Tally(50, 12, 12).chance(new Tally(50, 12, 12), true)).isEqualTo(1);
    }

    @Test
    void conditionsAreKeptAndRead() {
        List<Condition> all = List.of(
                new Condition.Between("age", 30, 45.5),
                new Condition.Between("age", Double.NEGATIVE_INFINITY, 45),
                new Condition.Between("age", 30, Double.POSITIVE_INFINITY),
                new Condition.Is("sex", "F"),
                new Condition.Missing("income"));
        List<String> words = new ArrayList<>();
        for (Condition condition : all) {
            assertThat(Condition.of(condition.document())).isEqualTo(condition);
            words.add(condition.words());
        }
        assertThat(words)
                .containsExactly("age > 30 and ≤ 45.5", "age ≤ 45", "age > 30", "sex is F", "income is missing");
        assertThat(new Condition.Between("x", Double.NEGATIVE_INFINITY, 1).holds(Double.NEGATIVE_INFINITY))
                .isTrue();
        assertThat(new Condition.Between("x", Double.NEGATIVE_INFINITY, 1).holds(Double.NaN))
                .isFalse();
        assertThat(new Condition.Between("x", 1, 2).holds(1)).isFalse();
        assertThatThrownBy(() -> Condition.of(java.util.Map.of("is", "F"))).hasMessageContaining("names no column");
        assertThatThrownBy(() -> Condition.of(java.util.Map.of("column", "a")))
                .hasMessageContaining("says nothing of it; give \"above\"");
    }

    @Test
    void takesOddColumnsAndRefusesWhatCannotBeSearched() {
        double[] losses = new double[1_000];
        Arrays.fill(losses, 0, 500, 1);
        var constant = SliceColumn.numbers("constant", new double[1_000]);
        double[] none = new double[1_000];
        Arrays.fill(none, Double.NaN);
        int[] ids = IntStream.range(0, 1_000).toArray();
        var found = WeakSlices.find(
                losses,
                List.of(
                        constant,
                        SliceColumn.numbers("none", none),
                        SliceColumn.levels(
                                "id",
                                IntStream.range(0, 1_000)
                                        .mapToObj(Integer::toString)
                                        .toList(),
                                ids)),
                SliceSettings.DEFAULTS);
        assertThat(found.slices()).isEmpty();
        assertThat(WeakSlices.find(new double[1_000], List.of(constant), SliceSettings.DEFAULTS)
                        .slices())
                .isEmpty();
        assertThatThrownBy(() -> WeakSlices.find(new double[150], List.of(), SliceSettings.DEFAULTS))
                .hasMessage(
                        "There are 150 rows, and slices need 200, half of them each for a slice and for the rest; give more rows.");
        assertThatThrownBy(() -> WeakSlices.find(new double[300], List.of(constant), SliceSettings.DEFAULTS))
                .hasMessageContaining("Column 'constant' has 1000 rows, but there are 300 losses");
        assertThatThrownBy(() -> WeakSlices.find(none, List.of(), SliceSettings.DEFAULTS))
                .hasMessageContaining("not finite; leave out rows");
        assertThatThrownBy(() -> new SliceSettings(2, 100, 0.01, 0.6, 20))
                .hasMessageContaining("the rate lies in (0, 1)");
    }
}
