package dev.clew.statistics.drift.chunked;

import static dev.clew.statistics.Golden.assertClose;
import static dev.clew.statistics.Golden.lcg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Employment;
import dev.clew.statistics.Golden;
import dev.clew.statistics.chunk.Bounds;
import dev.clew.statistics.chunk.Chunking;
import dev.clew.statistics.chunk.Threshold;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChunkDriftTest {
    private static final JsonNode GOLDEN = Golden.read("chunks");
    private static final double TOLERANCE = 1e-6;

    @Test
    void driftOfEmploymentIsThatOfNannymlChunkByChunk() {
        Employment.Table reference = Employment.reference();
        Employment.Table analysis = Employment.analysis();
        compare(GOLDEN.get("drift"), 20_000, column -> rows(reference, column), column -> rows(analysis, column));
    }

    private static Rows rows(Employment.Table table, String column) {
        return table.numbers().containsKey(column)
                ? new Rows.Numbers(table.number(column))
                : Rows.Levels.of(table.text(column));
    }

    private static void compare(
            JsonNode golden, int size, Function<String, Rows> reference, Function<String, Rows> analysis) {
        var chunking = new Chunking.Size(size, Chunking.Incomplete.KEEP);
        golden.properties().forEach(entry -> {
            String column = entry.getKey().split("/")[0];
            ChunkMethod method = ChunkMethod.named(entry.getKey().split("/")[1]).orElseThrow();
            Rows left = reference.apply(column);
            Rows right = analysis.apply(column);
            var fitted = ChunkDrift.fit(method, left, chunking.split(left.size()), Threshold.UPPER);
            List<ChunkDrift.Value> all = new ArrayList<>(fitted.values(left, chunking.split(left.size())));
            all.addAll(fitted.values(right, chunking.split(right.size())));
            JsonNode expected = entry.getValue();
            assertThat(all).hasSameSizeAs(expected.get("values"));
            compare(
                    entry.getKey() + " upper",
                    fitted.bounds().upper(),
                    expected.get("bounds").get(1));
            for (int i = 0; i < all.size(); i++) {
                String what = entry.getKey() + " of chunk " + i;
                compare(what, all.get(i).value(), expected.get("values").get(i));
                assertThat(all.get(i).isAlert())
                        .as(what)
                        .isEqualTo(expected.get("alerts").get(i).asBoolean());
            }
        });
    }

    private static void compare(String what, double actual, JsonNode expected) {
        if (expected.isNull()) {
            assertThat(Double.isFinite(actual)).as(what).isFalse();
        } else {
            assertClose(what, actual, expected.asDouble(), 1e-9, TOLERANCE);
        }
    }

    @Test
    void driftOfSmallTablesWithGapsAndUnseenValuesIsThatOfNannyml() {
        for (JsonNode golden : GOLDEN.get("drift_small")) {
            var reference = table(golden.get("n").asInt(), golden.get("seed").asLong(), 0, 0);
            var analysis = table(
                    golden.get("m").asInt(),
                    golden.get("seed").asLong() + 5,
                    golden.get("shift").asDouble(),
                    golden.get("extra").asInt());
            compare(golden.get("columns"), golden.get("size").asInt(), reference::get, analysis::get);
        }
    }

    private static Map<String, Rows> table(int n, long seed, double shift, int extra) {
        double[] u = lcg(n, seed);
        double[] v = lcg(n, seed + 1);
        double[] w = lcg(n, seed + 2);
        double[] x = new double[n];
        double[] k = new double[n];
        double[] d = new double[n];
        List<@Nullable String> levels = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            x[i] = w[i] < 0.05 ? Double.NaN : u[i] * u[i] * 10 + shift;
            k[i] = Math.floor(v[i] * 12) + shift;
            d[i] = (Double.isNaN(x[i]) ? 1 : x[i]) * 2 + k[i];
            levels.add(w[i] > 0.97 ? null : Character.toString("abcdefgh".charAt((int) (v[i] * (4 + extra)))));
        }
        Map<String, Rows> table = new LinkedHashMap<>();
        table.put("x", new Rows.Numbers(x));
        table.put("k", new Rows.Numbers(k));
        table.put("c", Rows.Levels.of(levels));
        table.put("d", new Rows.Numbers(d));
        return table;
    }

    @Test
    void reconstructionIsThatOfNannyml() {
        Employment.Table reference = Employment.reference();
        Employment.Table analysis = Employment.analysis();
        List<String> columns = new ArrayList<>(List.of("AGEP"));
        columns.addAll(reference.texts().keySet());
        reconstruct(
                GOLDEN.get("reconstruction"),
                20_000,
                columns.stream().map(column -> rows(reference, column)).toList(),
                columns.stream().map(column -> rows(analysis, column)).toList());
        for (JsonNode golden : GOLDEN.get("reconstruction_small")) {
            long seed = golden.get("seed").asLong();
            var left = table(golden.get("n").asInt(), seed, 0, 0);
            var right = table(
                    golden.get("m").asInt(),
                    seed + 5,
                    golden.get("shift").asDouble(),
                    golden.get("extra").asInt());
            reconstruct(
                    golden.get("found"),
                    golden.get("size").asInt(),
                    List.copyOf(left.values()),
                    List.copyOf(right.values()));
        }
    }

    private static void reconstruct(JsonNode golden, int size, List<Rows> left, List<Rows> right) {
        var chunking = new Chunking.Size(size, Chunking.Incomplete.KEEP);
        var referenceChunks = chunking.split(left.getFirst().size());
        var fitted = Reconstruction.fit(left, referenceChunks, Threshold.DEFAULT);
        List<Reconstruction.Value> all = new ArrayList<>(fitted.values(left, referenceChunks));
        all.addAll(fitted.values(right, chunking.split(right.getFirst().size())));
        assertThat(all).hasSameSizeAs(golden.get("values"));
        compare("lower", fitted.bounds().lower(), golden.get("bounds").get(0));
        compare("upper", fitted.bounds().upper(), golden.get("bounds").get(1));
        for (int i = 0; i < all.size(); i++) {
            compare(
                    "value of chunk " + i,
                    all.get(i).value(),
                    golden.get("values").get(i));
            compare(
                    "error of chunk " + i,
                    all.get(i).samplingError(),
                    golden.get("errors").get(i));
            assertThat(all.get(i).isAlert())
                    .isEqualTo(golden.get("alerts").get(i).asBoolean());
        }
    }

    @Test
    void theExactVariantsDifferFromNannymlsByWhatTheyPromise() {
        double[] values = lcg(20_000, 5);
        double[] later = lcg(500, 6);
        for (int i = 0; i < later.length; i++) {
            later[i] -= 0.1;
        }
        var chunks = new Chunking.Size(500, Chunking.Incomplete.KEEP);
        var reference = new Rows.Numbers(values);
        var current = new Rows.Numbers(later);
        double exact = first(ChunkMethod.WASSERSTEIN_EXACT, reference, current, chunks);
        double binned = first(ChunkMethod.WASSERSTEIN, reference, current, chunks);
        assertThat(binned - exact).isBetween(0.0, 1.0 / 500 + 1e-4);
        double gap = first(ChunkMethod.KOLMOGOROV_SMIRNOV_EXACT, reference, current, chunks);
        assertThat(first(ChunkMethod.KOLMOGOROV_SMIRNOV, reference, current, chunks))
                .isBetween(gap - 0.01, gap);
    }

    private static double first(ChunkMethod method, Rows reference, Rows current, Chunking chunks) {
        return ChunkDrift.fit(method, reference, chunks.split(reference.size()), Threshold.UPPER)
                .values(current, chunks.split(current.size()))
                .getFirst()
                .value();
    }

    @Test
    void whatCannotBeMeasuredIsSaidAndNeverAnAlertOrAllClear() {
        var chunks = new Chunking.Size(2, Chunking.Incomplete.KEEP).split(4);
        var numbers = new Rows.Numbers(new double[] {1, 2, 3, 4});
        var empty = new Rows.Numbers(new double[] {Double.NaN, Double.NaN, Double.NaN, Double.NaN});
        assertThatThrownBy(() -> ChunkDrift.fit(ChunkMethod.CHI2, numbers, chunks, Threshold.UPPER))
                .hasMessageContaining("'chi2' does not suit");
        assertThatThrownBy(() -> ChunkDrift.fit(ChunkMethod.WASSERSTEIN, empty, chunks, Threshold.UPPER))
                .hasMessageContaining("No row of the reference has a value");
        var fitted = ChunkDrift.fit(ChunkMethod.JENSEN_SHANNON, numbers, chunks, Threshold.UPPER);
        assertThatThrownBy(() -> fitted.values(Rows.Levels.of(List.of("a")), List.of()))
                .hasMessageContaining("read both with one type");
        assertThat(fitted.values(empty, chunks)).allSatisfy(value -> {
            assertThat(value.value()).isNaN();
            assertThat(value.rows()).isZero();
            assertThat(value.isAlert()).isFalse();
        });
        assertThatThrownBy(() -> Reconstruction.fit(List.of(numbers), chunks, Threshold.DEFAULT))
                .hasMessageContaining("at least 2");
        assertThatThrownBy(() -> Reconstruction.fit(List.of(numbers, empty), chunks, Threshold.DEFAULT))
                .hasMessageContaining("no value at all");
        assertThat(new Bounds(0, 1).isAlert(2)).isTrue();
    }
}
