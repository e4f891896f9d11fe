package dev.clew.e2e.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.e2e.PackagedServer;
import dev.clew.e2e.PythonClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged server says of itself is OpenAPI 3.1, says a validator that is not ours. */
class OpenApiE2E {
    private static final Path HERE = Path.of("openapi");

    @TempDir
    Path dir;

    @Test
    void theDocumentIsValid() throws Exception {
        var python = PythonClient.of("openapi", HERE.resolve("requirements.txt"));
        try (var server = PackagedServer.start(dir)) {
            assertThat(python.run(HERE.resolve("check.py"), Map.of(), server.url()))
                    .contains(" 0 problems");
        }
    }
}
