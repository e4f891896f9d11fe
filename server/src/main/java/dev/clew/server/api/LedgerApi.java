package dev.clew.server.api;

import dev.clew.ledger.tiles.Tile;
import dev.clew.server.access.DenialView;
import dev.clew.server.access.Denials;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Scopes;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Justification;
import dev.clew.server.http.Page;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.RowHistory;
import dev.clew.server.journal.Tables;
import dev.clew.server.ledgers.EntryReader;
import dev.clew.server.ledgers.LedgerConfig;
import dev.clew.server.ledgers.Ledgers;
import dev.clew.server.ports.Domain;
import dev.clew.server.ports.Right;
import dev.clew.server.trace.Trace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Routes of the log: C2SP tiles for anyone's tools, entries and proofs for people. */
public final class LedgerApi {
    private static final String BASE = "/api/clew/v1/ledger";

    private final Ledgers ledgers;
    private final EntryReader reader;
    private final EntryFilters filters;
    private final UnaryOperator<String> names;
    private final LedgerConfig.Public open;
    private final EntryChanges changes;
    private final Denials denials;

    /** One line of the audit log. */
    record EntryView(
            long seq,
            Instant time,
            String act,
            String who,
            String name,
            @Nullable String resource,
            int scope) {}

    /** A signed state of the log that is kept. */
    record CheckpointView(long size, String root) {}

    /**
     * @param names what people call a principal
     * @param ids the id of a principal by login or id
     * @param rows earlier states of rows
     * @param tables everything that is stored, to name the values of rows
     * @param denials opens records of denials
     */
    public LedgerApi(
            Ledgers ledgers,
            EntryReader reader,
            Trace trace,
            UnaryOperator<String> names,
            Function<String, Optional<String>> ids,
            LedgerConfig config,
            RowHistory rows,
            List<Tables> tables,
            Denials denials) {
        this.ledgers = ledgers;
        this.reader = reader;
        this.filters = new EntryFilters(trace, ids);
        this.names = names;
        this.open = config.publicAccess();
        this.changes = new EntryChanges(rows, tables);
        this.denials = denials;
    }

    public List<Route> routes() {
        return List.of(
                guarded(Route.get("/ledger/checkpoint"), false)
                        .summary("The newest signed checkpoint")
                        .answersAs("text/plain")
                        .handle(this::checkpoint),
                guarded(Route.get("/ledger/policy"), false)
                        .summary("The trust policy that pins this log")
                        .answersAs("text/plain")
                        .handle(exchange -> Answer.text(200, ledgers.policy())),
                guarded(Route.get("/ledger/tile/entries/{path...}"), true)
                        .summary("An entry bundle of the C2SP layout")
                        .answersAs("application/octet-stream")
                        .handle(exchange -> tile("tile/entries/" + exchange.path("path"))),
                guarded(Route.get("/ledger/tile/{path...}"), false)
                        .summary("A hash tile of the C2SP layout")
                        .answersAs("application/octet-stream")
                        .handle(exchange -> tile("tile/" + exchange.path("path"))),
                Route.get(BASE + "/entries")
                        .permission(Permission.AUDIT_READ)
                        .noted(Right.OWN_DOMAIN)
                        .summary("The audit log, newest first; administrators see the entries of their own domain")
                        .apply(EntryFilters::declared)
                        .query("after", "integer", "only entries after this seq, oldest first: what is new")
                        .paged()
                        .answersPage(EntryView.class)
                        .handle(this::entries),
                Route.get(BASE + "/entries/counts")
                        .permission(Permission.AUDIT_READ)
                        .noted(Right.OWN_DOMAIN)
                        .summary("Entries over time; newest: true when only the newest 262 144 that match were counted")
                        .apply(EntryFilters::declared)
                        .query("bucket", "length of a bucket, 1m to 400d, default 1h; the last 1000 buckets are told")
                        .answers(200, EntryFilters.Counts.class)
                        .handle(exchange -> Answer.json(filters.counts(exchange, ledgers.entries()))),
                Route.get(BASE + "/entries/{seq}")
                        .permission(Permission.AUDIT_READ)
                        .on(this::resource)
                        .summary(
                                "One entry: who did what, when and why, which rows it changed, and their values as far as the caller may read such things")
                        .answers(200, EntryDetail.class)
                        .handle(this::entry),
                Route.get(BASE + "/entries/{seq}/denials")
                        .permission(Permission.AUDIT_READ)
                        .on(this::resource)
                        .summary(
                                "What the denials say that a record.batch covers: who was denied what, why and how often; the look is recorded")
                        .query("thing", "id of what was asked for, as the request named it: only denials of that")
                        .answersPage(DenialView.class)
                        .handle(this::denials),
                Route.get(BASE + "/checkpoints")
                        .permission(Permission.AUDIT_VERIFY)
                        .summary("Signed states of the log that are kept, newest first; root in base64")
                        .paged()
                        .answersPage(CheckpointView.class)
                        .handle(this::checkpoints),
                Route.get(BASE + "/proof")
                        .permission(Permission.AUDIT_PROOF_EXPORT)
                        .summary("Proof that an entry is in the log")
                        .answersAs("text/plain")
                        .query("index", "integer", "seq of the entry")
                        .query("size", "integer", "an earlier size of the log")
                        .handle(this::proof),
                Route.get(BASE + "/consistency")
                        .permission(Permission.AUDIT_VERIFY)
                        .summary("Proof that the log only grew, one base64 hash a line")
                        .answersAs("text/plain")
                        .query("from", "integer", "size")
                        .query("to", "integer", "size")
                        .handle(this::consistency));
    }

