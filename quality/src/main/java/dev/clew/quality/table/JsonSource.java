package dev.clew.quality.table;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.internal.Engine;
import dev.clew.quality.internal.Failures;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.internal.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** JSON lines, and arrays of objects: one column per key, in the order in which keys appear. */
final class JsonSource {
    /** Largest object in bytes. */
    static final int OBJECT_BYTES = 16 << 20;

    private static final Pattern NUMBERED = Pattern.compile("(.+)_\\d+");

    private JsonSource() {}

    static Relation load(Engine engine, String file, TableOptions options) {
        String what = "'" + file + "'";
        if (!options.encoding().equals(StandardCharsets.UTF_8)) {
            throw new QualityException(
                    Code.BAD_REQUEST,
                    "JSON is UTF-8; %s was asked for %s. Convert the file, and leave the encoding out."
                            .formatted(options.encoding(), what));
        }
        String source = engine.file() + ", format='auto', maximum_object_size=" + OBJECT_BYTES;
        try {
            return load(engine, source, 20_480, options, what);
        } catch (SQLException e) {
            if (!Failures.isWrongGuess(e)) {
                throw failed(engine, e, what);
            }
        }
        try {
            return load(engine, source, -1, options, what);
        } catch (SQLException e) {
            throw failed(engine, e, what);
        }
    }

    private static QualityException failed(Engine engine, SQLException failure, String what) {
        return Failures.isJsonFault(failure)
                ? Failures.ofJson(failure, what, JsonFault.line(engine.path(), Failures.isByLine(failure)))
                : Failures.of(failure, what);
    }

    /** DuckDB numbers keys that differ only in case, which would make columns of names that the file does not have. */
    private static void requireNamesKept(Engine engine, List<String> names, String what) throws SQLException {
        for (String name : names) {
            Matcher numbered = NUMBERED.matcher(name);
            String twin = numbered.matches()
                    ? names.stream()
                            .filter(other -> !other.equals(name) && other.equalsIgnoreCase(numbered.group(1)))
                            .findFirst()
                            .orElse(null)
                    : null;
            if (twin != null
                    && engine.rows(
                                    "SELECT 1 FROM (SELECT unnest(json_keys(json)) AS k FROM read_json_objects(%s, format='auto', maximum_object_size=%d)) WHERE k = ? LIMIT 1"
                                            .formatted(engine.file(), OBJECT_BYTES),
                                    List.of(name))
                            .isEmpty()) {
                throw new QualityException(
                        Code.DUPLICATE_COLUMN,
                        "%s has keys that differ only in case, '%s' and '%s'; rename one of them."
                                .formatted(what, twin, numbered.group(1)));
            }
        }
    }

    private static Relation load(Engine engine, String source, int sample, TableOptions options, String what)
            throws SQLException {
        String read = "read_json(%s, sample_size=%d)".formatted(source, sample);
        List<String> names = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (Object[] column : engine.rows("DESCRIBE FROM " + read, List.of())) {
            names.add(String.valueOf(column[0]));
            types.add(String.valueOf(column[1]));
        }
        if (names.equals(List.of("json"))) {
            boolean empty =
                    engine.rows("SELECT 1 FROM " + read + " LIMIT 1", List.of()).isEmpty();
            throw empty
                    ? new QualityException(
                            Code.EMPTY_FILE,
                            "File %s is empty; it holds no object. Give one with a JSON object on each line."
                                    .formatted(what))
                    : new QualityException(
                            Code.MALFORMED,
                            "%s does not hold objects; write one JSON object on each line.".formatted(what));
        }
        requireNamesKept(engine, names, what);
        boolean rewritten = false;
        for (int i = 0; i < types.size() && !options.dates(); i++) {
            ColumnType type = ColumnType.of(types.get(i));
            if (type == ColumnType.DATE || type == ColumnType.TIMESTAMP || type == ColumnType.TIME) {
                types.set(i, "VARCHAR");
                rewritten = true;
            }
        }
        if (rewritten) {
            read = "read_json(%s, columns={%s})"
                    .formatted(
                            source,
                            IntStream.range(0, names.size())
                                    .mapToObj(i -> Sql.text(names.get(i)) + ":" + Sql.text(types.get(i)))
                                    .collect(Collectors.joining(",")));
        }
        List<TableColumn> chosen = Columns.chosen(names, types, options.columns(), what);
        // Keys whose values have several types come as JSON; their texts are wanted without quotes.
        List<TableColumn> plain = chosen.stream()
                .map(column -> column.declared().equals("JSON")
                        ? new TableColumn(column.index(), column.name(), ColumnType.TEXT, "VARCHAR")
                        : column)
                .toList();
        String aliases = IntStream.range(0, names.size()).mapToObj(i -> "s" + i).collect(Collectors.joining(","));
        String cells = IntStream.range(0, names.size())
                .mapToObj(i ->
                        types.get(i).equals("JSON") ? "json_extract_string(s%d, '$') AS s%d".formatted(i, i) : "s" + i)
                .collect(Collectors.joining(", "));
        return Loading.into(
                engine,
                "(SELECT " + cells + " FROM " + read + " AS raw(" + aliases + "))",
                plain,
                what,
                options.progress());
    }
}
