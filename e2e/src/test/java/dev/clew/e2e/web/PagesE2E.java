package dev.clew.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.e2e.PackagedServer;
import dev.clew.ledger.verify.Finding;
import dev.clew.ledger.verify.Verifier;
import dev.clew.ledger.verify.VerifierReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tests of {@code web/test}: every page and every action in the system's Chromium, texts that would be code to a careless page, and
 * the browser's verifier, whose verdicts the ledger's own has to share. Without Node.js, a Chromium or the pages' packages it says what
 * stays untested.
 */
class PagesE2E {
    private static final Path WEB = Path.of("..", "web").toAbsolutePath().normalize();
    private static final int MINUTES = 20;

    /** In this order on one server: first what only looks, then what changes, then what litters. */
    private static final List<String> SUITES = List.of("pages", "verify", "actions", "injection");

    @TempDir
    static Path dir;

    @Test
    void everyPageAndActionHoldsInABrowser() throws Exception {
        assumeTrue(isThere("node"), "Node.js is not installed: the pages stay untested.");
        assumeTrue(
                Files.isDirectory(WEB.resolve("node_modules/playwright-core")),
                "web/node_modules is not there (npm ci): the pages stay untested.");
        assumeTrue(
                Stream.of("chromium", "chromium-browser", "google-chrome").anyMatch(PagesE2E::isThere),
                "No Chromium is installed (apt-get install chromium): the pages stay untested.");
        Path verdicts = dir.resolve("verdicts");
        try (var server = PackagedServer.demo(dir);
                var empty = PackagedServer.start(Files.createDirectories(dir.resolve("empty")))) {
            var environment = Map.of(
                    "CLEW_URL", server.url(),
                    "CLEW_EMPTY", empty.url(),
                    "CLEW_DATA", dir.resolve("data").toString(),
                    "CLEW_VERDICTS", verdicts.toString());
            // Given together, Node.js would order them by name.
            for (String suite : SUITES) {
                node(suite, environment);
            }
        }
        assertThat(disagreements(verdicts)).isEmpty();
    }

    /** Bundles on which the browser's verifier and the ledger's differ, with both verdicts. */
    private static Map<String, String> disagreements(Path verdicts) throws IOException {
        JsonNode browser =
                new ObjectMapper().readTree(verdicts.resolve("verdicts.json").toFile());
        Path policy = verdicts.resolve("policy");
        var differ = new TreeMap<String, String>();
        for (var verdict : browser.properties()) {
            Path bundle = verdicts.resolve(verdict.getKey() + ".tlog-proof");
            String own = code(Verifier.verifyFile(bundle, Optional.of(policy), Optional.empty()));
            if (!own.equals(verdict.getValue().textValue())) {
                differ.put(verdict.getKey(), "%s, the browser says %s".formatted(own, verdict.getValue()));
            }
        }
        assertThat(browser.size()).isEqualTo(1_200);
        return differ;
    }

    private static String code(VerifierReport report) {
        return report.findings().stream()
                .filter(finding -> finding.severity() != Finding.Severity.INFO)
                .sorted(Comparator.comparing(Finding::severity))
                .map(finding -> finding.check().name())
                .findFirst()
                .orElse("-");
    }

    private static void node(String suite, Map<String, String> environment) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("node", "--test", "--test-reporter=spec", "test/%s.test.mjs".formatted(suite))
                .directory(WEB.toFile())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("browser.log").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        String log = Files.readString(dir.resolve("browser.log"));
        assertThat(ended && process.exitValue() == 0).as(log).isTrue();
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
