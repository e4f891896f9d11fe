package dev.clew.quality.table;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.internal.Closest;
import dev.clew.quality.internal.Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names of columns: checked, chosen, and turned into the names DuckDB knows them by. */
final class Columns {
    private Columns() {}

    /** Refuses equal names; gives nameless columns the names that pandas gives. */
    static List<String> named(List<String> header, String what) {
        Set<String> seen = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i).isBlank() ? "Unnamed: " + i : header.get(i);
            if (!seen.add(name)) {
                throw new QualityException(
                        Code.DUPLICATE_COLUMN,
                        "%s has two columns named '%s'; rename one of them.".formatted(what, name));
            }
            names.add(name);
        }
        return names;
    }

    /** All columns of a source, cut down to those that were asked for. {@code declared} are DuckDB's types in the same order. */
    static List<TableColumn> chosen(List<String> names, List<String> declared, List<String> asked, String what) {
        List<TableColumn> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            all.add(new TableColumn(i, names.get(i), ColumnType.of(declared.get(i)), declared.get(i)));
        }
        if (asked.isEmpty()) {
            return all;
        }
        if (new HashSet<>(asked).size() < asked.size()) {
            throw new QualityException(
                    Code.DUPLICATE_COLUMN, "A column of %s is asked for twice; name each once.".formatted(what));
        }
        return asked.stream()
                .map(name -> all.stream()
                        .filter(column -> column.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(name, all, what)))
                .toList();
    }

    static QualityException unknown(String name, List<TableColumn> columns, String what) {
        String closest =
                Closest.of(name, columns.stream().map(TableColumn::name).toList());
        return new QualityException(
                Code.UNKNOWN_COLUMN,
                "Column '%s' does not exist in %s, which has %d columns; the closest is '%s'."
                        .formatted(name, what, columns.size(), closest));
    }

    /** The SQL of one value in the form asked for. */
    static String cell(TableColumn column, Form form) {
        String name = Relation.cell(column.index());
        if (form == Form.TEXT) {
            return "CAST(" + name + " AS VARCHAR)";
        }
        return switch (column.type()) {
            case FLOAT -> column.declared().equals("DOUBLE") ? name : "CAST(" + name + " AS DOUBLE)";
            case DATE, TIMESTAMP -> "CAST(epoch_us(CAST(" + name + " AS TIMESTAMPTZ)) AS DOUBLE) / 1e6";
            case BOOLEAN, INTEGER, DECIMAL, TEXT, TIME, BINARY, NESTED -> "CAST(" + name + " AS DOUBLE)";
        };
    }
}
