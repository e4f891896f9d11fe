package dev.clew.server.fsck;

import dev.clew.server.storage.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** The store as its engine sees it, read by a thread and a view of its own while others read what it holds. */
final class StoreCheck {
    private static final int MAX_PROBLEMS = 10_000;

    private final CompletableFuture<List<String>> found = new CompletableFuture<>();

    /** Begins. */
    StoreCheck(Snapshot beside, boolean indexes) {
        Thread.ofPlatform().daemon().name("fsck-store").start(() -> run(beside, indexes));
    }

    private void run(Snapshot beside, boolean indexes) {
        try (Snapshot own = beside.another()) {
            var problems = new ArrayList<String>();
            own.integrity(indexes, problem -> {
                if (problems.size() < MAX_PROBLEMS) {
                    problems.add(problem);
                }
            });
            found.complete(problems);
        } catch (RuntimeException e) {
            found.completeExceptionally(e);
        }
    }

    /** Waits for the end and tells what was found; throws what ended it early. */
    void join(Consumer<String> problems) {
        try {
            found.join().forEach(problems);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }
}
