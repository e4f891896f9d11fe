package dev.clew.server.decisions;

import static dev.clew.server.decisions.Schema.OF_OWNER;
import static dev.clew.server.decisions.Schema.SCHEMAS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.List;

/**
 * Defines a schema: a model version has at most one that was declared, and at most {@value #MAX_TAKEN} that were taken from records.
 * Equal definitions answer with the one that is there.
 */
record SchemaCommand(Schema schema) implements Command<Schema> {
    static final int MAX_TAKEN = 64;

    @Override
    public Needs needs() {
        return Needs.of(SCHEMAS, Key.of(schema.uid())).and(OF_OWNER, schema.owner());
    }

    @Override
    public Decision<Schema> decide(State state, Moment now) {
        List<Schema> there = state.all(OF_OWNER, schema.owner());
        for (Schema other : there) {
            if (other.declared() == schema.declared()
                    && other.scope() == schema.scope()
                    && other.features().equals(schema.features())
                    && other.classes().equals(schema.classes())) {
                return Decision.unchanged(other);
            }
        }
        if (schema.declared() && there.stream().anyMatch(Schema::declared)) {
            return Decision.refuse(
                    ErrorCode.ALREADY_EXISTS,
                    "This model version already has a schema and records refer to it; register a new version for other features.");
        }
        if (!schema.declared() && there.size() >= MAX_TAKEN) {
            return Decision.refuse(
                    ErrorCode.INVALID_ARGUMENT,
                    "Decisions of this version came with %d different sets of features; declare its schema and send those."
                            .formatted(MAX_TAKEN));
        }
        Node node = schema.owner().equals(Schema.NO_OWNER)
                ? Node.of(Kind.FIELD, schema.uid())
                : Node.of(Kind.MODEL_VERSION, schema.owner());
        return Decision.of(
                schema, Change.of(Act.SCHEMA_DEFINE, node).scope(schema.scope()).put(SCHEMAS, schema));
    }
}
