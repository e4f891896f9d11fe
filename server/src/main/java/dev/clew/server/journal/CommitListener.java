package dev.clew.server.journal;

/** Told after each commit that appended entries. Runs on the writer's thread: hand over and return. */
@FunctionalInterface
public interface CommitListener {
    /** Entries {@code firstSeq} to {@code lastSeq}, both included, are committed and can be read. */
    void committed(long firstSeq, long lastSeq);
}
