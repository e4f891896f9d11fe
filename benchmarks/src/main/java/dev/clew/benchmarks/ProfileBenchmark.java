package dev.clew.benchmarks;

import dev.clew.quality.profile.Profiler;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The profile of 1 M rows × 20 columns of every kind from Parquet, in this process and as {@code clew profile}. */
final class ProfileBenchmark {
    private static final String CELLS = """
            random() AS f0, random() * 100 AS f1, sqrt(-2 * ln(random() + 1e-12)) AS f2, random() - 0.5 AS f3, exp(random()) AS f4,
            round(random() * 1e4, 2) AS f5, random() AS f6, CASE WHEN random() < 0.1 THEN NULL ELSE random() END AS f7,
            floor(random() * 10)::BIGINT AS i0, floor(random() * 100)::BIGINT AS i1, floor(random() * 1000)::BIGINT AS i2, range AS id,
            'level ' || floor(random() * 5)::INT AS t0, 'level ' || floor(random() * 20)::INT AS t1,
            'level ' || floor(random() * 80)::INT AS t2, 'level ' || floor(random() * 320)::INT AS t3, md5(range::VARCHAR) AS text,
            DATE '2020-01-01' + (random() * 1000)::INT AS day, random() < 0.3 AS flag, random() < 0.01 AS rare""";

    private ProfileBenchmark() {}

    static void main(String... arguments) throws IOException, SQLException {
        int rows = new Arguments(List.of("rows"), arguments).number("rows", 1_000_000);
        var report = new Report("profile");
        Path folder = Files.createTempDirectory("clew-profile");
        try {
            Path file = Measured.parquet(folder.resolve("table.parquet"), rows, 0.5, CELLS);
            Measured.forgetMemory();
            Measured.work(report, "profile of %,d x 20".formatted(rows), () -> {
                try (var table = Table.open(file, TableOptions.DEFAULTS.withMemoryBytes(192L << 20))) {
                    var profile = Profiler.profile(table);
                    if (profile.columns().size() != 20 || profile.rows() != rows) {
                        throw new IllegalStateException("The profile lacks columns or rows.");
                    }
                    return profile.rows();
                }
            });
            Measured.memory(report, "");
            LaunchedCommand.run(report, "; bars 3 s and 400 MB", 0, "profile", file.toString());
        } finally {
            FileTrees.delete(folder);
            report.close();
        }
    }
}
