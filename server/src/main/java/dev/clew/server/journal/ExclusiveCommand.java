package dev.clew.server.journal;

/**
 * A change of many rows at once, in a group of its own: everything it touches is too much to name in needs. Runs on the writer while it
 * has the transaction to itself; whoever else writes waits, so it must be rare. It throws {@code ClewException} to refuse, and then
 * nothing of it happens.
 */
@FunctionalInterface
public interface ExclusiveCommand<R> {
    R run(Exclusive transaction);
}
