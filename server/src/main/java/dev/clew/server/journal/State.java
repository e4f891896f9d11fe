package dev.clew.server.journal;

import java.util.List;
import java.util.Optional;

/**
 * What a command sees while it decides: the rows it needs, as of the last commit, with what earlier commands of the same group
 * decided laid over them. Asking for a row that was not needed is a programmer's error. Confined to the writer.
 */
public interface State {
    <R> Optional<R> find(Table<R> table, Key key);

    /** The row under a unique index. */
    <R> Optional<R> find(Index<R> unique, Object... values);

    /** All rows under an index, ordered by key. */
    <R> List<R> all(Index<R> index, Object... values);

    /** Draws the next number of a needed counter, from 1. A number drawn by a command that is then refused is drawn again. */
    long next(String counter);

    /** Makes all further numbers of a needed counter greater than {@code given}, a number that came from elsewhere. */
    void raise(String counter, long given);

    /** What a client id was last answered, within the duplicate window; see {@link HotRecord#clientKey}. */
    Optional<SeenRecord> seen(byte[] clientKey);
}
