package dev.clew.quality;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.quality.internal.Sql;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Writes the tables of golden files as Parquet. */
public final class Tables {
    private Tables() {}

    /** {@code columns} maps a name to its kind and values. */
    public static Path parquet(Path file, JsonNode columns) {
        List<String> names = new ArrayList<>();
        List<String> types = new ArrayList<>();
        int rows = 0;
        for (var column : columns.properties()) {
            names.add(column.getKey());
            types.add(
                    switch (column.getValue().get("kind").asText()) {
                        case "int" -> "BIGINT";
                        case "int_gap", "float" -> "DOUBLE";
                        case "bool" -> "BOOLEAN";
                        case "time" -> "TIMESTAMP";
                        default -> "VARCHAR";
                    });
            rows = column.getValue().get("values").size();
        }
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            var create = new StringBuilder();
            var marks = new StringBuilder();
            for (int i = 0; i < names.size(); i++) {
                create.append(i == 0 ? "" : ", ")
                        .append(Sql.name(names.get(i)))
                        .append(' ')
                        .append(types.get(i));
                marks.append(i == 0 ? "" : ", ")
                        .append("CAST(? AS ")
                        .append(types.get(i))
                        .append(')');
            }
            statement.execute("CREATE TABLE x (" + create + ")");
            if (rows > 0) {
                String values = String.join(", ", java.util.Collections.nCopies(rows, "(" + marks + ")"));
                try (var insert = connection.prepareStatement("INSERT INTO x VALUES " + values)) {
                    int i = 1;
                    for (int row = 0; row < rows; row++) {
                        for (JsonNode column : columns) {
                            JsonNode value = column.get("values").get(row);
                            insert.setString(i++, value.isNull() ? null : value.asText());
                        }
                    }
                    insert.execute();
                }
            }
            statement.execute("COPY x TO " + Sql.text(file.toString()) + " (FORMAT parquet)");
            return file;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
