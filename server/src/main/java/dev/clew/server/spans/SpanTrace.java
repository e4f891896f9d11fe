package dev.clew.server.spans;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import dev.clew.server.storage.Row;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a trace as a whole. Its old rows are not kept: what is deleted of a trace is gone.
 *
 * @param uid the 16 bytes of its OpenTelemetry id
 * @param nid number in this store
 * @param legacy whether its id is written without {@code tr-}, as servers gave them to clients before 3.0
 * @param startedAt milliseconds since the epoch
 * @param endedAt the same, or null while it is not known
 * @param run that it was made in, or null
 * @param model logged model that was called, or null
 * @param spans how many spans arrived, repeated ones counted again
 */
public record SpanTrace(
        Uid uid,
        long nid,
        long experiment,
        int scope,
        boolean legacy,
        long startedAt,
        @Nullable Long endedAt,
        State state,
        @Nullable String clientId,
        @Nullable Uid run,
        @Nullable Uid model,
        long spans,
        String createdBy,
        TraceDocument document) {
    /** States; ordinals are the numbers of MLflow's protocol. */
    public enum State {
        STATE_UNSPECIFIED,
        OK,
        ERROR,
        IN_PROGRESS
    }

    static final String COUNTER = "span.trace";
    static final Table<SpanTrace> TRACES = Table.<SpanTrace>state("span_trace")
            .key(1, "trace", BLOB, row -> row.uid().bytes())
            .column(2, "nid", INTEGER, SpanTrace::nid)
            .column(3, "exp", INTEGER, SpanTrace::experiment)
            .column(4, "scope", INTEGER, row -> (long) row.scope())
            .column(5, "legacy", INTEGER, SpanTrace::legacy)
            .column(6, "started_at", INTEGER, SpanTrace::startedAt)
            .column(7, "ended_at", INTEGER, SpanTrace::endedAt)
            .column(8, "state", INTEGER, row -> (long) row.state().ordinal())
            .column(9, "client_id", TEXT, SpanTrace::clientId)
            .column(10, "run", BLOB, row -> bytes(row.run()))
            .column(11, "model", BLOB, row -> bytes(row.model()))
            .column(12, "spans", INTEGER, SpanTrace::spans)
            .column(13, "created_by", TEXT, SpanTrace::createdBy)
            .column(14, "document", BLOB, row -> row.document().bytes())
            .withoutHistory()
            .reads(SpanTrace::read);
    static final String COLUMNS =
            "trace, nid, exp, scope, legacy, started_at, ended_at, state, client_id, run, model, spans, created_by,"
                    + " document";

    private static final Pattern ID = Pattern.compile("(?:tr-)?([0-9a-f]{32})");
    private static final String PREFIX = "tr-";

    private static SpanTrace read(Row row) {
        return new SpanTrace(
                row.uid("trace"),
                row.integer("nid"),
                row.integer("exp"),
                (int) row.integer("scope"),
                row.flag("legacy"),
                row.integer("started_at"),
                row.integerOrNull("ended_at"),
                State.values()[(int) row.integer("state")],
                row.textOrNull("client_id"),
                row.uidOrNull("run"),
                row.uidOrNull("model"),
                row.integer("spans"),
                row.text("created_by"),
                TraceDocument.of(row.bytes("document")));
    }

    private static byte @Nullable [] bytes(@Nullable Uid uid) {
        return uid == null ? null : uid.bytes();
    }

    /** The uid in an id as clients write it, with {@code tr-} or without; empty when it can be no trace's. */
    public static Optional<Uid> parse(String id) {
        var match = ID.matcher(id);
        return match.matches() ? Optional.of(Uid.parse(match.group(1))) : Optional.empty();
    }

    /** Whether an id is written the way of clients before 3.0. */
    public static boolean isLegacy(String id) {
        return !id.startsWith(PREFIX);
    }

    /** As clients write it. */
    public String id() {
        return legacy ? uid.hex() : PREFIX + uid.hex();
    }

    Node node() {
        return Node.of(Kind.TRACE, uid);
    }

    SpanTrace with(TraceDocument next) {
        return new SpanTrace(
                uid,
                nid,
                experiment,
                scope,
                legacy,
                startedAt,
                endedAt,
                state,
                clientId,
                run,
                model,
                spans,
                createdBy,
                next);
    }

    SpanTrace with(long start, @Nullable Long end, State nextState, long nextSpans) {
        return new SpanTrace(
                uid,
                nid,
                experiment,
                scope,
                legacy,
                start,
                end,
                nextState,
                clientId,
                run,
                model,
                nextSpans,
                createdBy,
                document);
    }

    SpanTrace with(@Nullable String nextClientId, @Nullable Uid nextRun, @Nullable Uid nextModel) {
        return new SpanTrace(
                uid,
                nid,
                experiment,
                scope,
                legacy,
                startedAt,
                endedAt,
                state,
                nextClientId == null ? clientId : nextClientId,
                nextRun == null ? run : nextRun,
                nextModel == null ? model : nextModel,
                spans,
                createdBy,
                document);
    }
}
