package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.List;

/**
 * A model that answers rows and shows nothing else. Its answers are what is explained: there are no margins apart from
 * them. Thread-safe if the scorer is.
 */
public final class BlackBoxModel implements Model {
    private static final double SAME = 1e-6;
    private static final int PROBES = 3;

    /** Answers a batch: rows × outputs, row-major. May block; throws {@link ExplainException} if it cannot answer. */
    @FunctionalInterface
    public interface Scorer {
        double[] score(Rows rows);
    }

    private final ModelDescription description;
    private final FeatureSchema schema;
    private final Scorer scorer;
    private final int outputs;
    private final boolean deterministic;

    private BlackBoxModel(
            ModelDescription description, FeatureSchema schema, Scorer scorer, int outputs, boolean deterministic) {
        this.description = description;
        this.schema = schema;
        this.scorer = scorer;
        this.outputs = outputs;
        this.deterministic = deterministic;
    }

    /**
     * Asks a few rows twice, to learn how many outputs there are and whether equal rows get equal answers (within 1e-6). If it cannot
     * answer them together, one of them alone will do.
     *
     * @param name what the model is called: address, command or class; its digest stands for the model's
     * @param probe at least one row that the model can answer
     * @throws ExplainException {@code BLACK_BOX_FAILED} if the answers are no predictions of the rows
     */
    public static BlackBoxModel of(String name, FeatureSchema schema, Scorer scorer, Rows probe) {
        if (probe.count() == 0) {
            throw new ExplainException(Code.BAD_REQUEST, "A black box is opened with at least one row to ask it.");
        }
        probe.mustFit(schema);
        Rows few = probe.slice(0, Math.min(PROBES, probe.count()));
        double[] first;
        try {
            first = scorer.score(few);
        } catch (ExplainException e) {
            few = answered(scorer, few, e);
            first = scorer.score(few);
        }
        if (first.length == 0 || first.length % few.count() != 0) {
            throw new ExplainException(
                    Code.BLACK_BOX_FAILED,
                    "The black box answered %d rows with %d numbers.".formatted(few.count(), first.length));
        }
        double[] second = scorer.score(few);
        boolean same = second.length == first.length;
        for (int i = 0; same && i < first.length; i++) {
            same = Math.abs(first[i] - second[i]) <= SAME;
        }
        byte[] utf8 = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var description = new ModelDescription("black-box", "", "", Models.sha256(utf8), utf8.length);
        return new BlackBoxModel(description, schema, scorer, first.length / few.count(), same);
    }

    /** The first row that gets any answer by itself; what could not be answered together is thrown if there is none. */
    private static Rows answered(Scorer scorer, Rows few, ExplainException together) {
        for (int i = 0; i < few.count() && few.count() > 1; i++) {
            Rows one = few.slice(i, i + 1);
            try {
                scorer.score(one);
                return one;
            } catch (ExplainException e) {
                together.addSuppressed(e);
            }
        }
        throw together;
    }

    /** Whether the same rows were answered alike when the model was opened. */
    public boolean isDeterministic() {
        return deterministic;
    }

    @Override
    public BlackBoxModel named(List<String> names) {
        return new BlackBoxModel(description, schema.named(names), scorer, outputs, deterministic);
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public FeatureSchema schema() {
        return schema;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public Link link() {
        return Link.IDENTITY;
    }

    /** @throws ExplainException {@code BLACK_BOX_FAILED} if an answer is missing, too long or not finite */
    @Override
    public void margins(Rows rows, double[] out) {
        rows.mustFit(schema);
        if (rows.count() == 0) {
            return;
        }
        double[] answers = scorer.score(rows);
        if (answers.length != rows.count() * outputs) {
            throw new ExplainException(
                    Code.BLACK_BOX_FAILED,
                    "The black box answered %d rows of %d outputs with %d numbers."
                            .formatted(rows.count(), outputs, answers.length));
        }
        for (int i = 0; i < answers.length; i++) {
            if (!Double.isFinite(answers[i])) {
                throw new ExplainException(
                        Code.BLACK_BOX_FAILED,
                        "The black box answered row %d of a batch with no finite number.".formatted(i / outputs));
            }
        }
        System.arraycopy(answers, 0, out, 0, answers.length);
    }
}
