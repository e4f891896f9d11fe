package dev.clew.server.deployments;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.journal.Table;

/** A configured policy value, put under proof: an entry only when it differs from the one in force. */
record PolicyCommand(String name, Uid uidIfNew, String value) implements Command<Boolean> {
    record Policy(String name, Uid uid, String value) {}

    static final Table<Policy> POLICIES = Table.<Policy>state("policy")
            .key(1, "name", TEXT, Policy::name)
            .column(2, "policy", BLOB, row -> row.uid().bytes())
            .column(3, "value", TEXT, Policy::value)
            .reads(row -> new Policy(row.text("name"), row.uid("policy"), row.text("value")));

    @Override
    public Needs needs() {
        return Needs.of(POLICIES, Key.of(name));
    }

    @Override
    public Decision<Boolean> decide(State state, Moment now) {
        var before = state.find(POLICIES, Key.of(name));
        if (before.filter(policy -> policy.value().equals(value)).isPresent()) {
            return Decision.unchanged(false);
        }
        var next = new Policy(name, before.map(Policy::uid).orElse(uidIfNew), value);
        Node node = Node.of(Kind.POLICY, next.uid());
        return Decision.of(
                true,
                Change.of(Act.POLICY_SET, node)
                        .scope(Scopes.INSTANCE)
                        .put(POLICIES, next)
                        .name(node, name));
    }
}
