package dev.clew.server.spans;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.ports.Describe;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for traces: name, state, times; nothing of what went in or came out. Thread-safe. */
public final class SpanDescriptions implements Describe {
    private final SpanStore store;

    public SpanDescriptions(Spans spans) {
        this.store = spans.store();
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.of(Kind.TRACE);
    }

    @Override
    public Map<Uid, Description> describe(Kind kind, Collection<Uid> uids, AuthorizedScope scope) {
        var all = new HashMap<Uid, Description>();
        store.read(sql -> SpanStore.traces(sql, uids)).forEach(trace -> all.put(trace.uid(), description(trace)));
        return all;
    }

    @Override
    public Optional<Node> resolve(Kind kind, String id, AuthorizedScope scope) {
        return SpanTrace.parse(id)
                .flatMap(uid -> store.read(sql -> SpanStore.traces(sql, Set.of(uid))).stream()
                        .filter(trace -> scope.contains(trace.scope()))
                        .map(SpanTrace::node)
                        .findFirst());
    }

    private static Description description(SpanTrace trace) {
        var details = new LinkedHashMap<String, Object>();
        details.put("created by", trace.createdBy());
        details.put("experiment", trace.experiment());
        details.put("spans", trace.spans());
        Long end = trace.endedAt();
        if (end != null) {
            details.put("milliseconds", end - trace.startedAt());
        }
        return new Description(
                "trace:" + trace.id(),
                trace.document().tags().getOrDefault(Facts.NAME, trace.id()),
                trace.state() == SpanTrace.State.STATE_UNSPECIFIED
                        ? ""
                        : trace.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                trace.startedAt() * 1_000,
                trace.scope(),
                details);
    }
}
