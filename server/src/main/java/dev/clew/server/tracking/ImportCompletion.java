package dev.clew.server.tracking;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;

/** The record of one import: a job that ran, with its report. */
record ImportCompletion(Uid uid, int scope, String kind, Body report) implements Command<Uid> {
    @Override
    public Needs needs() {
        return Needs.none();
    }

    @Override
    public Decision<Uid> decide(State state, Moment now) {
        Node node = Node.of(Kind.JOB_RUN, uid);
        return Decision.of(
                uid,
                Change.of(Act.IMPORT_COMPLETE, node)
                        .scope(scope)
                        .event()
                        .why(Reason.Code.IMPORT)
                        .body(report)
                        .name(node, "import of " + kind));
    }
}
