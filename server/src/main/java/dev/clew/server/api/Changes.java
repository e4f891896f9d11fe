package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Page;
import dev.clew.server.journal.ChangeHistory;
import dev.clew.server.ledgers.EntryReader;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Histories of things, each change with who made it, by name, and why. Thread-safe. */
public final class Changes {
    private final EntryReader entries;
    private final UnaryOperator<String> names;

    /**
     * One change.
     *
     * @param what {@code name}, {@code description}, {@code stage}, {@code version}, {@code status}, {@code deleted}, {@code tag KEY},
     *     {@code param KEY} or {@code alias NAME}
     * @param why code of the reason, null when none was given
     * @param reason its text, null when none was given or it was erased
     * @param erased whether text of the change was erased since
     */
    record Changed(
            long seq,
            Instant at,
            String act,
            String who,
            String whoName,
            String what,
            @Nullable String from,
            @Nullable String to,
            @Nullable String why,
            @Nullable String reason,
            boolean erased) {}

    /** @param names what people call a principal */
    public Changes(EntryReader entries, UnaryOperator<String> names) {
        this.entries = entries;
        this.names = names;
    }

    Answer answer(ChangeHistory.Page page) {
        var told = entries
                .read(page.changes().stream()
                        .map(ChangeHistory.Change::seq)
                        .distinct()
                        .toList())
                .stream()
                .collect(Collectors.toMap(EntryReader.Told::seq, entry -> entry));
        var changes = page.changes().stream()
                .map(change -> changed(change, told.get(change.seq())))
                .toList();
        Long before = page.before();
        return Answer.json(new Page<>(changes, before == null ? null : Long.toString(before)));
    }

    private Changed changed(ChangeHistory.Change change, EntryReader.@Nullable Told entry) {
        return new Changed(
                change.seq(),
                change.at(),
                change.act(),
                change.who(),
                names.apply(change.who()),
                change.what(),
                change.from(),
                change.to(),
                entry == null ? null : entry.submission().why(),
                entry == null ? null : entry.reason(),
                change.erased());
    }

    /** The cursor of a history: entries before this one. */
    static long before(Exchange exchange) {
        return exchange.query("cursor")
                .map(text -> {
                    try {
                        return Long.parseLong(text);
                    } catch (NumberFormatException e) {
                        throw new ClewException(
                                ErrorCode.INVALID_ARGUMENT,
                                "\"%s\" is not a cursor; take it from the field cursor of the page before."
                                        .formatted(text),
                                e);
                    }
                })
                .orElse(Long.MAX_VALUE);
    }
}
