package dev.clew.quality.table;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import dev.clew.quality.internal.Engine;
import dev.clew.quality.internal.Relation;
import dev.clew.quality.internal.Workplace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file of rows and columns, checked and ready to be streamed as often as needed.
 *
 * <p>Memory is bounded by {@link TableOptions#memoryBytes()} plus one batch per open stream, whatever the file's size. Calls
 * block; use platform threads. Confined to one thread, except that streams once opened may each be read by a thread of their
 * own. Failures are {@link QualityException}s whose code says what is wrong with the file.
 */
public final class Table implements AutoCloseable {
    private final String name;
    private final Format format;
    private final Engine engine;
    private final Relation relation;
    private final Progress progress;

    private Table(String name, Format format, Engine engine, Relation relation, Progress progress) {
        this.name = name;
        this.format = format;
        this.engine = engine;
        this.relation = relation;
        this.progress = progress;
    }

    /** Opens a file with {@link TableOptions#DEFAULTS}. */
    public static Table open(Path file) {
        return open(file, TableOptions.DEFAULTS);
    }

    /**
     * Opens a file. Text formats are read from beginning to end once, so that every row is known to be sound; of Parquet only
     * the footer is read.
     *
     * @throws QualityException {@code MISSING_FILE, UNKNOWN_FORMAT, EMPTY_FILE, RAGGED_ROW, MALFORMED, CORRUPT_FILE,
     *     LINE_TOO_LONG, DUPLICATE_COLUMN, BAD_ENCODING, UNKNOWN_COLUMN, OUT_OF_MEMORY, OUT_OF_SPACE}
     */
    public static Table open(Path file, TableOptions options) {
        Path name = file.getFileName();
        if (name == null || !Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new QualityException(
                    Code.MISSING_FILE,
                    "File '%s' %s; name a file of rows."
                            .formatted(
                                    name == null ? "" : name,
                                    Files.isDirectory(file)
                                            ? "is a directory"
                                            : Files.exists(file) ? "may not be read" : "does not exist"));
        }
        try {
            if (Files.size(file) == 0) {
                throw new QualityException(
                        Code.EMPTY_FILE,
                        "File '%s' is empty, without even a header; give a file with one.".formatted(name));
            }
        } catch (IOException e) {
            throw new QualityException(
                    Code.MISSING_FILE,
                    "File '%s' cannot be read; check its permissions and the disk.".formatted(name),
                    e);
        }
        Format format = options.format() == null ? Format.of(file) : options.format();
        boolean text = format == Format.CSV || format == Format.TSV;
        CsvHead head = text ? CsvHead.read(file, format, options.encoding()) : null;
        var place = Workplace.under(options.temporary());
        Engine engine;
        try {
            Path readable = head == null || head.encoding().equals(StandardCharsets.UTF_8)
                    ? place.link(file, alias(format, name.toString()))
                    : place.utf8(file, CsvHead.reader(file, head.encoding()), head.encoding(), "rows");
            engine = Engine.start(place, readable, options.memoryBytes(), options.threads(), options.temporaryBytes());
        } catch (RuntimeException e) {
            place.close();
            throw e;
        }
        try {
            Relation relation = head != null
                    ? CsvSource.load(engine, name.toString(), head, options)
                    : format == Format.PARQUET
                            ? ParquetSource.open(engine, name.toString(), options)
                            : JsonSource.load(engine, name.toString(), options);
            return new Table(name.toString(), format, engine, relation, options.progress());
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** DuckDB sees compression by the end of a name. */
    private static String alias(Format format, String name) {
        return (format == Format.PARQUET ? "rows.parquet" : "rows") + (name.endsWith(".gz") ? ".gz" : "");
    }

    /** Name of the file, without its directory. */
    public String name() {
        return name;
    }

    public Format format() {
        return format;
    }

    /** Columns in order. */
    public List<TableColumn> columns() {
        return relation.columns();
    }

    /** Rows in all. */
    public long rowCount() {
        return relation.rowCount();
    }

    /** The column of this name; upper and lower case differ. */
    public Optional<TableColumn> find(String column) {
        return columns().stream().filter(each -> each.name().equals(column)).findFirst();
    }

    /**
     * The column of this name.
     *
     * @throws QualityException {@code UNKNOWN_COLUMN}, naming the closest there is
     */
    public TableColumn column(String column) {
        return find(column).orElseThrow(() -> Columns.unknown(column, columns(), "'" + name + "'"));
    }

    /** Streams all columns, each in its natural form. */
    public Batches batches() {
        return batches(columns().stream()
                .map(column -> Selection.natural(column.name()))
                .toArray(Selection[]::new));
    }

    /** Streams these columns, each in its natural form. */
    public Batches batches(List<String> names) {
        return batches(names.stream().map(Selection::natural).toArray(Selection[]::new));
    }

    /**
     * Streams these columns in the order of the file's rows. The caller closes the stream.
     *
     * @throws QualityException {@code UNKNOWN_COLUMN}; {@code UNSUPPORTED_TYPE} if numbers are asked of a column without them
     */
    public Batches batches(Selection... selections) {
        if (selections.length == 0) {
            throw new QualityException(Code.BAD_REQUEST, "No column is selected; name at least one.");
        }
        List<TableColumn> chosen = Arrays.stream(selections)
                .map(selection -> column(selection.column()))
                .toList();
        List<Form> forms = new java.util.ArrayList<>();
        var cells = new StringBuilder();
        for (int i = 0; i < selections.length; i++) {
            TableColumn column = chosen.get(i);
            Form asked = selections[i].form();
            Form form = asked == null ? column.type().isNumber() ? Form.NUMBER : Form.TEXT : asked;
            if (form == Form.NUMBER && !column.type().isNumber()) {
                throw new QualityException(
                        Code.UNSUPPORTED_TYPE,
                        "Column '%s' of '%s' is %s (%s), not numbers; take it as text, or repair the values that are not numbers."
                                .formatted(
                                        column.name(),
                                        name,
                                        column.type().name().toLowerCase(java.util.Locale.ROOT),
                                        column.declared()));
            }
            forms.add(form);
            cells.append(i == 0 ? "" : ", ").append(Columns.cell(column, form));
        }
        return new Batches(
                engine.connect(),
                "SELECT " + cells + " FROM " + relation.from(),
                forms,
                "'" + name + "'",
                rowCount(),
                progress);
    }

    /**
     * One column of numbers in the order of the rows, whole: 8 bytes a row, and nothing beside it.
     *
     * @param step every so manyth row is taken, beginning with the first; at least 1
     * @return NaN where a value is missing
     * @throws QualityException {@code UNKNOWN_COLUMN}; {@code UNSUPPORTED_TYPE} if the column does not hold numbers; {@code BAD_REQUEST} if
     *     more rows are taken than an array holds
     */
    public double[] numbers(String column, int step) {
        if (step < 1 || rowCount() / step >= Integer.MAX_VALUE - 8) {
            throw new QualityException(
                    Code.BAD_REQUEST,
                    "%d rows of '%s' cannot be held at once with a step of %d; take every so manyth row."
                            .formatted(rowCount(), name, step));
        }
        try (var batches = batches(Selection.number(column))) {
            return batches.whole(step);
        }
    }

    /** What this library's own planners ask; not for other callers, and free to change. */
    public Relation relation() {
        return relation;
    }

    /** Frees memory and temporary files. Streams must be closed before. */
    @Override
    public void close() {
        engine.close();
    }
}
