package dev.clew.statistics;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The real stream {@code employment-ma} (see {@code examples/employment}): 2015 as reference, 2016 to 2018 with outcomes that came later. */
public final class Employment {
    private static final Path DATA = Path.of("../examples/employment");

    private static final Map<String, Table> READ = new java.util.concurrent.ConcurrentHashMap<>();

    private Employment() {}

    /** Rows of one table, columns as numbers or texts in the order of the file. */
    public record Table(Map<String, double[]> numbers, Map<String, List<@Nullable String>> texts) {
        public double[] number(String column) {
            return numbers.getOrDefault(column, new double[0]);
        }

        public List<@Nullable String> text(String column) {
            return texts.getOrDefault(column, List.of());
        }
    }

    public static Table reference() {
        return read("SELECT * FROM '%s/employment-ma-reference.parquet'".formatted(DATA));
    }

    /** All later years, with outcomes. */
    public static Table analysis() {
        return analysis("");
    }

    /** One later year, with outcomes. */
    public static Table analysis(int year) {
        return analysis("WHERE a.year = " + year);
    }

    private static Table analysis(String where) {
        return read(("SELECT a.*, o.employed FROM '%s/employment-ma-analysis.parquet' a"
                        + " JOIN '%s/employment-ma-analysis-outcome.parquet' o USING (id) %s ORDER BY a.id")
                .formatted(DATA, DATA, where));
    }

    private static Table read(String sql) {
        return READ.computeIfAbsent(sql, Employment::query);
    }

    private static Table query(String sql) {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var meta = rows.getMetaData();
            int width = meta.getColumnCount();
            List<List<@Nullable Object>> columns = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                columns.add(new ArrayList<>());
            }
            while (rows.next()) {
                for (int i = 0; i < width; i++) {
                    columns.get(i).add(rows.getObject(i + 1));
                }
            }
            var table = new Table(new LinkedHashMap<>(), new LinkedHashMap<>());
            for (int i = 0; i < width; i++) {
                put(table, meta.getColumnName(i + 1), columns.get(i));
            }
            return table;
        } catch (SQLException e) {
            throw new IllegalStateException("employment-ma cannot be read from " + DATA.toAbsolutePath(), e);
        }
    }

    private static void put(Table table, String name, List<@Nullable Object> values) {
        if (values.stream().allMatch(value -> value == null || value instanceof Number)) {
            table.numbers.put(
                    name,
                    values.stream()
                            .mapToDouble(value -> value instanceof Number number ? number.doubleValue() : Double.NaN)
                            .toArray());
        } else {
            List<@Nullable String> texts = new ArrayList<>();
            values.forEach(value -> texts.add(value == null ? null : value.toString()));
            table.texts.put(name, texts);
        }
    }
}
