package dev.clew.server.storage;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one write session of a database: transactions one after the other, each begun, filled and committed by the journal's writer
 * thread. Confined to that thread. Every failure is a {@link StorageException}.
 */
public interface Writer extends AutoCloseable {
    /** Starts a transaction. Takes the engine's writer lock at the latest with the first write. */
    void begin();

    /**
     * Whether other processes may write to the same store: then the end of the log is read anew, under the engine's lock, at the start
     * of each transaction.
     */
    boolean isShared();

    /** Queries inside the transaction, or inside one of their own when none was begun. */
    Sql sql();

    /**
     * Rows of a table by key: one statement per 1 000 keys. Keys that no row has are absent from the result; several rows may have
     * one key.
     *
     * @param columns columns to select
     * @param keyColumns columns to compare, not null
     * @param keys values of the key columns: {@code Long}, {@code String} or {@code byte[]}, one type a column
     */
    <T> List<T> byKeys(
            String table, List<String> columns, List<String> keyColumns, List<Object[]> keys, Function<Row, T> mapper);

    /** Runs one text with many rows of positional binds, as one batch. */
    void batch(String text, List<SqlType> types, List<@Nullable Object[]> rows);

    /** Prepares one changing statement with named binds; {@link Sql.Query#list} reads what it returns, {@link Change#run} counts. */
    Change change(String text);

    /**
     * Commits and forces to disk.
     *
     * @throws StorageException when it failed or its outcome is unknown; the session must then not be used for writes again before
     *     {@link #rollback} and the caller's own check of what is stored
     */
    void commit();

    /** Undoes the transaction, if one is open. After {@link StorageException.Failure#GONE} it opens a new session. */
    void rollback();

    /** Work the engine wants done off the commit path, such as checkpointing its log. Never inside a transaction. */
    void tidy();

    /**
     * Leaves nothing of deleted and replaced rows behind in the store's files, its log included. Never inside a transaction.
     *
     * @throws StorageException BUSY while somebody still reads what was there before: try again
     */
    void scrub();

    /** How many statements ran since the session was opened; a batch counts as one. */
    long statements();

    @Override
    void close();

    /** A changing statement being bound. */
    interface Change extends Sql.Query {
        /** Runs it and says how many rows changed. */
        long run();
    }
}
