package dev.clew.server.explanations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.Flag;
import dev.clew.explain.model.Models;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.DecisionInputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplainableTest {
    private static final Path EXAMPLE = Path.of("..", "examples", "credit");

    /** Attributions that do not add up are stored with their flag, and no notice to a person rests on them. */
    @Test
    void givesNoReasonsFromAttributionsThatDoNotAddUp() throws Exception {
        var explainable = Explainable.of(
                Models.read(EXAMPLE.resolve("model.json")), Files.readAllBytes(EXAMPLE.resolve("reason-codes.json")));
        var decision = new DecisionInputs.Opened(
                Uid.next(1),
                "default",
                1,
                new byte[0],
                null,
                null,
                Uid.next(2),
                List.of(),
                List.of(),
                List.of(),
                "denied",
                0.7,
                0.5,
                List.of(),
                null,
                0);
        double[] row = new double[explainable.schema().size()];
        Attribution good = explainable.explain(row).attribution();
        assertThat(explainable.reasons(decision, good, row)).isPresent();
        var bad = new Attribution(
                good.base(),
                good.phi(),
                good.margin(),
                good.prediction(),
                good.method(),
                good.semantics(),
                good.space(),
                0.25,
                Set.of(Flag.ADDITIVITY_FAILED));
        assertThat(explainable.reasons(decision, bad, row)).isEmpty();
    }
}
