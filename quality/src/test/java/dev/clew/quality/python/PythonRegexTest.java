package dev.clew.quality.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Patterns and texts of e2e/parity/quality/patterns.py, judged by Python itself (golden/patterns.jsonl). */
class PythonRegexTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void noPatternIsSilentlyUnderstoodDifferently() throws IOException {
        List<String> differences = new ArrayList<>();
        int equal = 0;
        int refused = 0;
        try (var lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(getClass().getResourceAsStream("/golden/patterns.jsonl")),
                StandardCharsets.UTF_8))) {
            JsonNode texts = MAPPER.readTree(lines.readLine()).get("texts");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode golden = MAPPER.readTree(line);
                String source = golden.get("pattern").asText();
                PythonRegex regex;
                try {
                    regex = PythonRegex.compile(source);
                } catch (UnsupportedPatternException e) {
                    refused += golden.get("found").isNull() ? 0 : 1;
                    equal += golden.get("found").isNull() ? 1 : 0;
                    continue;
                }
                if (golden.get("found").isNull()) {
                    differences.add("%s: Python refuses it".formatted(source));
                    continue;
                }
                List<String> wrong = new ArrayList<>();
                for (int i = 0; i < texts.size(); i++) {
                    String text = texts.get(i).asText();
                    if (regex.find(text) != (golden.get("found").asText().charAt(i) == '1')) {
                        wrong.add(MAPPER.writeValueAsString(text));
                    }
                }
                equal += wrong.isEmpty() ? 1 : 0;
                if (!wrong.isEmpty()) {
                    differences.add("%s: differs on %s".formatted(source, wrong));
                }
            }
        }
        assertThat(differences).as("%d differ", differences.size()).isEmpty();
        assertThat(equal).isGreaterThan(480);
        // What Python understands and we refuse with a reason.
        assertThat(refused).isLessThan(40);
    }

    @Test
    void whatIsRefusedSaysWhy() {
        assertThatThrownBy(() -> PythonRegex.compile("(a)?(?(1)b|c)")).isInstanceOf(UnsupportedPatternException.class);
        assertThatThrownBy(() -> PythonRegex.compile("a".repeat(10_001))).hasMessageContaining("longer than 10000");
        assertThatThrownBy(() -> PythonRegex.compile("^(a|aa)+\\1$").find("a".repeat(60) + "!"))
                .hasMessageContaining("backtracks without end");
    }
}
