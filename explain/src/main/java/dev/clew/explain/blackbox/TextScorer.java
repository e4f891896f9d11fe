package dev.clew.explain.blackbox;

import dev.clew.explain.ExplainException;
import java.util.List;

/** A black box that can be asked about texts. */
@FunctionalInterface
public interface TextScorer {
    /**
     * Answers to texts, texts × outputs.
     *
     * @param column what the texts are called, for dialects with names
     * @throws ExplainException {@code BLACK_BOX_FAILED} if it cannot answer
     */
    double[] score(List<String> texts, String column);
}
