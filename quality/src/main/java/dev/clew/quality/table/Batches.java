package dev.clew.quality.table;

import dev.clew.quality.internal.Failures;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBReadableVector;
import org.jspecify.annotations.Nullable;

/**
 * A stream of batches in the order of the file, to be walked once and closed. Holds one chunk of DuckDB and one batch at a time.
 * Confined to one thread; several streams of one table may run at once.
 */
public final class Batches implements Iterable<Batch>, Iterator<Batch>, AutoCloseable {
    private static final int ROWS = 16_384;
    private static final long TEXT_CHARS = 8L << 20;

    private final String what;
    private final List<Form> forms;
    private final long total;
    private final Progress progress;
    private final DuckDBConnection connection;
    private final DuckDBPreparedStatement statement;
    private final DuckDBChunkedResult result;
    private DuckDBReadableVector[] vectors = {};
    private int at;
    private int chunkRows;
    private long row;
    private boolean finished;

    Batches(DuckDBConnection connection, String sql, List<Form> forms, String what, long total, Progress progress) {
        this.connection = connection;
        this.forms = forms;
        this.what = what;
        this.total = total;
        this.progress = progress;
        try {
            statement = connection.prepare(sql);
            result = statement.query();
        } catch (SQLException e) {
            throw Failures.of(e, what);
        }
    }

    @Override
    public Iterator<Batch> iterator() {
        return this;
    }

    /** @throws dev.clew.quality.QualityException if the file turns out damaged at this place */
    @Override
    public boolean hasNext() {
        while (at >= chunkRows && !finished) {
            try {
                finished = !result.nextChunk();
            } catch (RuntimeException e) {
                throw e.getCause() instanceof SQLException cause ? Failures.of(cause, what) : e;
            }
            if (!finished) {
                chunkRows = Math.toIntExact(result.chunk().rowCount());
                at = 0;
                vectors = new DuckDBReadableVector[forms.size()];
                for (int i = 0; i < vectors.length; i++) {
                    vectors[i] = result.chunk().vector(i);
                }
            }
        }
        return !finished;
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int width = forms.size();
        double[] @Nullable [] numbers = new double[width] @Nullable [];
        @Nullable String[] @Nullable [] texts = new @Nullable String[width] @Nullable [];
        boolean[][] missing = new boolean[width][ROWS];
        for (int i = 0; i < width; i++) {
            if (forms.get(i) == Form.NUMBER) {
                numbers[i] = new double[ROWS];
            } else {
                texts[i] = new @Nullable String[ROWS];
            }
        }
        int filled = 0;
        long chars = 0;
        while (filled < ROWS && chars < TEXT_CHARS && hasNext()) {
            // Texts are taken in small steps, so that long ones end the batch early.
            int count = Math.min(Math.min(ROWS - filled, chunkRows - at), 256);
            for (int i = 0; i < width; i++) {
                double[] into = numbers[i];
                if (into != null) {
                    numbers(vectors[i], into, missing[i], filled, count);
                }
                @Nullable String[] words = texts[i];
                if (words != null) {
                    chars += texts(vectors[i], words, missing[i], filled, count);
                }
            }
            at += count;
            filled += count;
        }
        for (int i = 0; i < width && filled < ROWS; i++) {
            missing[i] = Arrays.copyOf(missing[i], filled);
            numbers[i] = numbers[i] == null ? null : Arrays.copyOf(numbers[i], filled);
            texts[i] = texts[i] == null ? null : Arrays.copyOf(texts[i], filled);
        }
        var batch = new Batch(row, filled, numbers, texts, missing);
        row += filled;
        progress.at("reading " + what, total == 0 ? Double.NaN : (double) row / total);
        return batch;
    }

    /** The rest of a stream of one column of numbers in one array, every so manyth row. */
    double[] whole(int step) {
        double[] values = new double[Math.toIntExact((total + step - 1) / step)];
        int filled = 0;
        long next = 0;
        while (hasNext()) {
            DuckDBReadableVector vector = vectors[0];
            for (; next < row + chunkRows; next += step) {
                values[filled++] = vector.getDouble((int) (next - row), Double.NaN);
            }
            row += chunkRows;
            at = chunkRows;
            progress.at("reading " + what, (double) row / total);
        }
        return filled == values.length ? values : Arrays.copyOf(values, filled);
    }

    private void numbers(DuckDBReadableVector vector, double[] into, boolean[] missing, int from, int count) {
        for (int i = 0; i < count; i++) {
            if (vector.isNull(at + i)) {
                missing[from + i] = true;
                into[from + i] = Double.NaN;
            } else {
                into[from + i] = vector.getDouble(at + i);
            }
        }
    }

    private long texts(DuckDBReadableVector vector, @Nullable String[] into, boolean[] missing, int from, int count) {
        long chars = 0;
        for (int i = 0; i < count; i++) {
            if (vector.isNull(at + i)) {
                missing[from + i] = true;
            } else {
                String value = vector.getString(at + i);
                into[from + i] = value;
                chars += value.length();
            }
        }
        return chars;
    }

    @Override
    public void close() {
        try (connection;
                statement;
                result) {
            finished = true;
        } catch (SQLException e) {
            throw Failures.of(e, what);
        }
    }
}
