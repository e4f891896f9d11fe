package dev.clew.server.tracking;

import dev.clew.server.common.Json;
import dev.clew.server.common.Uid;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The environment a model was made in, as its files describe it: equal files are the same environment.
 *
 * @param uid SHA-256 of {@code document}
 * @param document JSON object: name of each describing file to its SHA-256 in hexadecimal, by name
 */
record Environment(Uid uid, byte[] document) {
    /** What the makers of models write beside them. */
    private static final List<String> FILES =
            List.of("requirements.txt", "python_env.yaml", "conda.yaml", "environment.lock", "uv.lock", "poetry.lock");

    /** Most files of a model that are looked through. */
    static final int MAX_FILES = 10_000;

    /** Empty when no file describes one. */
    static Optional<Environment> of(List<StoredFile> files) {
        var digests = new TreeMap<String, String>();
        files.stream()
                .filter(file -> FILES.contains(file.path()))
                .forEach(file -> digests.put(file.path(), HexFormat.of().formatHex(file.sha256())));
        if (digests.isEmpty()) {
            return Optional.empty();
        }
        byte[] document = Json.MAPPER.valueToTree(digests).toString().getBytes(StandardCharsets.UTF_8);
        return Optional.of(new Environment(Uid.of(StoredFile.sha256(document)), document));
    }
}
