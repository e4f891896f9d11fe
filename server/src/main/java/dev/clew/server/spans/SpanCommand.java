package dev.clew.server.spans;

import static dev.clew.server.spans.Assessment.ASSESSMENTS;
import static dev.clew.server.spans.Fact.FACTS;
import static dev.clew.server.spans.SpanBlock.BLOCKS;
import static dev.clew.server.spans.SpanTrace.TRACES;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes of traces. */
sealed interface SpanCommand<R> extends Command<R> {
    String TOKENS = "mlflow.trace.tokenUsage";

    /**
     * Adds the spans of one request, all or none.
     *
     * @param about the experiment that new traces belong to
     * @param run that new traces were made in, or null
     */
    record Log(
            Node about,
            long experiment,
            int scope,
            @Nullable Uid run,
            String createdBy,
            List<TracePart> parts,
            List<SpanBlock> blocks)
            implements SpanCommand<Integer> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>(2 * parts.size() + 1);
            needs.add(new Needs.Need.NextNumber(SpanTrace.COUNTER));
            blocks.forEach(block -> {
                needs.add(new Needs.Need.ByKey(TRACES, Key.of(block.trace())));
                needs.add(new Needs.Need.ByKey(BLOCKS, block.key()));
            });
            return Needs.of(needs);
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            Change change = Change.of(Act.TRACE_LOG, about).scope(scope);
            int added = 0;
            for (int i = 0; i < blocks.size(); i++) {
                SpanBlock block = blocks.get(i);
                TracePart part = parts.get(i);
                var before = state.find(TRACES, Key.of(block.trace())).orElse(null);
                if (before != null && before.scope() != scope) {
                    return Decision.refuse(
                            ErrorCode.NOT_FOUND,
                            SpanTexts.unknownTrace("tr-" + before.uid().hex()));
                }
                if (state.find(BLOCKS, block.key()).isPresent()) {
                    continue; // the same spans again
                }
                added++;
                SpanTrace begun = before == null ? begin(part, state.next(SpanTrace.COUNTER)) : before;
                SpanTrace after = widened(begun, part);
                // Keys name the experiment that the trace is in, which may be another one than the request says.
                SpanBlock stored = after.experiment() == experiment
                        ? block
                        : block.with(Facts.encode(after.experiment(), Facts.of(part.spans())));
                change.put(TRACES, after).put(BLOCKS, stored);
                reindex(change, before, after);
                var facts = new LinkedHashSet<Fact>();
                Facts.decode(stored.facts(), after.nid(), facts);
                facts.forEach(fact -> change.derive(FACTS, fact));
            }
            return added == 0 ? Decision.unchanged(0) : Decision.of(added, change);
        }

        private SpanTrace begin(TracePart part, long nid) {
            return new SpanTrace(
                    part.trace(),
                    nid,
                    experiment,
                    scope,
                    false,
                    part.start(),
                    null,
                    SpanTrace.State.IN_PROGRESS,
                    null,
                    run,
                    null,
                    0,
                    createdBy,
                    TraceDocument.EMPTY);
        }

        /** What the client said of the whole trace stays; times only widen. */
        private static SpanTrace widened(SpanTrace trace, TracePart part) {
            TraceDocument document = trace.document();
            boolean isFinal = document.metadata().containsKey(TraceDocument.FINAL);
            Long end = trace.endedAt();
            Long partEnd = part.end();
            Long widest = end == null ? partEnd : partEnd == null ? end : (Long) Math.max(end, partEnd);
            SpanTrace.State given = part.state();
            SpanTrace widened = trace.with(
                    isFinal ? trace.startedAt() : Math.min(trace.startedAt(), part.start()),
                    isFinal ? end : widest,
                    isFinal || given == null ? trace.state() : given,
                    trace.spans() + part.spans().size());
            TraceDocument said = isFinal
                    ? part.said().and(document)
                    : document.and(part.said()).and(tokens(document, part.tokens()));
            // Spans are never refused for their number of tags: those that a trace has no room for are left in the
            // spans.
            return widened.with(said.fits() ? said : document);
        }

        private static TraceDocument tokens(TraceDocument document, Map<String, Long> used) {
            if (used.isEmpty()) {
                return TraceDocument.EMPTY;
            }
            var sum = new TreeMap<>(TokenUsage.parse(document.metadata().get(TOKENS)));
            used.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
            return new TraceDocument(Map.of(), Map.of(TOKENS, TokenUsage.text(sum)), null, null);
        }
    }

    /**
     * Says what a trace is as a whole: makes it or lays what is said over what is known.
     *
     * @param said its nid and creator hold for a new one only
     */
    record Say(Node about, SpanTrace said) implements SpanCommand<SpanTrace> {
        @Override
        public Needs needs() {
            return Needs.of(TRACES, Key.of(said.uid())).andNextNumber(SpanTrace.COUNTER);
        }

        @Override
        public Decision<SpanTrace> decide(State state, Moment now) {
            var before = state.find(TRACES, Key.of(said.uid())).orElse(null);
            if (before != null && before.scope() != said.scope()) {
                return Decision.refuse(ErrorCode.NOT_FOUND, SpanTexts.unknownTrace(said.id()));
            }
            SpanTrace after;
            if (before == null) {
                after = new SpanTrace(
                        said.uid(),
                        state.next(SpanTrace.COUNTER),
                        said.experiment(),
                        said.scope(),
                        said.legacy(),
                        said.startedAt(),
                        said.endedAt(),
                        said.state(),
                        said.clientId(),
                        said.run(),
                        said.model(),
                        0,
                        said.createdBy(),
                        said.document());
            } else {
                after = before.with(
                                said.startedAt(),
                                said.endedAt() == null ? before.endedAt() : said.endedAt(),
                                said.state() == SpanTrace.State.STATE_UNSPECIFIED ? before.state() : said.state(),
                                before.spans())
                        .with(said.clientId(), said.run(), said.model())
                        .with(before.document().and(said.document()));
            }
            if (!after.document().fits()) {
                return Decision.refuse(ErrorCode.INVALID_ARGUMENT, SpanTexts.tooManyLabels(after.id()));
            }
            Change change = Change.of(Act.TRACE_LOG, about).scope(after.scope()).put(TRACES, after);
            reindex(change, before, after);
            return Decision.of(after, change);
        }
    }

    /**
     * Changes texts and the run of traces that are there; unknown ones refuse all.
     *
     * @param set tags to set
     * @param removed tag to remove, which must be there; or null
     * @param run to link to, or null
     */
    record Mark(
            Node about,
            int scope,
            List<Uid> traces,
            Map<String, String> set,
            @Nullable String removed,
            Map<String, String> metadata,
            @Nullable Uid run)
            implements SpanCommand<Integer> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            traces.forEach(trace -> needs.add(new Needs.Need.ByKey(TRACES, Key.of(trace))));
            return Needs.of(needs);
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            Change change = Change.of(Act.TRACE_LOG, about).scope(scope);
            for (Uid uid : traces) {
                var before = state.find(TRACES, Key.of(uid))
                        .filter(found -> found.scope() == scope)
                        .orElse(null);
                if (before == null) {
                    return Decision.refuse(ErrorCode.NOT_FOUND, SpanTexts.unknownTrace("tr-" + uid.hex()));
                }
                if (removed != null && !before.document().tags().containsKey(removed)) {
                    return Decision.refuse(ErrorCode.NOT_FOUND, SpanTexts.unknownTag(removed, before.id()));
                }
                SpanTrace after = before.with(null, run, null)
                        .with(before.document()
                                .and(new TraceDocument(set, metadata, null, null))
                                .withTags(tags -> {
                                    if (removed != null) {
                                        tags.remove(removed);
                                    }
                                    return tags;
                                }));
                if (!after.document().fits()) {
                    return Decision.refuse(ErrorCode.INVALID_ARGUMENT, SpanTexts.tooManyLabels(after.id()));
                }
                change.put(TRACES, after);
                reindex(change, before, after);
            }
            return Decision.of(traces.size(), change);
        }
    }

    /** Deletes traces with all that belongs to them; unknown ones are passed over. Answers how many there were. */
    record Delete(Node about, int scope, List<Uid> traces) implements SpanCommand<Integer> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            for (Uid trace : traces) {
                needs.add(new Needs.Need.ByKey(TRACES, Key.of(trace)));
                needs.add(new Needs.Need.ByIndex(BLOCKS.index("of_trace"), Key.of(trace)));
                needs.add(new Needs.Need.ByIndex(ASSESSMENTS.index("of_trace"), Key.of(trace)));
            }
            return Needs.of(needs);
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            Change change = Change.of(Act.TRACE_DELETE, about).scope(scope);
            int deleted = 0;
            for (Uid uid : traces) {
                var trace = state.find(TRACES, Key.of(uid))
                        .filter(found -> found.scope() == scope)
                        .orElse(null);
                if (trace == null) {
                    continue;
                }
                deleted++;
                var facts = Facts.of(trace);
                for (SpanBlock block : state.all(BLOCKS.index("of_trace"), uid)) {
                    Facts.decode(block.facts(), trace.nid(), facts);
                    change.delete(BLOCKS, block.key());
                }
                state.all(ASSESSMENTS.index("of_trace"), uid)
                        .forEach(each -> change.delete(ASSESSMENTS, Key.of(each.uid())));
                change.delete(TRACES, Key.of(uid));
                facts.forEach(fact -> change.deriveDelete(FACTS, fact.row()));
            }
            return deleted == 0 ? Decision.unchanged(0) : Decision.of(deleted, change);
        }
    }

    /** Brings the index from what a trace was to what it is. */
    private static void reindex(Change change, @Nullable SpanTrace before, SpanTrace after) {
        var next = Facts.of(after);
        if (before != null) {
            var gone = new HashSet<>(Facts.of(before));
            gone.removeAll(next);
            gone.forEach(fact -> change.deriveDelete(FACTS, fact.row()));
            next.removeAll(Facts.of(before));
        }
        next.forEach(fact -> change.derive(FACTS, fact));
    }

    /** Sums of tokens, as the metadata says them. */
    final class TokenUsage {
        private TokenUsage() {}

        static Map<String, Long> parse(@Nullable String text) {
            var counts = new LinkedHashMap<String, Long>();
            if (text != null) {
                try {
                    Json.MAPPER.readTree(text).properties().forEach(kind -> {
                        if (kind.getValue().canConvertToLong()) {
                            counts.put(kind.getKey(), kind.getValue().longValue());
                        }
                    });
                } catch (JsonProcessingException e) {
                    return Map.of(); // a client's own text: counting begins anew
                }
            }
            return counts;
        }

        static String text(Map<String, Long> counts) {
            var node = Json.MAPPER.createObjectNode();
            counts.forEach(node::put);
            return node.toString();
        }
    }
}
