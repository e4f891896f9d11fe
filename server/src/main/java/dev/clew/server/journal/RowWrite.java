package dev.clew.server.journal;

/** One row put (inserted or replaced) or deleted. */
public sealed interface RowWrite<R> {
    Table<R> table();

    Key key();

    /** @param key of the row */
    record Put<R>(Table<R> table, R row, Key key) implements RowWrite<R> {
        public Put(Table<R> table, R row) {
            this(table, row, table.keyOf(row));
        }
    }

    record Delete<R>(Table<R> table, Key key) implements RowWrite<R> {}
}
