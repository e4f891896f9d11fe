package dev.clew.server.cli.demo;

import dev.clew.quality.table.Batch;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows of a CSV file of the example: whole numbers as {@code Long}, other numbers as {@code Double}, the rest as text. */
record Applications(List<Field> fields, List<Map<String, Object>> rows) {
    /** A column as a data set's schema names it. */
    record Field(String name, String type) {}

    static Applications read(Path file) {
        try (var table = Table.open(file);
                var batches = table.batches()) {
            var rows = new ArrayList<Map<String, Object>>();
            for (Batch batch : batches) {
                for (int i = 0; i < batch.rows(); i++) {
                    rows.add(row(table.columns(), batch, i));
                }
            }
            return new Applications(
                    table.columns().stream()
                            .map(column -> new Field(column.name(), column.declared()))
                            .toList(),
                    rows);
        }
    }

    private static Map<String, Object> row(List<TableColumn> columns, Batch batch, int i) {
        var row = new LinkedHashMap<String, Object>();
        for (TableColumn column : columns) {
            if (batch.missing(column.index())[i]) {
                continue;
            }
            if (batch.isNumber(column.index())) {
                double number = batch.numbers(column.index())[i];
                row.put(column.name(), number == Math.rint(number) ? (Object) (long) number : (Object) number);
            } else {
                row.put(column.name(), String.valueOf(batch.texts(column.index())[i]));
            }
        }
        return row;
    }
}
