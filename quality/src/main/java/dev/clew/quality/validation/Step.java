package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;

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

    /** The end: what came out. */
    record Done(boolean success, ObjectNode result) implements Step {
        @Override
        public Step ask(Round round) {
            return this;
        }
    }
}
