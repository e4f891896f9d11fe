package dev.clew.server.journal;

import java.util.List;

/** Rows without an entry: what the machinery notes for itself. */
public record Housekeeping(List<RowWrite<?>> rows) implements Command<Boolean> {
    @Override
    public Needs needs() {
        return Needs.none();
    }

    @Override
    public boolean isUnhurried() {
        return true;
    }

    @Override
    public Decision<Boolean> decide(State state, Moment now) {
        return Decision.housekeeping(true, rows);
    }
}
