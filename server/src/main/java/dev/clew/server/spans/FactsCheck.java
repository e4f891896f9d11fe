package dev.clew.server.spans;

import static dev.clew.server.spans.Fact.FACTS;

import dev.clew.server.journal.DerivedCheck;
import dev.clew.server.journal.Table;
import dev.clew.server.storage.Sql;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes the index of facts again from traces and blocks. Memory: the facts of {@value #TRACES_AT_ONCE} traces.
 */
final class FactsCheck implements DerivedCheck {
    private static final int TRACES_AT_ONCE = 500;

    @Override
    public List<Table<?>> tables() {
        return List.of(FACTS);
    }

    @Override
    public void check(Sql sql, Consumer<Difference> differences) {
        long from = -1;
        while (true) {
            List<SpanTrace> traces = sql.query("SELECT %s FROM span_trace WHERE nid > :from ORDER BY nid LIMIT %d"
                            .formatted(SpanTrace.COLUMNS, TRACES_AT_ONCE))
                    .bind("from", from)
                    .list(SpanTrace.TRACES::read);
            if (traces.isEmpty()) {
                break;
            }
            compare(sql, traces, from, differences);
            from = traces.getLast().nid();
        }
        sql.query("SELECT name, value, nid FROM span_fact WHERE nid > :from OR nid < 0")
                .bind("from", from)
                .forEach(row -> differences.accept(new Difference(FACTS, FACTS.keyOf(FACTS.read(row)), Problem.EXTRA)));
    }

    private static void compare(Sql sql, List<SpanTrace> traces, long after, Consumer<Difference> differences) {
        Set<Fact> made = new LinkedHashSet<>();
        var blocks = SpanStore.blocks(sql, traces.stream().map(SpanTrace::uid).toList());
        for (SpanTrace trace : traces) {
            made.addAll(Facts.of(trace));
            blocks.getOrDefault(trace.uid(), List.of())
                    .forEach(block -> Facts.decode(block.facts(), trace.nid(), made));
        }
        Queue<Fact> extra = new ArrayDeque<>();
        sql.query("SELECT name, value, nid FROM span_fact WHERE nid > :from AND nid <= :to")
                .bind("from", after)
                .bind("to", traces.getLast().nid())
                .forEach(row -> {
                    Fact stored = FACTS.read(row);
                    if (!made.remove(stored)) {
                        extra.add(stored);
                    }
                });
        extra.forEach(fact -> differences.accept(new Difference(FACTS, fact.row(), Problem.EXTRA)));
        made.forEach(fact -> differences.accept(new Difference(FACTS, fact.row(), Problem.MISSING)));
    }
}
