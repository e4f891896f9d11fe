package dev.clew.quality.internal;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.sql.SQLException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What DuckDB's failures mean. It has no codes for them, so their texts are read here and nowhere else; a test holds every text
 * against the driver in use.
 */
public final class Failures {
    private static final Pattern LINE = Pattern.compile("CSV Error on Line: (\\d+)");
    private static final Pattern WIDTH = Pattern.compile("Expected Number of Columns: (\\d+) Found: (\\d+)");
    private static final Pattern JSON_LINE = Pattern.compile("in line (\\d+)");
    private static final Pattern JSON_KEY = Pattern.compile("duplicate key \"([^\"]*)\"");

    private Failures() {}

    /** Whether a value did not fit the type that a sample had suggested. */
    public static boolean isWrongGuess(SQLException failure) {
        String text = text(failure);
        return text.contains("Error when converting column")
                || text.contains("Try increasing 'sample_size'") && !text.contains("duplicate key")
                || text.startsWith("Conversion Error");
    }

    /** Whether a statement needed more memory than the engine may hold, and could not spill it. */
    public static boolean isOutOfMemory(SQLException failure) {
        String text = text(failure);
        return text.contains("Out of Memory") && !text.contains("temp_directory_size");
    }

    /** The failure in this library's words. {@code what} names the file or table, quoted if a name. */
    public static QualityException of(SQLException failure, String what) {
        String text = text(failure);
        Matcher width = WIDTH.matcher(text);
        if (width.find()) {
            return new QualityException(
                    Code.RAGGED_ROW,
                    "Line %s of %s has %s fields; its header has %s. Quote fields that hold the separator, or repair the line."
                            .formatted(line(text), what, width.group(2), width.group(1)),
                    failure);
        }
        if (text.contains("Maximum line size") || text.contains("maximum_object_size")) {
            return new QualityException(
                    Code.LINE_TOO_LONG,
                    "%s has a line longer than the bound of a row; an unclosed quote often is the reason. Close it, or break the line."
                            .formatted(capital(what)),
                    failure);
        }
        if (text.contains("Invalid unicode") || text.contains("not utf-8") || text.contains("UTF8")) {
            return new QualityException(
                    Code.BAD_ENCODING,
                    "Line %s of %s is not UTF-8. State the file's encoding (latin-1, utf-16) or convert it; a file cannot mix encodings."
                            .formatted(line(text), what),
                    failure);
        }
        if (text.contains("unterminated quote")
                || text.contains("quote should be followed")
                || text.contains("CSV Error") && text.contains("quoted")) {
            return new QualityException(
                    Code.MALFORMED,
                    "Line %s of %s opens a quote that is not closed as it should be; double quotes inside quoted fields."
                            .formatted(line(text), what),
                    failure);
        }
        if (text.contains("Out of Memory") && text.contains("temp_directory_size") || text.contains("No space left")) {
            return new QualityException(
                    Code.OUT_OF_SPACE,
                    "Reading %s needs more room for temporary files than there is; name another directory or a higher limit."
                            .formatted(what),
                    failure);
        }
        if (isOutOfMemory(failure)) {
            return new QualityException(
                    Code.OUT_OF_MEMORY,
                    "Reading %s needs more memory than the limit allows; raise it or select fewer columns."
                            .formatted(what),
                    failure);
        }
        if (text.contains("INTERRUPT")) {
            return new QualityException(
                    Code.INTERRUPTED, "Reading %s was interrupted; begin again.".formatted(what), failure);
        }
        if (isDamage(text)) {
            return new QualityException(
                    Code.CORRUPT_FILE,
                    "%s is damaged or cut short: its bytes contradict its format. Write or copy it again."
                            .formatted(capital(what)),
                    failure);
        }
        return new QualityException(
                Code.UNREADABLE,
                "%s cannot be read: %s. Repair it, or write it again.".formatted(capital(what), firstLine(failure)),
                failure);
    }

    /** Whether the text of a JSON file is at fault. */
    public static boolean isJsonFault(SQLException failure) {
        String text = text(failure);
        return JSON_KEY.matcher(text).find()
                || text.contains("Malformed JSON")
                || text.contains("JSON transform error");
    }

    /** Whether DuckDB took a JSON file for one with an object on each line. */
    public static boolean isByLine(SQLException failure) {
        return JSON_LINE.matcher(text(failure)).find();
    }

    /** A fault of JSON in this library's words; {@code line} is where it stands, if that was found. */
    public static QualityException ofJson(SQLException failure, String what, OptionalLong line) {
        String where = line.isPresent() ? "Line " + line.getAsLong() : "A line";
        Matcher key = JSON_KEY.matcher(text(failure));
        return key.find()
                ? new QualityException(
                        Code.DUPLICATE_COLUMN,
                        "%s of %s has the key '%s' twice; keep one.".formatted(where, what, key.group(1)),
                        failure)
                : new QualityException(
                        Code.MALFORMED,
                        "%s of %s is not %s."
                                .formatted(
                                        where,
                                        what,
                                        isByLine(failure)
                                                ? "a JSON object; write one object on each line"
                                                : "JSON; repair it, or write one object on each line"),
                        failure);
    }

    private static boolean isDamage(String text) {
        return text.contains("arquet")
                || text.contains("Footer")
                || text.contains("GZIP")
                || text.contains("gzip")
                || text.contains("Snappy")
                || text.contains("ZSTD")
                || text.contains("TProtocol")
                || text.contains("No magic bytes")
                || text.contains("decompress");
    }

    private static String line(String text) {
        Matcher line = LINE.matcher(text);
        return line.find() ? line.group(1) : "?";
    }

    private static String text(SQLException failure) {
        return Objects.requireNonNullElse(failure.getMessage(), "no message");
    }

    /** The first line without a path, a position or a closing full stop. */
    static String firstLine(SQLException failure) {
        String line = text(failure).lines().findFirst().orElse("no message");
        line = line.replaceAll("\"[^\"]*[/\\\\][^\"]*\"|'[^']*[/\\\\][^']*'|(?<!\\w)/[^\\s\"']+", "the file");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static String capital(String what) {
        return Character.toUpperCase(what.charAt(0)) + what.substring(1);
    }
}
