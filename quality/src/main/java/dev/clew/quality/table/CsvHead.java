package dev.clew.quality.table;

import dev.clew.quality.QualityException;
import dev.clew.quality.QualityException.Code;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The beginning of a file of separated values: its encoding, separator and column names. The first line is the header, always: a
 * guess would one day take a row of data for names, or skip rows until all have equal width.
 *
 * @param encoding as stated, or by the mark at the beginning
 * @param separator between fields
 * @param names as written
 */
record CsvHead(Charset encoding, char separator, List<String> names) {
    private static final int HEAD_BYTES = 1 << 20;
    private static final char[] SEPARATORS = {',', ';', '\t', '|'};

    static CsvHead read(Path file, Format format, Charset stated) {
        String name = file.getFileName().toString();
        byte[] bytes;
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            bytes = in.readNBytes(HEAD_BYTES);
        } catch (IOException e) {
            throw new QualityException(
                    name.endsWith(".gz") ? Code.CORRUPT_FILE : Code.MISSING_FILE,
                    "File '%s' cannot be read%s."
                            .formatted(
                                    name,
                                    name.endsWith(".gz")
                                            ? "; it is damaged or not compressed by gzip, so write or copy it again"
                                            : "; check its permissions and the disk"),
                    e);
        }
        Charset encoding = marked(bytes, stated);
        String head = decode(bytes, encoding, name);
        if (head.startsWith("\uFEFF")) {
            head = head.substring(1);
        }
        if (head.isBlank()) {
            throw new QualityException(
                    Code.EMPTY_FILE,
                    "File '%s' is empty, without even a header; give a file with one.".formatted(name));
        }
        if (head.indexOf('\0') >= 0) {
            throw new QualityException(
                    Code.MALFORMED,
                    "File '%s' holds bytes of value 0; it is not a text file. Name it by its format, or give its encoding if it is UTF-16."
                            .formatted(name));
        }
        int end = recordEnd(head, 0);
        if (end < 0 && bytes.length == HEAD_BYTES) {
            throw new QualityException(
                    Code.LINE_TOO_LONG,
                    "The header of '%s' does not end within 1 MiB; the file has no line ends or an unclosed quote."
                            .formatted(name));
        }
        if (end < 0 && head.chars().filter(c -> c == '"').count() % 2 == 1) {
            throw new QualityException(
                    Code.MALFORMED,
                    "The header of '%s' opens a quote that is never closed; double quotes inside quoted names."
                            .formatted(name));
        }
        String header = head.substring(0, end < 0 ? head.length() : end);
        String second = "";
        if (end >= 0) {
            int start = head.startsWith("\r\n", end) ? end + 2 : end + 1;
            int secondEnd = recordEnd(head, start);
            second = head.substring(Math.min(start, head.length()), secondEnd < 0 ? head.length() : secondEnd);
        }
        char separator = format == Format.TSV ? '\t' : separator(header, second);
        return new CsvHead(encoding, separator, fields(header, separator));
    }

    /** The whole text, unpacked; malformed bytes are errors. */
    static Reader reader(Path file, Charset encoding) {
        try {
            InputStream raw = Files.newInputStream(file);
            InputStream in = file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
            return new BufferedReader(new InputStreamReader(
                    in,
                    encoding.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)));
        } catch (IOException e) {
            throw new QualityException(
                    Code.MISSING_FILE,
                    "File '%s' cannot be read; check its permissions and the disk.".formatted(file.getFileName()),
                    e);
        }
    }

    private static Charset marked(byte[] bytes, Charset stated) {
        if (bytes.length >= 2
                && (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
                        || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)) {
            return StandardCharsets.UTF_16;
        }
        return stated;
    }

    private static String decode(byte[] bytes, Charset encoding, String name) {
        var decoder = encoding.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        // A character cut at the end of what was read is not an error: decoding stops before it.
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), out, false);
        String decoded = out.flip().toString();
        if (result.isError() && recordEnd(decoded, 0) < 0) {
            throw new QualityException(
                    Code.BAD_ENCODING,
                    "The header of '%s' is not %s. State the file's encoding (latin-1, utf-16) or convert it."
                            .formatted(name, encoding));
        }
        return decoded;
    }

    /** Where the record that begins at {@code from} ends, line ends inside quotes left aside; -1 if it does not. */
    private static int recordEnd(String text, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '\n' || c == '\r')) {
                return i;
            }
        }
        return -1;
    }

    private static char separator(String header, String second) {
        char best = ',';
        int most = 0;
        for (char candidate : SEPARATORS) {
            int count = fields(header, candidate).size() - 1;
            // A separator that divides the first row of data alike is the better witness.
            int weight = 2 * count + (count > 0 && fields(second, candidate).size() == count + 1 ? 1 : 0);
            if (weight > most) {
                most = weight;
                best = candidate;
            }
        }
        return best;
    }

    private static List<String> fields(String record, char separator) {
        List<String> fields = new ArrayList<>();
        var field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < record.length(); i++) {
            char c = record.charAt(i);
            if (quoted && c == '"' && i + 1 < record.length() && record.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"' && (quoted || field.isEmpty())) {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