    private Route.Builder guarded(Route.Builder route, boolean entries) {
        boolean isOpen = open == LedgerConfig.Public.ALL || (open == LedgerConfig.Public.HASHES && !entries);
        if (isOpen) {
            return route.open("ledger.public says so");
        }
        // Hashes tell nobody anything, and whoever may verify needs them; entries say who did what.
        return entries
                ? route.permission(Permission.AUDIT_READ).on(exchange -> Resource.in(Scopes.INSTANCE))
                : route.permission(Permission.AUDIT_VERIFY);
    }

    private Answer checkpoint(Exchange exchange) {
        return Answer.text(
                        200,
                        ledgers.checkpoint()
                                .orElseThrow(() -> new ClewException(
                                        ErrorCode.UNAVAILABLE,
                                        "The first checkpoint is being signed; ask again shortly."))
                                .toString())
                .header("Cache-Control", "no-cache");
    }

    private Answer tile(String path) {
        Tile tile;
        try {
            tile = Tile.parse(path);
        } catch (IllegalArgumentException e) {
            throw new ClewException(ErrorCode.NOT_FOUND, "There is no tile \"%s\".".formatted(path), e);
        }
        return Answer.bytes("application/octet-stream", ledgers.tile(tile))
                .header("Cache-Control", "public, max-age=31536000, immutable");
    }

    private Answer entries(Exchange exchange) {
        int limit = Page.limit(exchange);
        var filter = filters.of(exchange);
        if (exchange.query("after").isPresent()) {
            var found = ledgers.entries().findAfter(filter, Queries.number(exchange, "after"), limit);
            return Answer.json(new Page<>(found.stream().map(this::view).toList(), null));
        }
        long before = exchange.query("cursor").isEmpty() ? Long.MAX_VALUE : Queries.number(exchange, "cursor");
        var found = ledgers.entries().find(filter, before, limit);
        return Answer.json(new Page<>(
                found.stream().map(this::view).toList(),
                found.size() < limit ? null : Long.toString(found.getLast().seq())));
    }

    private Answer entry(Exchange exchange) {
        long seq = Queries.number("seq", exchange.path("seq"));
        EntryReader.Told told = reader.read(seq).orElseThrow(() -> unknown(seq));
        var rows = changes.of(exchange.caller(), exchange.permit().scope(), seq, told.changes());
        return Answer.json(EntryDetail.of(told, names, rows));
    }

    private Answer denials(Exchange exchange) {
        return Answer.json(new Page<>(
                denials.of(
                        exchange.permit(),
                        exchange.authorizedScope(),
                        exchange.justification()
                                .purpose()
                                .map(Justification.Purpose::text)
                                .orElse(null),
                        Queries.number("seq", exchange.path("seq")),
                        exchange.query("thing").orElse(null)),
                null));
    }

    private Answer checkpoints(Exchange exchange) {
        int limit = Page.limit(exchange);
        long below = exchange.query("cursor").isEmpty() ? Long.MAX_VALUE : Queries.number(exchange, "cursor");
        var found = ledgers.checkpoints(below, limit);
        return Answer.json(new Page<>(
                found.stream()
                        .map(each -> new CheckpointView(
                                each.size(), Base64.getEncoder().encodeToString(each.root())))
                        .toList(),
                found.size() < limit ? null : Long.toString(found.getLast().size())));
    }

    private Resource resource(Exchange exchange) {
        long seq = Queries.number("seq", exchange.path("seq"));
        var head = ledgers.entries().head(seq).orElseThrow(() -> unknown(seq));
        Resource resource = Resource.in(head.scope());
        return Domain.ofAct(head.act()).map(resource::about).orElse(resource);
    }

    private static ClewException unknown(long seq) {
        return new ClewException(ErrorCode.NOT_FOUND, "There is no entry %d, or you may not see it.".formatted(seq));
    }

    private Answer proof(Exchange exchange) {
        long index = Queries.number(exchange, "index");
        var proof = exchange.query("size").isEmpty()
                ? ledgers.proof(index, extra -> extra)
                : ledgers.proofAt(index, Queries.number(exchange, "size"));
        return Answer.bytes("text/plain; charset=utf-8", proof.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Answer consistency(Exchange exchange) {
        var proof = ledgers.consistency(Queries.number(exchange, "from"), Queries.number(exchange, "to"));
        return Answer.text(
                200,
                proof.path().stream()
                        .map(hash -> Base64.getEncoder().encodeToString(hash) + "\n")
                        .collect(Collectors.joining()));
    }

    private EntryView view(Entries.Head head) {
        return new EntryView(
                head.seq(),
                Instant.EPOCH.plus(head.micros(), ChronoUnit.MICROS),
                head.act(),
                head.who(),
                names.apply(head.who()),
                head.resource() == null ? null : head.resource().toString(),
                head.scope());
    }
}
