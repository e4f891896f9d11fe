package dev.clew.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.explain.model.FeatureSchema.UnknownCategory;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.reasons.Reason;
import dev.clew.explain.reasons.ReasonCodes;
import dev.clew.explain.reasons.ReasonPolicy;
import dev.clew.explain.tree.TreeExplainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bundled credit model, from named values to reasons, against what Python answered. */
class CreditExampleTest {
    private static final Path EXAMPLE = Path.of("..", "examples", "credit");

    @Test
    void decidesAndExplainsLikeTheLibraryThatTrainedIt() throws Exception {
        Model model = Models.read(EXAMPLE.resolve("model.json"));
        assertThat(model.schema().size()).isEqualTo(18);
        assertThat(model.schema().names()).doesNotContain("personal_status_and_sex", "foreign_worker");
        var explainer = TreeExplainer.of(model);
        var policy = ReasonPolicy.compile(Files.readAllBytes(EXAMPLE.resolve("reason-codes.json")), model.schema());
        var codes = ReasonCodes.of(policy, model);
        JsonNode cases =
                new ObjectMapper().readTree(EXAMPLE.resolve("expected.json").toFile());
        int denied = 0;
        for (JsonNode expected : cases) {
            double[] row = model.schema().encode(values(expected.get("features")), UnknownCategory.REFUSE);
            var prediction = model.predict(row);
            assertThat(prediction.margin())
                    .isEqualTo((float) expected.get("margin").asDouble());
            assertThat(prediction.value()).isCloseTo(expected.get("probability").asDouble(), within(1e-6));
            var attribution = explainer.explain(row);
            assertThat(attribution.isTrustworthy()).isTrue();
            assertThat(attribution.base()[0]).isCloseTo(expected.get("base").asDouble(), within(1e-5));
            for (int j = 0; j < row.length; j++) {
                String name = model.schema().names().get(j);
                assertThat(attribution.phi(0)[j])
                        .isCloseTo(expected.get("contributions").get(name).asDouble(), within(1e-5));
            }
            if (prediction.value() >= 0.5) {
                denied++;
                var report = codes.explain(attribution, row, 0, 0);
                assertThat(report.reasons()).hasSizeBetween(1, 4).allSatisfy(reason -> {
                    assertThat(reason.text()).containsKeys("en", "de");
                    assertThat(reason.text().get("en")).doesNotContain("{value");
                });
                assertThat(report.reasons()).extracting(Reason::contribution).allMatch(c -> c > 0);
                assertThat(report.needsReview()).isFalse();
            }
        }
        assertThat(denied).isPositive();
    }

    private static Map<String, Object> values(JsonNode features) {
        var values = new HashMap<String, Object>();
        features.properties()
                .forEach(e -> values.put(
                        e.getKey(),
                        e.getValue().isTextual()
                                ? e.getValue().asText()
                                : e.getValue().numberValue()));
        return values;
    }
}
