package dev.clew.server.journal;

import dev.clew.server.storage.Sql;
import dev.clew.server.storage.Writer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an {@link ExclusiveCommand} may do. Confined to the writer's thread and to the call it is given to. */
public interface Exclusive {
    /** Most rows that one exclusive command may change. */
    int MAX_ROWS = 1_000_000;

    /** Most rows that one exclusive command may purge; more are refused with PAYLOAD_TOO_LARGE. */
    int MAX_PURGED = 250_000;

    /** Reads what is committed and what this command has changed. */
    Sql sql();

    Moment now();

    /**
     * Replaces or deletes every row under an index key, in order of their keys: two statements per 1 000 rows. Their old bytes go to
     * the history, their digests into the change list of the entry that {@link #enter} writes.
     *
     * @param change the new row, an equal one to leave it, null to delete it; unique columns stay as they are
     * @return rows that changed
     */
    <T> long update(Table<T> table, Index<T> index, Key key, Function<T, @Nullable T> change);

    /** The one entry of this command, with what {@link #update} did and the rows and links of the change itself. */
    void enter(Change change);

    /**
     * Deletes every row whose key begins with these values and empties the earlier states of all such rows, of those too that are gone
     * already, so that nothing shows what they held. Two statements per 1 000 rows. The act of the entry must be one that erases.
     *
     * @return rows deleted
     */
    <T> long purge(Table<T> table, Object... keyPrefix);

    /** Deletes every bulk row under an index key: what their entries inserted is gone as a whole. Two statements. */
    <T> long purgeBulk(Table<T> table, Index<T> index, Key key);

    /** A changing statement on derived or housekeeping tables; state rows are changed through {@link #update} alone. */
    Writer.Change change(String text);
}
