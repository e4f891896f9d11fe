package dev.clew.server.journal;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command that waits for its receipt. Its outcome is told only after the group's commit, refusals too: they may rest on rows of the group. */
final class Pending<R> {
    final Permit permit;
    final @Nullable Uid request;
    private final @Nullable Command<R> command;
    private final @Nullable ExclusiveCommand<R> exclusive;
    final boolean settles;
    final Idempotency.@Nullable Claim claim;
    final CompletableFuture<Receipt<R>> future = new CompletableFuture<>();
    private @Nullable Receipt<R> receipt;

    /** Text of the permit's reason, sealed before it was queued: body of what has none of its own. */
    private @Nullable Body reason;

    private @Nullable Throwable refusal;

    Pending(Permit permit, Command<R> command, @Nullable Uid request) {
        this(permit, command, request, false);
    }

    /** @param settles whether its group closes every record batch */
    Pending(Permit permit, Command<R> command, @Nullable Uid request, boolean settles) {
        this.permit = permit;
        this.command = command;
        this.exclusive = null;
        var current = settles ? null : Idempotency.current();
        this.claim = current != null && current.isOf(permit) ? current : null;
        this.request = request == null && claim != null ? claim.key() : request;
        this.settles = settles;
    }

    Pending(Permit permit, ExclusiveCommand<R> exclusive, @Nullable Uid request) {
        this.permit = permit;
        this.command = null;
        this.exclusive = exclusive;
        this.claim = null;
        this.request = request;
        this.settles = false;
    }

    void because(Body sealed) {
        reason = sealed;
    }

    @Nullable
    Body reason() {
        return reason;
    }

    boolean isExclusive() {
        return exclusive != null;
    }

    boolean isUnhurried() {
        return command != null && command.isUnhurried();
    }

    Command<R> command() {
        return Objects.requireNonNull(command);
    }

    ExclusiveCommand<R> exclusive() {
        return Objects.requireNonNull(exclusive);
    }

    /** Class of what was submitted, for the log. */
    String kind() {
        return (command != null ? command : exclusive()).getClass().getName();
    }

    boolean isRefused() {
        return refusal != null;
    }

    void answer(R answer, List<BuiltEntry> entries) {
        refusal = null;
        receipt =
                new Receipt<>(answer, entries.stream().map(BuiltEntry::receipt).toList());
    }

    void refuse(Throwable why) {
        receipt = null;
        refusal = why;
        giveBack();
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

    private void giveBack() {
        if (claim != null) {
            claim.giveBack(this);
        }
    }

    void fail(ClewException failure) {
        giveBack();
        future.completeExceptionally(failure);
    }
}
