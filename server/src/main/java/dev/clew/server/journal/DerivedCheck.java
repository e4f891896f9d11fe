package dev.clew.server.journal;

import dev.clew.server.storage.Sql;
import java.util.List;
import java.util.function.Consumer;

/** Makes derived tables of a feature again from its state and bulk rows, and compares them with what is stored. */
public interface DerivedCheck {
    /** A row that is not what it is derived from. */
    record Difference(Table<?> table, Key key, Problem problem) {}

    /** What is wrong with a row. */
    enum Problem {
        EDITED,
        MISSING,
        EXTRA
    }

    /** The tables it answers for. */
    List<Table<?>> tables();

    /** Reads what it needs once, in bounded memory, and tells of every difference. */
    void check(Sql sql, Consumer<Difference> differences);
}
