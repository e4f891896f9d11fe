package dev.clew.server.spans;

import static dev.clew.server.spans.Assessment.ASSESSMENTS;
import static dev.clew.server.spans.SpanTrace.TRACES;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.Optional;

/** Changes of assessments. */
sealed interface AssessmentCommand<R> extends Command<R> {
    /** Adds one, or replaces it; what it overrides becomes invalid. */
    record Put(Node about, Assessment assessment) implements AssessmentCommand<Assessment> {
        @Override
        public Needs needs() {
            Needs needs = Needs.of(TRACES, Key.of(assessment.trace())).and(ASSESSMENTS, Key.of(assessment.uid()));
            Uid overridden = assessment.overrides();
            return overridden == null ? needs : needs.and(ASSESSMENTS, Key.of(overridden));
        }

        @Override
        public Decision<Assessment> decide(State state, Moment now) {
            var trace =
                    state.find(TRACES, Key.of(assessment.trace())).filter(found -> found.scope() == assessment.scope());
            if (trace.isEmpty()) {
                return Decision.refuse(
                        ErrorCode.NOT_FOUND,
                        SpanTexts.unknownTrace("tr-" + assessment.trace().hex()));
            }
            boolean isTaken = state.find(ASSESSMENTS, Key.of(assessment.uid()))
                    .filter(found -> !found.trace().equals(assessment.trace()))
                    .isPresent();
            if (isTaken) {
                return Decision.refuse(ErrorCode.INVALID_ARGUMENT, SpanTexts.takenAssessment(assessment.id()));
            }
            Change change =
                    Change.of(Act.TRACE_LOG, about).scope(assessment.scope()).put(ASSESSMENTS, assessment);
            Uid overridden = assessment.overrides();
            if (overridden != null) {
                Optional<Assessment> old = state.find(ASSESSMENTS, Key.of(overridden))
                        .filter(found -> found.trace().equals(assessment.trace()));
                if (old.isEmpty()) {
                    return Decision.refuse(
                            ErrorCode.NOT_FOUND,
                            SpanTexts.unknownAssessment(
                                    "a-" + overridden.hex(), trace.get().id()));
                }
                change.put(ASSESSMENTS, old.get().invalid());
            }
            return Decision.of(assessment, change);
        }
    }

    /** Removes one that is there; what it had overridden is valid again. */
    record Delete(Node about, Assessment assessment) implements AssessmentCommand<Boolean> {
        @Override
        public Needs needs() {
            Needs needs = Needs.of(ASSESSMENTS, Key.of(assessment.uid()));
            Uid overridden = assessment.overrides();
            return overridden == null ? needs : needs.and(ASSESSMENTS, Key.of(overridden));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            if (state.find(ASSESSMENTS, Key.of(assessment.uid())).isEmpty()) {
                return Decision.unchanged(false);
            }
            Change change = Change.of(Act.TRACE_LOG, about)
                    .scope(assessment.scope())
                    .delete(ASSESSMENTS, Key.of(assessment.uid()));
            Uid overridden = assessment.overrides();
            if (overridden != null) {
                state.find(ASSESSMENTS, Key.of(overridden)).ifPresent(old -> change.put(ASSESSMENTS, old.restored()));
            }
            return Decision.of(true, change);
        }
    }
}
