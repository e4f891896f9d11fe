package dev.clew.server.storage;

import java.util.function.Consumer;

/**
 * One consistent view of everything stored, for as long as it is open: for checks and exports, which read all of it. While it is open the
 * engine keeps what is replaced meanwhile, so it is closed as soon as it is done with. Confined to the platform thread that opened it.
 */
public interface Snapshot extends AutoCloseable {
    /** Queries of the view; {@link Sql.Query#forEach} streams any number of rows in bounded memory. */
    Sql sql();

    /**
     * Reads the whole store as an engine sees it and tells what is wrong whatever the rows mean: pages, indexes, schema, types. What the
     * engine keeps to itself (PostgreSQL's pages) is not judged.
     *
     * @param indexes whether each index is compared with the rows of its table too, which takes several times as long
     */
    void integrity(boolean indexes, Consumer<String> problems);

    /** One more view, of now, for another thread, which opens it. */
    Snapshot another();

    @Override
    void close();
}
