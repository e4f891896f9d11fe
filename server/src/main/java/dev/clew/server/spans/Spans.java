package dev.clew.server.spans;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Tables;
import dev.clew.server.search.Page;
import dev.clew.server.storage.Blobs;
import dev.clew.server.storage.Database;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Traces with their spans and assessments. Thread-safe; every call blocks for the store, the journal or the disk. */
public final class Spans {
    /** Traces of one request. */
    public static final int MAX_TRACES = 1_000;

    /** Traces deleted, marked or read by one request. */
    public static final int MAX_NAMED = 500;

    private static final long MAX_BLOCK = 64L << 20;

    private final Journal journal;
    private final SpanStore store;
    private final Blobs blobs;
    private final TraceSearch search;
    private final InstantSource clock;

    public Spans(Journal journal, Database database, Blobs blobs, InstantSource clock) {
        this.journal = journal;
        this.store = new SpanStore(database);
        this.blobs = blobs;
        this.clock = clock;
        this.search = new TraceSearch(store, this::spans);
    }

    /** What traces store. */
    public static Tables tables() {
        return Tables.of(SpanTrace.TRACES, SpanBlock.BLOCKS, Fact.FACTS, Assessment.ASSESSMENTS)
                .rebuiltBy(new FactsCheck())
                .naming(SpanBlock.BLOCKS, "blob");
    }

    SpanStore store() {
        return store;
    }

    /**
     * Adds spans, all or none; spans that are there already change nothing. Traces that are not there yet begin in the experiment.
     *
     * @param about the experiment's node
     * @param run in which traces that begin were made, or null
     * @param request at most {@value #MAX_TRACES} traces; span ids must have 8 and trace ids 16 bytes
     */
    public Receipt<Integer> log(
            Permit permit, int scope, Node about, long experiment, @Nullable Uid run, List<ResourceSpans> request) {
        List<TracePart> parts = TracePart.of(request);
        if (parts.size() > MAX_TRACES) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The request holds spans of %d traces; send those of at most %d at once."
                            .formatted(parts.size(), MAX_TRACES));
        }
        List<SpanBlock> blocks =
                parts.stream().map(part -> part.block(experiment, this::keep)).toList();
        return journal.write(permit, new SpanCommand.Log(about, experiment, scope, run, permit.who(), parts, blocks));
    }

    private byte[] keep(byte[] content) {
        try {
            return blobs.put(new ByteArrayInputStream(content), MAX_BLOCK).sha256();
        } catch (IOException e) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "Spans could not be stored; try again.", e);
        }
    }

    /** Says what a trace is as a whole: makes it, or lays what is said over what is known of it. */
    public Receipt<SpanTrace> say(Permit permit, Node about, SpanTrace said) {
        return journal.write(permit, new SpanCommand.Say(about, said));
    }

    /** A new trace's uid. */
    public Uid next() {
        return Uid.next(clock.millis());
    }

    public Optional<TraceView> find(Uid uid, int scope) {
        return store.trace(uid, scope)
                .map(trace ->
                        store.read(sql -> SpanStore.views(sql, List.of(trace)).getFirst()));
    }

    /** Known ones of the scope in the order asked. */
    public List<TraceView> find(Collection<Uid> uids, int scope) {
        return store.read(sql -> SpanStore.views(
                sql,
                SpanStore.traces(sql, uids).stream()
                        .filter(trace -> trace.scope() == scope)
                        .toList()));
    }

    /** Spans of these traces, each once, in the order they first came. Traces without spans are left out. */
    public Map<Uid, List<Span>> spans(Collection<Uid> uids) {
        Map<Uid, List<SpanBlock>> blocks = store.read(sql -> SpanStore.blocks(sql, uids));
        var all = new LinkedHashMap<Uid, List<Span>>();
        blocks.forEach((uid, ofTrace) -> {
            var byId = new LinkedHashMap<Object, Span>();
            ofTrace.forEach(block -> spans(block).forEach(span -> byId.put(span.getSpanId(), span)));
            all.put(uid, List.copyOf(byId.values()));
        });
        return all;
    }

    private List<Span> spans(SpanBlock block) {
        byte[] content = block.content();
        byte[] blob = block.blob();
        return SpanContent.spans(content != null ? content : blob != null ? open(blob) : new byte[0]);
    }

    private byte[] open(byte[] blob) {
        try (var opened = blobs.open(blob)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.BLOB_DAMAGED, "Spans of the trace are missing in the store; restore a backup."))) {
            return opened.range(0, opened.size()).readAllBytes();
        } catch (IOException e) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "Spans could not be read; try again.", e);
        }
    }

    public Page<TraceView> search(TraceQuery query) {
        return search.find(query);
    }

    /** Ids of an experiment's traces that began at or before a time, oldest first. */
    public List<Uid> until(int scope, long experiment, long millis, int limit) {
        return store.read(sql -> sql.query("""
            SELECT trace FROM span_trace WHERE exp = :exp AND scope = :scope AND started_at <= :until
            ORDER BY started_at, trace LIMIT %d\
            """.formatted(limit))
                .bind("exp", experiment)
                .bind("scope", (long) scope)
                .bind("until", millis)
                .list(row -> row.uid("trace")));
    }

    /** How many traces an experiment has. */
    public long count(int scope, long experiment) {
        return store.read(sql -> sql.query("SELECT COUNT(*) AS n FROM span_trace WHERE exp = :exp AND scope = :scope")
                .bind("exp", experiment)
                .bind("scope", (long) scope)
                .first(row -> row.integer("n"))
                .orElse(0L));
    }

    /** Sets tags and metadata of traces; {@code removed} names a tag to remove, which must be there. */
    public Receipt<Integer> mark(
            Permit permit,
            int scope,
            Node about,
            List<Uid> traces,
            Map<String, String> tags,
            @Nullable String removed,
            Map<String, String> metadata,
            @Nullable Uid run) {
        return journal.write(permit, new SpanCommand.Mark(about, scope, traces, tags, removed, metadata, run));
    }

    /** Deletes traces with spans and assessments; unknown ones are passed over. */
    public Receipt<Integer> delete(Permit permit, int scope, Node about, List<Uid> traces) {
        return journal.write(permit, new SpanCommand.Delete(about, scope, traces));
    }

    public Optional<Assessment> assessment(Uid uid, Uid trace, int scope) {
        return store.assessment(uid, trace, scope);
    }

    /** Adds or replaces an assessment; what it overrides becomes invalid. */
    public Receipt<Assessment> assess(Permit permit, Node about, Assessment assessment) {
        return journal.write(permit, new AssessmentCommand.Put(about, assessment));
    }

    public Receipt<Boolean> remove(Permit permit, Node about, Assessment assessment) {
        return journal.write(permit, new AssessmentCommand.Delete(about, assessment));
    }
}
