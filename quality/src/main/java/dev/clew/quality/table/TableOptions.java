package dev.clew.quality.table;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a file is opened. Start from {@link #DEFAULTS} and change what differs.
 *
 * @param format null: by name, else by content
 * @param encoding of CSV and TSV; a file in another encoding than UTF-8 is copied on opening
 * @param missing texts that mean "no value" in CSV and TSV, quoted or not
 * @param dates whether texts that look like dates become {@link ColumnType#DATE} or {@link ColumnType#TIMESTAMP}; otherwise they
 *     stay as written (Parquet is typed by itself)
 * @param columns names to keep, in this order; empty keeps all
 * @param memoryBytes what DuckDB may hold before it spills, at least 128 MiB; the arrays of a batch come on top
 * @param threads worker threads, at least 1
 * @param temporary parent of the directory that spilled data goes to
 * @param temporaryBytes how much may be spilled
 * @param progress hears how far loading has come
 */
public record TableOptions(
        @Nullable Format format,
        Charset encoding,
        List<String> missing,
        boolean dates,
        List<String> columns,
        long memoryBytes,
        int threads,
        Path temporary,
        long temporaryBytes,
        Progress progress) {
    /** What pandas takes for missing, too. */
    public static final List<String> MISSING = List.of(
            "",
            "#N/A",
            "#N/A N/A",
            "#NA",
            "-1.#IND",
            "-1.#QNAN",
            "-NaN",
            "-nan",
            "1.#IND",
            "1.#QNAN",
            "<NA>",
            "N/A",
            "NA",
            "NULL",
            "NaN",
            "None",
            "n/a",
            "nan",
            "null");

    /** 512 MiB, all cores, 64 GiB of temporary room, UTF-8, dates recognised. */
    public static final TableOptions DEFAULTS = new TableOptions(
            null,
            StandardCharsets.UTF_8,
            MISSING,
            true,
            List.of(),
            512L << 20,
            Runtime.getRuntime().availableProcessors(),
            Path.of(System.getProperty("java.io.tmpdir")),
            64L << 30,
            Progress.NONE);

    /** Checks ranges. */
    public TableOptions {
        missing = List.copyOf(missing);
        columns = List.copyOf(columns);
        if (memoryBytes < 128L << 20) {
            throw new QualityException(
                    Code.BAD_REQUEST,
                    "A memory limit of %d bytes is too small; give at least 128 MiB.".formatted(memoryBytes));
        }
        if (threads < 1) {
            throw new QualityException(Code.BAD_REQUEST, "%d threads cannot work; give at least 1.".formatted(threads));
        }
    }

    public TableOptions withFormat(Format value) {
        return new TableOptions(
                value, encoding, missing, dates, columns, memoryBytes, threads, temporary, temporaryBytes, progress);
    }

    public TableOptions withEncoding(Charset value) {
        return new TableOptions(
                format, value, missing, dates, columns, memoryBytes, threads, temporary, temporaryBytes, progress);
    }

    public TableOptions withMissing(List<String> value) {
        return new TableOptions(
                format, encoding, value, dates, columns, memoryBytes, threads, temporary, temporaryBytes, progress);
    }

    public TableOptions withDates(boolean value) {
        return new TableOptions(
                format, encoding, missing, value, columns, memoryBytes, threads, temporary, temporaryBytes, progress);
    }

    public TableOptions withColumns(List<String> value) {
        return new TableOptions(
                format, encoding, missing, dates, value, memoryBytes, threads, temporary, temporaryBytes, progress);
    }

    public TableOptions withMemoryBytes(long value) {
        return new TableOptions(
                format, encoding, missing, dates, columns, value, threads, temporary, temporaryBytes, progress);
    }

    public TableOptions withThreads(int value) {
        return new TableOptions(
                format, encoding, missing, dates, columns, memoryBytes, value, temporary, temporaryBytes, progress);
    }

    public TableOptions withTemporary(Path value, long bytes) {
        return new TableOptions(
                format, encoding, missing, dates, columns, memoryBytes, threads, value, bytes, progress);
    }

    public TableOptions withProgress(Progress value) {
        return new TableOptions(
                format, encoding, missing, dates, columns, memoryBytes, threads, temporary, temporaryBytes, value);
    }
}
