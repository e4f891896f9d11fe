package dev.clew.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.suite.Expectation;
import dev.clew.quality.suite.Suite;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableOptions;
import dev.clew.quality.validation.Validation;
import dev.clew.server.storage.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * 40 expectations on 1 M rows × 10 columns from Parquet, beside Great Expectations on pandas; {@code --rows 100_000_000 --memory 1024} is
 * the file that no frame holds, and then the rival is left out.
 */
final class ExpectationsBenchmark {
    private static final String CELLS = """
            random() AS c0, random() * 100 AS c1, random() - 0.5 AS c2, exp(random()) AS c3,
            CASE WHEN random() < 0.05 THEN NULL ELSE random() END AS c4, random() AS c5, floor(random() * 10)::BIGINT AS c6, range AS c7,
            'level ' || floor(random() * 5)::INT AS c8, md5(range::VARCHAR) AS c9""";

    private ExpectationsBenchmark() {}

    static void main(String... arguments) throws IOException, SQLException {
        var given = new Arguments(List.of("rows", "memory", "rival"), arguments);
        int rows = given.number("rows", 1_000_000);
        int memory = given.number("memory", 256);
        boolean small = rows <= 10_000_000;
        var report = new Report(rows == 1_000_000 ? "expectations" : "expectations-" + rows);
        Path folder = Files.createTempDirectory("clew-expectations");
        try {
            Path file = Measured.parquet(folder.resolve("table.parquet"), rows, 0.5, CELLS);
            Suite suite = Suite.of("forty", expectations(rows));
            Path written = Files.writeString(folder.resolve("suite.json"), suite.text());
            report.line("file", "%,d rows, %,d MiB; DuckDB may hold %,d MiB", rows, Files.size(file) >> 20, memory);
            if (small) {
                Measured.forgetMemory();
                Measured.work(report, "40 expectations", () -> {
                    try (var table = Table.open(file, TableOptions.DEFAULTS.withMemoryBytes((long) memory << 20))) {
                        var result = Validation.of(table).run(suite);
                        if (result.results().size() != 40 || !result.isJudged()) {
                            throw new IllegalStateException("Some expectations were not judged.");
                        }
                        return result.successful();
                    }
                });
                Measured.memory(report, "");
            }
            LaunchedCommand.run(
                    small ? 3 : 1,
                    report,
                    rows == 1_000_000 ? "; bar 2.5 s" : "",
                    0,
                    "quality",
                    "run",
                    written.toString(),
                    file.toString(),
                    "--memory",
                    Integer.toString(memory));
            if (given.text("rival", small ? "yes" : "no").equals("yes")) {
                RivalScript.greatExpectations("expectations").run(report, written, file);
            }
        } finally {
            FileTrees.delete(folder);
            report.close();
        }
    }

    private static List<Expectation> expectations(int rows) {
        List<Expectation> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String column = "c" + i;
            double most = i == 7 ? rows : 100;
            all.add(expectation("expect_column_values_to_not_be_null", column).with("mostly", 0.9));
            all.add(expectation("expect_column_values_to_be_between", column).with("min_value", -1, "max_value", most));
            all.add(expectation("expect_column_mean_to_be_between", column).with("min_value", -1, "max_value", most));
            all.add(
                    i < 4
                            ? expectation("expect_column_stdev_to_be_between", column)
                                    .with("min_value", 0, "max_value", most)
                            : expectation("expect_column_max_to_be_between", column)
                                    .with("min_value", 0, "max_value", most));
        }
        for (String column : List.of("c8", "c9")) {
            all.add(expectation("expect_column_values_to_not_be_null", column).done());
            all.add(expectation("expect_column_value_lengths_to_be_between", column)
                    .with("min_value", 1, "max_value", 40));
            all.add(expectation("expect_column_values_to_match_regex", column).with("regex", "^[a-z0-9 ]+$"));
        }
        var set = expectation("expect_column_values_to_be_in_set", "c8");
        var values = set.kwargs.putArray("value_set");
        for (int i = 0; i < 5; i++) {
            values.add("level " + i);
        }
        all.add(set.done());
        all.add(expectation("expect_column_values_to_be_unique", "c9").done());
        return all;
    }

    private static Draft expectation(String type, String column) {
        return new Draft(type, JsonNodeFactory.instance.objectNode().put("column", column));
    }

    /** An expectation being written. */
    private record Draft(String type, ObjectNode kwargs) {
        Expectation with(String name, Object value) {
            return put(name, value).done();
        }

        Expectation with(String first, double one, String second, double other) {
            return put(first, one).put(second, other).done();
        }

        private Draft put(String name, Object value) {
            if (value instanceof Double number) {
                kwargs.put(name, number);
            } else {
                kwargs.put(name, value.toString());
            }
            return this;
        }

        Expectation done() {
            return Expectation.of(type, kwargs);
        }
    }
}
