package dev.clew.server.fsck;

import dev.clew.server.journal.CheckReport;
import dev.clew.server.storage.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A part of the check that a thread does on a view of its own while others go on; what it finds is told at the end, so that findings stay in
 * one thread. Its view is opened after that of the check, so it knows at least as much.
 */
final class Beside {
    private final CompletableFuture<List<GroupCheck.Raw>> done = new CompletableFuture<>();

    /** What the thread does. */
    @FunctionalInterface
    interface Part {
        void run(Snapshot own, CheckReport report) throws IOException;
    }

    private Beside() {}

    static Beside start(String name, Snapshot view, Part part) {
        var beside = new Beside();
        Thread.ofPlatform().daemon().name("fsck-" + name).start(() -> beside.run(view, part));
        return beside;
    }

    private void run(Snapshot view, Part part) {
        var found = new ArrayList<GroupCheck.Raw>();
        try (Snapshot own = view.another()) {
            part.run(own, (code, where, what, seq) -> {
                if (found.size() <= Findings.MAX) {
                    found.add(new GroupCheck.Raw(code, where, what, seq));
                }
            });
            done.complete(found);
        } catch (IOException e) {
            done.completeExceptionally(new UncheckedIOException(e));
        } catch (RuntimeException e) {
            done.completeExceptionally(new Ended(found, e));
        }
    }

    /** What ended a part, with what it had found until then. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<GroupCheck.Raw> found;
        private final RuntimeException why;

        Ended(List<GroupCheck.Raw> found, RuntimeException why) {
            super(why);
            this.found = found;
            this.why = why;
        }
    }

    /** Waits for the end, tells what was found, and throws what ended it early. */
    void join(CheckReport report) {
        try {
            tell(done.join(), report);
        } catch (CompletionException e) {
            if (e.getCause() instanceof Ended ended) {
                tell(ended.found, report);
                throw ended.why;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private static void tell(List<GroupCheck.Raw> found, CheckReport report) {
        found.forEach(each -> report.add(each.code(), each.where(), each.what(), each.seq()));
    }
}
