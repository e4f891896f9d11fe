package dev.clew.quality.table;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** How a file holds its rows. */
public enum Format {
    /** Separated values with a header; the separator (comma, semicolon, tab, bar) is found by looking. */
    CSV,
    /** Values separated by tabs, with a header. */
    TSV,
    /** One JSON object per line, or one array of objects. */
    JSON_LINES,
    /** Apache Parquet. */
    PARQUET;

    /**
     * The format of a file by its name ({@code .gz} at its end left aside), else by its first bytes.
     *
     * @throws QualityException {@code UNKNOWN_FORMAT}
     */
    static Format of(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        int point = plain.lastIndexOf('.');
        return switch (point < 0 ? "" : plain.substring(point + 1)) {
            case "csv" -> CSV;
            case "tsv", "tab" -> TSV;
            case "jsonl", "ndjson", "json" -> JSON_LINES;
            case "parquet", "pq" -> PARQUET;
            default -> byContent(file);
        };
    }

    private static Format byContent(Path file) {
        byte[] head;
        try (InputStream bytes = Files.newInputStream(file)) {
            head = bytes.readNBytes(4);
        } catch (IOException e) {
            throw new QualityException(
                    Code.MISSING_FILE,
                    "File '%s' cannot be read; check its permissions and the disk.".formatted(file.getFileName()),
                    e);
        }
        String start = new String(head, StandardCharsets.ISO_8859_1).strip();
        if (start.equals("PAR1")) {
            return PARQUET;
        }
        if (start.startsWith("{") || start.startsWith("[{")) {
            return JSON_LINES;
        }
        throw new QualityException(
                Code.UNKNOWN_FORMAT,
                "The format of '%s' is not known by its name; call it .csv, .tsv, .jsonl or .parquet, or state the format."
                        .formatted(file.getFileName()));
    }
}
