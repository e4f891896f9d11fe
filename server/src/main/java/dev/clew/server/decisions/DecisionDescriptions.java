package dev.clew.server.decisions;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import dev.clew.server.ports.Records;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for decisions: what a list may show of them, nothing personal. Thread-safe. */
public final class DecisionDescriptions implements Describe {
    private final Records records;
    private final Decisions decisions;

    public DecisionDescriptions(Records records, Decisions decisions) {
        this.records = records;
        this.decisions = decisions;
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.DECISION);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        return Describe.each(uids, uid -> records.find(uid).map(this::describe));
    }

    /** By id, or by the client's own id in any project the caller sees. */
    @Override
    public Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope) {
        for (int project : scope.scopes()) {
            var found = decisions
                    .find(Scopes.DEFAULT_NAMESPACE, project, id)
                    .filter(record -> scope.contains(record.scope()));
            if (found.isPresent()) {
                return found.map(record -> Node.of(Kind.DECISION, record.id()));
            }
        }
        return Optional.empty();
    }

    private Description describe(Records.Stored record) {
        DecisionView view = decisions.view(record, true, false);
        var details = new LinkedHashMap<String, Object>();
        if (view.score() != null) {
            details.put("score", view.score());
        }
        if (view.threshold() != null) {
            details.put("threshold", view.threshold());
        }
        if (view.rules() != null && !view.rules().isEmpty()) {
            details.put("rules", view.rules());
        }
        details.put("sent by", view.who());
        String state = view.erased() ? "erased" : record.act() == Act.DECISION_CONFLICT ? "conflict" : "";
        String title =
                view.outcome() == null ? "a decision" : String.format(Locale.ROOT, "decided: %s", view.outcome());
        return new Description(
                "decision:" + record.id().dashed(), title, state, record.micros(), record.scope(), details);
    }
}
