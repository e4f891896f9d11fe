package dev.clew.quality.profile;

import dev.clew.quality.internal.Failures;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.quality.validation.Masking;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Columns of texts that look like personal data. Stateless. */
public final class PersonalColumns {
    /** From this share of the texts on a column holds personal data. */
    public static final double LEAST = 0.01;

    private PersonalColumns() {}

    /**
     * The kinds of personal data by column, with the share of about 10 000 sampled texts that look like it, of at least {@link #LEAST}. One
     * statement, about 50 000 rows in memory; blocks.
     *
     * @throws dev.clew.quality.QualityException if the table turns out damaged, or memory or temporary room end
     */
    public static Map<String, Map<PersonalData, Double>> of(Table table) {
        List<TableColumn> columns = table.columns().stream()
                .filter(column -> column.type() == ColumnType.TEXT)
                .toList();
        Map<String, Map<PersonalData, Double>> found = new TreeMap<>();
        if (columns.isEmpty()) {
            return found;
        }
        try {
            var sample = Sample.of(table, columns, SampleRows.of(table.rowCount(), columns.size()), Map.of());
            for (TableColumn column : columns) {
                Map<PersonalData, Double> kinds = sample.personal(column);
                if (kinds.values().stream().mapToDouble(Double::doubleValue).sum() >= LEAST) {
                    found.put(column.name(), kinds);
                }
            }
            return found;
        } catch (SQLException e) {
            throw Failures.of(e, "'" + table.name() + "'");
        }
    }

    /**
     * Keeps out of results the values of these columns, and any other text shown that looks like personal data. A form is a hint: names and
     * postal addresses have none, so name such columns with {@link Masking#and}.
     */
    public static Masking masking() {
        return Masking.found(
                table -> of(table).keySet(), text -> PersonalData.of(text).isPresent());
    }
}
