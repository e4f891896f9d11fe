package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command that waits for its receipt. Its outcome is told only after the group's commit, refusals too: they may rest on rows of the group. */
final class Pending<R> {
    final Permit permit;
    final Command<R> command;
    final @Nullable Uid request;
    final CompletableFuture<Receipt<R>> future = new CompletableFuture<>();
    private @Nullable Receipt<R> receipt;
    private @Nullable Throwable refusal;

    Pending(Permit permit, Command<R> command, @Nullable Uid request) {
        this.permit = permit;
        this.command = command;
        this.request = request;
    }

    void answer(R answer, List<BuiltEntry> entries) {
        refusal = null;
        receipt =
                new Receipt<>(answer, entries.stream().map(BuiltEntry::receipt).toList());
    }

    void refuse(Throwable why) {
        receipt = null;
        refusal = why;
    }

    /** Tells the caller what was decided; on the writer's thread, so whatever depends on it must be quick. */
    void complete() {
        if (receipt != null) {
            future.complete(receipt);
        } else {
            future.completeExceptionally(
                    refusal != null
                            ? refusal
                            : new ClewException(
                                    ErrorCode.INTERNAL, "The change was not decided; see the server's log."));
        }
    }

    void fail(ClewException failure) {
        future.completeExceptionally(failure);
    }
}
