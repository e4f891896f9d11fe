package dev.clew.quality.table;

import dev.clew.quality.internal.Engine;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Relation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Parquet, read where it lies. */
final class ParquetSource {
    private ParquetSource() {}

    static Relation open(Engine engine, String file, TableOptions options) {
        String what = "'" + file + "'";
        String source = engine.file();
        try {
            List<String> names = Columns.named(names(engine, source), what);
            List<String> types = engine.rows("DESCRIBE FROM read_parquet(" + source + ")", List.of()).stream()
                    .map(row -> String.valueOf(row[1]))
                    .toList();
            List<TableColumn> chosen = Columns.chosen(names, types, options.columns(), what);
            String aliases =
                    IntStream.range(0, names.size()).mapToObj(i -> "s" + i).collect(Collectors.joining(","));
            String cells = IntStream.range(0, chosen.size())
                    .mapToObj(i -> "s" + chosen.get(i).index() + " AS " + Relation.cell(i))
                    .collect(Collectors.joining(", "));
            engine.execute(
                    "CREATE VIEW b AS SELECT %s, file_row_number AS rn FROM read_parquet(%s, file_row_number=true) AS source(%s)"
                            .formatted(cells, source, aliases));
            long rows = ((Number) Objects.requireNonNull(
                            engine.rows("SELECT count(*) FROM b", List.of()).getFirst()[0]))
                    .longValue();
            return new Relation(engine, "b", "rn", Loading.numbered(chosen), rows);
        } catch (SQLException e) {
            throw Failures.of(e, "the Parquet file " + what);
        }
    }

    /** Top-level names as the file has them; DESCRIBE would already have renamed those that differ only in case. */
    private static List<String> names(Engine engine, String source) throws SQLException {
        List<String> names = new ArrayList<>();
        long inside = -1;
        for (var node : engine.rows("SELECT name, num_children FROM parquet_schema(" + source + ")", List.of())) {
            long children = node[1] == null ? 0 : ((Number) node[1]).longValue();
            if (inside < 0) {
                inside = 0; // The root.
                continue;
            }
            if (inside == 0) {
                names.add(String.valueOf(node[0]));
                inside = children;
            } else {
                inside += children - 1;
            }
        }
        return names;
    }
}
