package dev.clew.server.cli;

import dev.clew.explain.ExplainException;
import dev.clew.explain.model.BlackBoxModel;
import dev.clew.explain.model.Feature;
import dev.clew.explain.model.FeatureSchema;
import dev.clew.explain.model.FeatureSchema.UnknownCategory;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import dev.clew.quality.table.Batch;
import dev.clew.quality.table.Selection;
import dev.clew.quality.table.Table;
import dev.clew.quality.table.TableColumn;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table as a model takes them: columns found by the features' names, texts turned into codes, empty cells
 * missing. Columns that are no features are left out. Streams, so that a table of any size fits.
 */
final class ModelRows {
    private static final int MAX_CELLS = 10_000_000;
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,4})?");

    private final FeatureSchema schema;
    private final Table table;
    private final Selection[] selections;
    private final UnknownCategory unknown;
    private final int baseMargins;

    /** @param lenient unknown categories count as unknown instead of refusing their row */
    ModelRows(FeatureSchema schema, Table table, boolean lenient) {
        this(schema, table, lenient, List.of());
    }

    /** Rows as the options ask for them, with a base of their own where they name its columns. */
    static ModelRows of(Model model, Table table, ExplainOptions options) {
        List<String> columns = options.baseMargin;
        if (!columns.isEmpty() && (columns.size() != model.outputs() || !(model instanceof TreeEnsemble))) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "Base margins belong to tree models, one column per output; this model has %d."
                            .formatted(model.outputs()));
        }
        return new ModelRows(model.schema(), table, options.unknown, columns);
    }

    private ModelRows(FeatureSchema schema, Table table, boolean lenient, List<String> baseColumns) {
        this.schema = schema;
        this.table = table;
        unknown = lenient ? UnknownCategory.AS_UNKNOWN : UnknownCategory.REFUSE;
        baseMargins = baseColumns.size();
        selections = new Selection[schema.size() + baseMargins];
        for (int b = 0; b < baseMargins; b++) {
            if (!table.column(baseColumns.get(b)).type().isNumber()) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "Column \"%s\" holds no numbers, so no base margins.".formatted(baseColumns.get(b)));
            }
            selections[schema.size() + b] = Selection.number(baseColumns.get(b));
        }
        for (int j = 0; j < schema.size(); j++) {
            Feature feature = schema.features().get(j);
            // A column of digits may stand for categories whose names are digits.
            boolean number = table.column(feature.name()).type().isNumber()
                    && feature.categories().isEmpty();
            selections[j] = number ? Selection.number(feature.name()) : Selection.text(feature.name());
        }
    }

    /**
     * The model with the names of the data's columns, taken in their order.
     *
     * @param except columns that are no features
     * @throws ClewException USAGE if the file names its features, or there are more or fewer columns
     */
    static Model byPosition(Model model, Table table, List<String> except) {
        List<String> names = table.columns().stream()
                .map(TableColumn::name)
                .filter(name -> !except.contains(name))
                .toList();
        if (!model.schema().isNameless()) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "The model file names its features, so columns are found by name; leave out --by-position.");
        }
        if (names.size() != model.schema().size()) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "The model takes %d features, and the data has %d columns for them; name others with --not-feature, or add what is missing."
                            .formatted(model.schema().size(), names.size()));
        }
        return model.named(names);
    }

    /** @throws ClewException INVALID_ARGUMENT if the file names no features, and the data does not call them as readers do */
    static void requireNames(Model model, Table table) {
        List<String> names = model.schema().names();
        if (!names.isEmpty()
                && model.schema().isNameless()
                && table.columns().stream().noneMatch(column -> column.name().equals(names.getFirst()))) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The model file names no features, and the data has no columns %s to %s; say --by-position to take the columns in their order."
                            .formatted(names.getFirst(), names.getLast()));
        }
    }

    /** One row of a part: its values, its base margins if it brings them, or why it cannot be used. */
    @SuppressWarnings("ArrayRecordComponent")
    record Encoded(
            long number,
            double @Nullable [] values,
            double[] baseMargins,
            @Nullable ExplainException failure) {
        Encoded failing(ExplainException why) {
            return new Encoded(number, null, new double[0], why);
        }
    }

    /** Takes some rows. */
    @FunctionalInterface
    interface Part {
        void take(List<Encoded> rows) throws IOException;
    }

    /** The rows of a part that can be used. */
    static Rows usable(List<Encoded> part, int width) {
        List<double[]> good = new ArrayList<>();
        for (Encoded row : part) {
            if (row.values != null) {
                good.add(row.values);
            }
        }
        return good.isEmpty() ? new Rows(new double[0], 0, width) : Rows.of(good);
    }

    /** The base margins of the rows that can be used, rows × outputs; empty if they bring none. */
    static double[] baseMargins(List<Encoded> part) {
        return part.stream()
                .filter(row -> row.values != null)
                .flatMapToDouble(row -> Arrays.stream(row.baseMargins))
                .toArray();
    }

    /** @throws ClewException {@code NOT_FOUND} if there is no row, or rows are asked for that all lie behind the last one */
    static void requireRows(Table table, long[] range) {
        if (table.rowCount() == 0) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND, "The data has a header and no row; give the rows to be worked on below it.");
        }
        if (range[0] > table.rowCount()) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND,
                    "Rows from %d were asked for, but there are %d; ask for some of those."
                            .formatted(range[0], table.rowCount()));
        }
    }

    /** Hands over rows in order, in parts; numbers count from 1. */
    void each(long from, long to, int partRows, Part part) throws IOException {
        var open = new ArrayList<Encoded>();
        try (var batches = table.batches(selections)) {
            for (Batch batch : batches) {
                if (batch.firstRow() + 1 > to) {
                    break;
                }
                for (int i = 0; i < batch.rows(); i++) {
                    long number = batch.firstRow() + i + 1;
                    if (number < from || number > to) {
                        continue;
                    }
                    open.add(encode(batch, i, number));
                    if (open.size() == partRows) {
                        part.take(List.copyOf(open));
                        open.clear();
                    }
                }
            }
        }
        if (!open.isEmpty()) {
            part.take(List.copyOf(open));
        }
    }

    private Encoded encode(Batch batch, int i, long number) {
        double[] row = new double[schema.size()];
        double[] base = new double[baseMargins];
        try {
            for (int j = 0; j < row.length; j++) {
                row[j] = batch.isNumber(j)
                        ? batch.numbers(j)[i]
                        : schema.encode(j, batch.missing(j)[i] ? null : cell(j, batch.texts(j)[i]), unknown);
            }
            for (int b = 0; b < base.length; b++) {
                base[b] = batch.numbers(row.length + b)[i];
                if (!Double.isFinite(base[b])) {
                    throw new ExplainException(
                            ExplainException.Code.ROW_MISMATCH, "The base margin is missing or not finite.");
                }
            }
            return new Encoded(number, row, base, null);
        } catch (ExplainException e) {
            return new Encoded(number, null, base, e);
        }
    }

    /** One text among numbers makes a column of texts; the other rows still have their numbers, and yes or no is a number too. */
    private @Nullable Object cell(int j, @Nullable String text) {
        if (text == null || !schema.features().get(j).categories().isEmpty()) {
            return text;
        }
        String trimmed = text.strip();
        if (NUMBER.matcher(trimmed).matches()) {
            return Double.valueOf(trimmed);
        }
        return switch (trimmed.toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> text;
        };
    }

    /**
     * The rows of a table that a model can take, as far as they were read.
     *
     * @param numbers of the rows in the table, counted from 1
     * @param refused how many rows before the last of them cannot be used
     * @param why what is wrong with the first of those
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Kept(
            Rows rows,
            long[] numbers,
            int refused,
            @Nullable ExplainException why) {
        /**
         * Those of the rows that the model has an answer for; one without a rule for a missing value would refuse all of them for one. A
         * black box, whose answers may be dear, is not asked.
         *
         * @throws ClewException INVALID_ARGUMENT if there is none
         */
        Kept answeredBy(Model model) {
            if (model instanceof BlackBoxModel || isAnswered(model, rows)) {
                return this;
            }
            List<double[]> good = new ArrayList<>();
            var left = LongStream.builder();
            ExplainException first = why;
            for (int i = 0; i < rows.count(); i++) {
                try {
                    model.margins(rows.slice(i, i + 1), new double[model.outputs()]);
                    good.add(rows.row(i));
                    left.add(numbers[i]);
                } catch (ExplainException e) {
                    first = first == null ? e : first;
                }
            }
            if (good.isEmpty()) {
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "There is no row that the model can take. %s"
                                .formatted(first == null ? "" : first.getMessage()));
            }
            return new Kept(Rows.of(good), left.build().toArray(), refused + rows.count() - good.size(), first);
        }

        private static boolean isAnswered(Model model, Rows rows) {
            try {
                model.margins(rows, new double[rows.count() * model.outputs()]);
                return true;
            } catch (ExplainException e) {
                return false;
            }
        }

        /** Says on the console how many rows were left out, if any were. */
        void warn() {
            warn("");
        }

        /** @param whose which rows they are, followed by a blank; empty for those of the data */
        void warn(String whose) {
            if (refused > 0) {
                Console.warn("%d rows %scannot be used and are left out, the first because: %s"
                        .formatted(refused, whose, why == null ? "" : why.getMessage()));
            }
        }
    }

    /** The first usable rows, at most so many. */
    Rows first(int most) throws IOException {
        return kept(most).rows;
    }

    /** The first usable rows, at most so many, and which they are. */
    Kept kept(int most) throws IOException {
        List<double[]> rows = new ArrayList<>();
        var numbers = LongStream.builder();
        var failures = new ArrayList<ExplainException>();
        int limit = Math.min(most, Math.max(1, MAX_CELLS / Math.max(1, schema.size())));
        each(1, most * 2L, 1_024, part -> {
            for (Encoded encoded : part) {
                ExplainException failure = encoded.failure;
                if (rows.size() == limit) {
                    return;
                }
                if (encoded.values != null) {
                    rows.add(encoded.values);
                    numbers.add(encoded.number);
                } else if (failure != null) {
                    failures.add(failure);
                }
            }
        });
        ExplainException why = failures.isEmpty() ? null : failures.getFirst();
        if (rows.isEmpty()) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" has no row that the model can take.%s"
                            .formatted(table.name(), why == null ? "" : " " + why.getMessage()));
        }
        return new Kept(Rows.of(rows), numbers.build().toArray(), failures.size(), why);
    }

    /** {@code 5} or {@code 1-100}, counted from 1; empty is everything. */
    static long[] range(String text) {
        if (text.isEmpty()) {
            return new long[] {1, Long.MAX_VALUE};
        }
        if (!text.matches("\\d{1,15}(-\\d{1,15})?")) {
            throw new ClewException(ErrorCode.USAGE, "\"%s\" is no range of rows; write 7 or 1-100.".formatted(text));
        }
        String[] ends = text.split("-");
        long from = Long.parseLong(ends[0]);
        long to = Long.parseLong(ends[ends.length - 1]);
        if (from < 1 || to < from) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "\"%s\" is no range of rows; they are counted from 1, the lesser number first.".formatted(text));
        }
        return new long[] {from, to};
    }
}
