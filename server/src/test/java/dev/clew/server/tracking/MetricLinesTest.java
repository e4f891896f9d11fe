package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.JournalConfig;
import dev.clew.server.journal.JournalFixture;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.storage.EveryEngine;
import dev.clew.server.storage.TestDatabase;
import dev.clew.server.tracking.MetricLines.Asked;
import dev.clew.server.tracking.MetricLines.Axis;
import dev.clew.server.tracking.MetricLines.Lines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class MetricLinesTest {
    private static final int SCOPE = Scopes.DEFAULT_PROJECT;
    private static final Permit PERMIT = Permit.system(Permission.RUN_WRITE, SCOPE);
    private static final AuthorizedScope SEEN = new AuthorizedScope(PERMIT, new int[] {SCOPE}, false);
    private static final long START = 1_700_000_000_000L;

    private JournalFixture fixture;
    private Tracking tracking;

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = JournalFixture.on(TestDatabase.open(folder), JournalConfig.DEFAULT);
        tracking = new Tracking(fixture.journal(), fixture.database(), fixture.clock());
        tracking.open();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private Uid run(String name, int points, IntToDoubleFunction value) {
        Run run = tracking.createRun(PERMIT, SCOPE, 0, "ann", START, Map.of("mlflow.runName", name))
                .answer();
        for (int first = 0; first < points; first += 1_000) {
            var batch = new LogBatch();
            for (int step = first; step < Math.min(points, first + 1_000); step++) {
                batch.metric("loss", value.applyAsDouble(step), START + 10L * step, step, null, null, null);
            }
            tracking.log(PERMIT, SCOPE, run.uid(), batch, Act.RUN_LOG, false);
        }
        return run.uid();
    }

    private Lines lines(List<Uid> runs, Axis axis, long from, long to, double smoothing, int cells) {
        return tracking.lines().of(new Asked("loss", runs, axis, from, to, smoothing, cells), SEEN);
    }

    private Lines steps(List<Uid> runs, int cells) {
        return lines(runs, Axis.STEP, Long.MIN_VALUE, Long.MAX_VALUE, 0, cells);
    }

    @Test
    void manyRunsShareTheCellsOfAnAnswer() {
        Uid run = run("long", 3_000, step -> step);
        assertThat(steps(List.of(run), MetricLines.MAX_CELLS).width()).isOne();
        var many = new ArrayList<>(List.of(run));
        for (int i = 1; i < MetricLines.ALL_CELLS / 2_048; i++) {
            many.add(run("empty " + i, 0, _ -> 0));
        }
        assertThat(steps(many, MetricLines.MAX_CELLS).width()).isEqualTo(2);
    }

    @Test
    void fewPointsAreAllThere() {
        Uid run = run("short", 5, step -> step * 0.5);
        Lines found = steps(List.of(run), 16);
        assertThat(found.width()).isEqualTo(1);
        assertThat(found.lines()).singleElement().satisfies(line -> {
            assertThat(line.points().at()).containsExactly(0, 1, 2, 3, 4);
            assertThat(line.points().value()).containsExactly(0, 0.5, 1, 1.5, 2);
            assertThat(line.count()).isEqualTo(5);
            assertThat(line.complete()).isTrue();
        });
    }

    @Test
    void noPeakIsLostAndEachCellHasTwoPointsAtMost() {
        var random = new Random(7);
        double[] values = random.doubles(5_000).toArray();
        values[1_234] = 50;
        values[4_321] = -50;
        Uid run = run("long", values.length, step -> values[step]);
        Lines found = steps(List.of(run), 64);
        var points = found.lines().getFirst().points();
        assertThat(points.at().length).isBetween(64, 129);
        assertThat(points.value()).contains(50, -50);
        assertThat(points.at()).isSorted();
        assertThat(points.at()[points.at().length - 1]).isEqualTo(4_999);
        for (int i = 0; i < points.at().length; i++) {
            assertThat(points.value()[i]).isEqualTo(values[(int) points.at()[i]]);
        }
        long width = found.width();
        for (long cell = 0; cell <= 4_999 / width; cell++) {
            double[] own =
                    Arrays.copyOfRange(values, (int) (cell * width), (int) Math.min(values.length, (cell + 1) * width));
            long at = cell;
            double[] drawn = java.util.stream.IntStream.range(0, points.at().length)
                    .filter(i -> points.at()[i] / width == at)
                    .mapToDouble(i -> points.value()[i])
                    .toArray();
            assertThat(Arrays.stream(drawn).min()).isEqualTo(Arrays.stream(own).min());
            assertThat(Arrays.stream(drawn).max()).isEqualTo(Arrays.stream(own).max());
        }
    }

    @Test
    void linesShareTheirCellsAndComeAsAskedFor() {
        Uid wide = run("wide", 3_000, step -> step);
        Uid narrow = run("narrow", 100, step -> -step);
        Lines found = steps(List.of(narrow, wide, Uid.next(1)), 32);
        assertThat(found.lines()).extracting(MetricLines.Line::run).containsExactly(narrow, wide);
        assertThat(found.width()).isEqualTo(128);
        assertThat(found.lines().getFirst().points().at()).containsExactly(0, 99);
    }

    @Test
    void aPartOfTheAxisHasItsOwnPoints() {
        Uid run = run("long", 5_000, step -> step);
        Lines found = lines(List.of(run), Axis.STEP, 2_000, 2_030, 0, 64);
        assertThat(found.width()).isEqualTo(1);
        assertThat(found.lines().getFirst().points().at())
                .hasSize(31)
                .startsWith(2_000)
                .endsWith(2_030);
        assertThat(lines(List.of(run), Axis.STEP, 9_000, 9_999, 0, 64).lines()).isEmpty();
    }

    @Test
    void timesAreTimesAndRelativeOnesBeginWithTheRun() {
        Uid run = run("short", 3, step -> step);
        assertThat(lines(List.of(run), Axis.TIME, 0, Long.MAX_VALUE, 0, 64)
                        .lines()
                        .getFirst()
                        .points()
                        .at())
                .containsExactly(START, START + 10, START + 20);
        assertThat(lines(List.of(run), Axis.RELATIVE, 0, Long.MAX_VALUE, 0, 64)
                        .lines()
                        .getFirst()
                        .points()
                        .at())
                .containsExactly(0, 10, 20);
    }

    @Test
    void smoothingRunsOverAllPointsAlsoThoseNotShown() {
        var random = new Random(3);
        double[] values = random.doubles(2_000).toArray();
        Uid run = run("noisy", values.length, step -> values[step]);
        double mean = 0;
        for (int i = 0; i < values.length; i++) {
            mean = mean * 0.9 + 0.1 * values[i];
        }
        mean /= 1 - Math.pow(0.9, values.length);
        var points = lines(List.of(run), Axis.STEP, 1_990, Long.MAX_VALUE, 0.9, 64)
                .lines()
                .getFirst()
                .points();
        assertThat(points.at()).hasSize(10);
        assertThat(points.value()[9]).isCloseTo(mean, within(1e-12));
    }

    @Test
    void whatIsNoNumberIsCountedAndNotDrawn() {
        Uid run = run("odd", 4, step -> step == 1 ? Double.NaN : step == 2 ? Double.POSITIVE_INFINITY : step);
        assertThat(steps(List.of(run), 16).lines()).singleElement().satisfies(line -> {
            assertThat(line.points().at()).containsExactly(0, 3);
            assertThat(line.count()).isEqualTo(4);
            assertThat(line.notFinite()).isEqualTo(2);
        });
    }

    @Test
    void whatMayNotBeSeenIsNotThere() {
        Uid run = run("secret", 4, step -> step);
        var elsewhere = new AuthorizedScope(PERMIT, new int[] {Scopes.DEFAULT_WORKSPACE}, false);
        var asked = new Asked("loss", List.of(run), Axis.STEP, 0, 10, 0, 16);
        assertThat(tracking.lines().of(asked, elsewhere).lines()).isEmpty();
        assertThat(tracking.lines().of(asked, SEEN).lines()).hasSize(1);
    }

    @Test
    void placesOfAnyOrderAndAnyDistanceHaveRoom() {
        var thinning = new Thinning(4);
        long[] places = {5, -3, Long.MAX_VALUE, Long.MIN_VALUE, 0};
        for (long place : places) {
            thinning.add(place, place);
        }
        var points = thinning.points();
        assertThat(points.at()).isSorted().contains(Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(thinning.count()).isEqualTo(5);
    }
}
