package dev.clew.statistics.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.statistics.Categories;
import dev.clew.statistics.Sample;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriftTest {
    private static final int ROUNDS = 400;

    private final SplittableRandom random = new SplittableRandom(20);

    private Column normal(int rows, double shift) {
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = random.nextGaussian() + shift;
        }
        return new Column.Numbers(Sample.of(values));
    }

    private Column levels(int rows) {
        return new Column.Levels(Categories.of(IntStream.range(0, rows)
                .mapToObj(_ -> "level " + (int) (Math.pow(random.nextDouble(), 1.5) * 6))
                .toList()));
    }

    private static boolean drifted(ColumnDrift found) {
        assertThat(found).isInstanceOf(ColumnDrift.Judged.class);
        return found instanceof ColumnDrift.Judged judged && judged.drifted();
    }

    private static double alarms(DriftSettings settings, Supplier<Column> reference, Supplier<Column> current) {
        var drift = new Drift(settings);
        int alarms = 0;
        for (int round = 0; round < ROUNDS; round++) {
            alarms += drifted(drift.column("c", reference.get(), current.get())) ? 1 : 0;
        }
        return (double) alarms / ROUNDS;
    }

    @Test
    void rowsOfOneDistributionRarelyAlarm() {
        DriftSettings usual = DriftSettings.defaults();
        assertThat(alarms(usual, () -> normal(200, 0), () -> normal(150, 0))).isLessThanOrEqualTo(0.07);
        assertThat(alarms(usual, () -> levels(900), () -> levels(300))).isLessThanOrEqualTo(0.07);
        assertThat(alarms(usual, () -> normal(3_000, 0), () -> normal(2_000, 0)))
                .isLessThanOrEqualTo(0.07);
        assertThat(alarms(usual, () -> levels(3_000), () -> levels(2_000))).isLessThanOrEqualTo(0.07);
    }

    @Test
    void aDistanceOfSmallSamplesMustExceedWhatEqualSamplesShow() {
        for (DriftMethod method : List.of(DriftMethod.PSI, DriftMethod.JENSEN_SHANNON, DriftMethod.WASSERSTEIN)) {
            var choice = new DriftSettings.Choice(Optional.of(method), Optional.empty());
            double usual = alarms(DriftSettings.defaults().with(choice), () -> normal(200, 0), () -> normal(150, 0));
            double fixed = alarms(DriftSettings.evidently().with(choice), () -> normal(200, 0), () -> normal(150, 0));
            // The null quantile is estimated, and the threshold comes on top.
            assertThat(usual).as(method.id()).isLessThanOrEqualTo(0.07);
            assertThat(fixed).as(method.id()).isGreaterThan(0.2);
        }
    }

    @Test
    void aTestThatTakesTheReferenceForTheTruthMustNotAlarmMoreOftenBecauseItIsSmall() {
        assertThat(alarms(DriftSettings.evidently(), () -> levels(900), () -> levels(900)))
                .isGreaterThan(0.15);
        assertThat(alarms(DriftSettings.defaults(), () -> levels(900), () -> levels(900)))
                .isLessThanOrEqualTo(0.07);
        assertThat(alarms(DriftSettings.defaults(), () -> levels(200), () -> levels(60_000)))
                .isLessThanOrEqualTo(0.08);
    }

    @Test
    void rareLevelsHideNoDrift() {
        // Levels that a sample easily misses make p 0 against the reference's shares, whether or not anything moved.
        Supplier<Column> rare = () -> new Column.Levels(Categories.of(IntStream.range(0, 800)
                .mapToObj(_ -> random.nextInt(10) == 0 ? "rare " + random.nextInt(400) : "level " + random.nextInt(3))
                .toList()));
        Supplier<Column> moved = () -> new Column.Levels(Categories.of(IntStream.range(0, 800)
                .mapToObj(_ -> random.nextInt(10) == 0 ? "rare " + random.nextInt(400) : "level " + random.nextInt(2))
                .toList()));
        assertThat(alarms(DriftSettings.defaults(), rare, moved)).isEqualTo(1);
        assertThat(alarms(DriftSettings.defaults(), rare, rare)).isLessThanOrEqualTo(0.07);
        assertThat(alarms(DriftSettings.evidently(), rare, rare)).isEqualTo(1);
    }

    @Test
    void aShiftOfAFifthOfTheDeviationIsSeen() {
        assertThat(alarms(DriftSettings.defaults(), () -> normal(5_000, 0), () -> normal(5_000, 0.2)))
                .isGreaterThanOrEqualTo(0.95);
        var ks = new DriftSettings.Choice(Optional.of(DriftMethod.KS), Optional.empty());
        assertThat(alarms(DriftSettings.defaults().with(ks), () -> normal(5_000, 0), () -> normal(5_000, 0.2)))
                .isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void theNearestSettingWins() {
        var settings = new DriftSettings(
                Map.of("a", new DriftSettings.Choice(Optional.of(DriftMethod.PSI), Optional.empty())),
                Map.of(ColumnType.NUMERIC, new DriftSettings.Choice(Optional.of(DriftMethod.KS), Optional.of(0.01))),
                new DriftSettings.Choice(Optional.of(DriftMethod.T_TEST), Optional.of(0.5)),
                1,
                0.5,
                false);
        var drift = new Drift(settings);
        assertThat(drift.column("a", normal(200, 0), normal(200, 0)))
                .isInstanceOfSatisfying(ColumnDrift.Judged.class, judged -> {
                    assertThat(judged.method()).isEqualTo(DriftMethod.PSI);
                    assertThat(judged.threshold()).isEqualTo(0.01);
                });
        assertThat(drift.column("b", normal(200, 0), normal(200, 0)))
                .isInstanceOfSatisfying(
                        ColumnDrift.Judged.class,
                        judged -> assertThat(judged.method()).isEqualTo(DriftMethod.KS));
        // A method for numbers is not forced on levels in silence.
        assertThat(drift.column("c", levels(200), levels(200))).isInstanceOf(ColumnDrift.NotJudged.class);
    }

    @Test
    void whatCannotBeJudgedIsNeverCalm() {
        var drift = new Drift(DriftSettings.evidently());
        Column empty = new Column.Numbers(Sample.of(Double.NaN, Double.NaN));
        for (ColumnDrift found : List.of(
                drift.column("c", empty, normal(200, 0)),
                drift.column("c", normal(200, 0), empty),
                drift.column("c", normal(200, 0), levels(200)),
                new Drift(DriftSettings.defaults()).column("c", normal(99, 0), normal(200, 0)))) {
            assertThat(found)
                    .isInstanceOfSatisfying(
                            ColumnDrift.NotJudged.class,
                            open -> assertThat(open.reason().sentence()).endsWith("."));
        }
    }
}
