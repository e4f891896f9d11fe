package dev.clew.server.journal;

/** One row put (inserted or replaced) or deleted. */
public sealed interface RowWrite<R> {
    Table<R> table();

    Key key();

    record Put<R>(Table<R> table, R row) implements RowWrite<R> {
        @Override
        public Key key() {
            return table.keyOf(row);
        }
    }

    record Delete<R>(Table<R> table, Key key) implements RowWrite<R> {}
}
