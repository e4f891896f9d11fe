package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.internal.Fragment;
import org.jspecify.annotations.Nullable;

/** A stage of judging one expectation. */
@FunctionalInterface
interface Step {
    /**
     * Asks the round for what this stage needs and returns the next stage, which is asked after the round was run and may read
     * the answers.
     *
     * @throws NotJudged if the expectation cannot be judged
     */
    Step ask(Round round);

    /** Rows that make an expectation fail: those of {@code rows} where {@code unexpected} holds. */
    record Failing(Domain rows, Fragment unexpected) {}

    /** The end: what came out, and which rows are the reason if rows are. */
    record Done(
            boolean success, ObjectNode result, @Nullable Failing failing) implements Step {
        Done(boolean success, ObjectNode result) {
            this(success, result, null);
        }

        @Override
        public Step ask(Round round) {
            return this;
        }
    }
}
