package dev.clew.server;

import static dev.clew.server.TestServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sender of records that runs wild is told to wait, alone and in the number of bytes only. */
class IngestRateServeTest {
    private static final String DECISIONS = "/api/clew/v1/decisions";

    @TempDir
    Path root;

    @Test
    void bytesOfRecordsAreBoundedAndRequestsAreNot() throws Exception {
        try (var server = TestServer.open(root, "http.max_ingest_rate=1KiB")
                .withAdministrator()
                .withUser("scorer", "Ss")
                .withUser("other", "Ss")) {
            String large = "{\"features\": {\"text\": \"%s\"}, \"outcome\": \"denied\"}".formatted("x".repeat(50_000));
            expect(201, server.post("scorer", DECISIONS, large));
            String small = "{\"features\": {}, \"outcome\": \"denied\"}";
            var slowed = server.post("scorer", DECISIONS, small);
            assertThat(slowed.status()).isEqualTo(429);
            assertThat(slowed.field("code")).isEqualTo("QUOTA_EXCEEDED");
            assertThat(slowed.field("detail")).contains("1024 bytes a second", "http.max_ingest_rate");
            // Nobody else is slowed down, nor anything else that it asks for.
            expect(201, server.post("other", DECISIONS, small));
            for (int i = 0; i < 50; i++) {
                expect(200, server.get("scorer", "/api/clew/v1/session"));
            }
        }
    }
}
