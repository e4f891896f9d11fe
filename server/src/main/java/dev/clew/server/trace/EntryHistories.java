package dev.clew.server.trace;

import dev.clew.server.common.Node;
import dev.clew.server.journal.Entries;
import dev.clew.server.ledgers.EntryReader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Histories as the ledger has them: who did what to a thing, when and why. Thread-safe; two statements a call. */
public final class EntryHistories implements Histories {
    private final Entries entries;
    private final EntryReader reader;
    private final UnaryOperator<String> names;

    /** @param names what people call a principal */
    public EntryHistories(Entries entries, EntryReader reader, UnaryOperator<String> names) {
        this.entries = entries;
        this.reader = reader;
        this.names = names;
    }

    @Override
    public Map<Node, List<FollowedThread.Happening>> of(Collection<Node> nodes, int limit) {
        if (nodes.isEmpty()) {
            return Map.of();
        }
        var heads = entries.about(nodes, limit);
        var told = reader.read(heads.stream().map(Entries.Head::seq).toList()).stream()
                .collect(Collectors.toMap(EntryReader.Told::seq, entry -> entry));
        var histories = new HashMap<Node, List<FollowedThread.Happening>>();
        for (Entries.Head head : heads) {
            EntryReader.Told entry = told.get(head.seq());
            if (entry != null) {
                histories
                        .computeIfAbsent(Objects.requireNonNull(head.resource()), _ -> new ArrayList<>())
                        .add(new FollowedThread.Happening(
                                head.seq(),
                                Instant.EPOCH.plus(head.micros(), ChronoUnit.MICROS),
                                head.act(),
                                names.apply(head.who()),
                                entry.submission().why(),
                                entry.reason()));
            }
        }
        return histories;
    }
}
