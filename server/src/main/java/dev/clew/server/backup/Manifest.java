package dev.clew.server.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * What an archive says of itself, in {@code manifest.json}: written last, so an archive without it is not finished.
 *
 * @param format {@link #DATA} or {@link #KEYS}
 * @param origin name of the log
 * @param entries entries of the log in the copy; of a key archive: those of the archive it was made with
 * @param checkpoint the newest signed checkpoint in the copy, empty before the first
 * @param sums SHA-256 of the file {@code SHA256SUMS}, in hexadecimal
 */
record Manifest(
        String format,
        String origin,
        Instant madeAt,
        String version,
        long entries,
        String checkpoint,
        long files,
        long bytes,
        String sums) {
    static final String FILE = "manifest.json";
    static final String DATA = "clew-backup/1";
    static final String KEYS = "clew-keys/1";

    private static final long MAX_BYTES = 1 << 20;

    byte[] encode() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("format", format);
        json.put("origin", origin);
        json.put("made_at", madeAt.toString());
        json.put("version", version);
        json.put("entries", entries);
        json.put("checkpoint", checkpoint);
        json.put("files", files);
        json.put("bytes", bytes);
        json.put("sums", sums);
        return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws ClewException INVALID_ARGUMENT when the directory holds no finished archive of this format */
    static Manifest read(Path archive, String format) {
        Path file = archive.resolve(FILE);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                throw none(archive, format);
            }
            JsonNode json = Json.MAPPER.readTree(Files.readAllBytes(file));
            if (!json.path("format").asText().equals(format)) {
                throw none(archive, format);
            }
            return new Manifest(
                    format,
                    json.path("origin").asText(),
                    Instant.parse(json.path("made_at").asText()),
                    json.path("version").asText(),
                    json.path("entries").asLong(),
                    json.path("checkpoint").asText(),
                    json.path("files").asLong(),
                    json.path("bytes").asLong(),
                    json.path("sums").asText());
        } catch (IOException | DateTimeException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "The manifest of \"%s\" cannot be read.".formatted(archive), e);
        }
    }

    private static ClewException none(Path archive, String format) {
        return new ClewException(
                ErrorCode.INVALID_ARGUMENT,
                "\"%s\" is no finished %s: it has no manifest that says %s."
                        .formatted(archive, format.equals(KEYS) ? "key archive" : "archive", format));
    }
}
