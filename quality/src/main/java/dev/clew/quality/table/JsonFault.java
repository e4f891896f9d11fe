package dev.clew.quality.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;

/**
 * Where JSON that DuckDB refused is wrong. DuckDB counts lines from where its buffers begin, and passes over blank ones, so a file that it
 * refused is read once more up to the fault.
 */
final class JsonFault {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonFault() {}

    /**
     * The number of the first line, from 1, that is no object or has a key twice; empty if none is found before a line longer
     * than an object may be.
     *
     * @param byLine whether each object has a line of its own; otherwise the file is read as a whole
     */
    static OptionalLong line(Path file, boolean byLine) {
        try (InputStream bytes = Files.newInputStream(file);
                InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes) {
            return byLine
                    ? firstOf(new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8)))
                    : within(plain);
        } catch (IOException | UncheckedIOException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong firstOf(Reader text) throws IOException {
        var line = new StringBuilder();
        long number = 1;
        for (int next = text.read(); line.length() <= JsonSource.OBJECT_BYTES; next = text.read()) {
            if (next >= 0 && next != '\n') {
                line.append((char) next);
                continue;
            }
            if (!line.toString().isBlank() && !isObject(line.toString())) {
                return OptionalLong.of(number);
            }
            if (next < 0) {
                return OptionalLong.empty();
            }
            line.setLength(0);
            number++;
        }
        return OptionalLong.empty();
    }

    private static boolean isObject(String line) throws IOException {
        try (JsonParser parser = MAPPER.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() != null) {
                // Reading is what finds the fault.
            }
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static OptionalLong within(InputStream text) throws IOException {
        try (JsonParser parser = MAPPER.createParser(text)) {
            while (parser.nextToken() != null) {
                // Reading is what finds the fault.
            }
            return OptionalLong.empty();
        } catch (JsonProcessingException e) {
            return e.getLocation() == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(e.getLocation().getLineNr());
        }
    }
}
