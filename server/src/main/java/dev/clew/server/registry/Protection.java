package dev.clew.server.registry;

import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.ports.Approvals;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Aliases that move only with an approval of the version as it is. A stage in use (Staging, Production) is
 * protected when an alias of its name is: policy that lists {@code production} or {@code Production} holds for the stage too.
 *
 * @param approvals asked late, because approvals are made from the registry
 */
record Protection(Supplier<Approvals> approvals) {
    boolean covers(RegisteredModel model, String alias) {
        return approvals.get().isProtectedAlias(model.workspace(), model.name(), alias);
    }

    boolean covers(RegisteredModel model, Stage stage) {
        return stage.isActive()
                && (covers(model, stage.text()) || covers(model, stage.text().toLowerCase(Locale.ROOT)));
    }

    Needs needs(ModelVersion version) {
        return approvals.get().needs(version.uid());
    }

    Optional<Approvals.Granted> granted(State state, ModelVersion version, Moment now) {
        return approvals.get().read(state, version.uid(), version.digest(), now.micros());
    }

    /** @param what {@code alias champion} or {@code stage Production} */
    static <R> Decision<R> refuse(RegisteredModel model, ModelVersion version, String what) {
        return Decision.refuse(
                ErrorCode.APPROVAL_REQUIRED,
                "Version %2$d of %1$s may not take %3$s: policy protects it and no approval of this version that is granted, unexpired and of its digest exists. Ask for one with POST /api/clew/v1/approvals {\"model\": \"%1$s\", \"version\": \"%2$d\", \"reason\": {\"text\": …}} and repeat this when it is granted."
                        .formatted(model.name(), version.number(), what));
    }

    static Change citing(Change change, ModelVersion version, Approvals.Granted granted) {
        return change.link(Rel.APPROVED, Node.of(Kind.APPROVAL, granted.approval()), version.digest());
    }
}
