package dev.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.ClewException;
import dev.clew.server.config.Keys;
import dev.clew.server.config.Settings;
import dev.clew.server.config.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigTest {
    /** The defaults are promises: changing one is a change for users, made here too. */
    private static final Map<String, String> PINNED = Map.ofEntries(
            Map.entry("data.dir", "clew-data"),
            Map.entry("data.database_url", ""),
            Map.entry("http.host", "127.0.0.1"),
            Map.entry("http.port", "7070"),
            Map.entry("http.hosts", ""),
            Map.entry("http.sandbox_name", ""),
            Map.entry("http.trusted_proxies", ""),
            Map.entry("http.max_requests", "256"),
            Map.entry("http.max_connections", "1024"),
            Map.entry("http.max_body_memory", "64MiB"),
            Map.entry("http.max_header_bytes", "32KiB"),
            Map.entry("http.max_headers", "128"),
            Map.entry("http.max_uri_bytes", "8KiB"),
            Map.entry("http.idle", "30s"),
            Map.entry("http.header_time", "20s"),
            Map.entry("http.body_time", "60s"),
            Map.entry("http.min_rate", "16KiB"),
            Map.entry("http.max_ingest_rate", "64MiB"),
            Map.entry("http.max_inflation", "200"),
            Map.entry("http.drain", "4s"),
            Map.entry("http.access_log", "errors"),
            Map.entry("http.access_log_file", ""),
            Map.entry("http.tls", "off"),
            Map.entry("http.tls_certificate", ""),
            Map.entry("http.tls_key", ""),
            Map.entry("ledger.origin", ""),
            Map.entry("ledger.public", "none"),
            Map.entry("ledger.checkpoint_within", "250ms"),
            Map.entry("ledger.anchor_file", ""),
            Map.entry("policy.protected_aliases", ""),
            Map.entry("policy.approval_needed", "none"),
            Map.entry("privacy.handle_valid", "15m"),
            Map.entry("privacy.backup_horizon", "30d"),
            Map.entry("privacy.erasures_file", ""),
            Map.entry("sod.mode", "strict"),
            Map.entry("artifacts.max_file", "16GiB"),
            Map.entry("artifacts.reserve", "256MiB"),
            Map.entry("artifacts.upload_time", "24h"),
            Map.entry("artifacts.parts_url", ""),
            Map.entry("webhooks.allowed_schemes", "https"),
            Map.entry("webhooks.allow_private", "false"),
            Map.entry("data.min_free", "512MiB"),
            Map.entry("decisions.late", "9600h"),
            Map.entry("segments.after", "5m"),
            Map.entry("segments.max_chunks", "4096"),
            Map.entry("segments.size", "32MiB"),
            Map.entry("explanations.at_once", "adverse"),
            Map.entry("explanations.adverse_outcomes", "denied,deny,rejected,reject,declined,decline,refused,bad"),
            Map.entry("explanations.max_queued", "16384"));

    @Test
    void everyDefaultIsPinned() {
        assertThat(Config.read(new Sources()).effective().stream()
                        .collect(Collectors.toMap(Settings.Effective::key, Settings.Effective::value)))
                .containsExactlyInAnyOrderEntriesOf(PINNED);
    }

    @Test
    void everyKeyIsReadSomewhere() throws IOException {
        String source;
        try (var files = Files.walk(Path.of("src/main/java"))) {
            source = files.filter(file -> file.toString().endsWith(".java"))
                    .map(ConfigTest::text)
                    .collect(Collectors.joining("\n"));
        }
        assertThat(Keys.all(Config.class)).allSatisfy(key -> assertThat(source).contains("." + key.accessor() + "()"));
    }

    @Test
    void refusesToSpeakInTheClearToOtherMachines() {
        assertThatThrownBy(() -> with("http.host=0.0.0.0").refuseOpenAir())
                .isInstanceOf(ClewException.class)
                .hasMessageContaining("http.tls=generated")
                .hasMessageContaining("http.trusted_proxies");
        for (List<String> accepted : List.of(
                List.of("http.host=::1"),
                List.of("http.host=localhost"),
                List.of("http.host=0.0.0.0", "http.tls=generated"),
                List.of("http.host=0.0.0.0", "http.trusted_proxies=10.0.0.0/8"))) {
            assertThatCode(() -> with(accepted.toArray(String[]::new)).refuseOpenAir())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void refusesAProxyThatIsNoAddress() {
        assertThatThrownBy(() -> with("http.trusted_proxies=proxy.example"))
                .hasMessageContaining("\"proxy.example\" is not an address");
    }

    @Test
    void refusesASandboxUnderANameOfTheApplication() {
        for (String name :
                List.of("localhost", "127.0.0.1", "clew.example", "CLEW.example", "pages.example:7071", "a b", "x;y")) {
            assertThatThrownBy(() -> with("http.hosts=clew.example", "http.sandbox_name=" + name))
                    .as(name)
                    .hasMessageContaining("http.sandbox_name=" + name);
        }
        assertThatThrownBy(() -> with("http.host=clew.example", "http.sandbox_name=clew.example"))
                .hasMessageContaining("serves nothing else");
        assertThat(with("http.hosts=clew.example", "http.sandbox_name=pages.clew.example")
                        .http()
                        .sandboxName())
                .isEqualTo("pages.clew.example");
    }

    private static Config with(String... pairs) {
        return Config.read(new Sources().set(List.of(pairs))).values();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
