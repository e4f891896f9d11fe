package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Justification;
import dev.clew.server.http.Page;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Receipt;
import dev.clew.server.ports.Domain;
import dev.clew.server.ports.Right;
import dev.clew.server.privacy.ErasureView;
import dev.clew.server.privacy.Erasures;
import dev.clew.server.privacy.Subjects;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes of the people whom records are about, and of erasures. No address names a person: a handle stands for one, for minutes. */
public final class PrivacyApi {
    private static final String SUBJECTS = "/api/clew/v1/subjects";
    private static final String ERASURES = "/api/clew/v1/erasures";

    private final Subjects subjects;
    private final Erasures erasures;

    /** What a change of an erasure answers. */
    record Changed(String erasure, String state, List<Long> seqs) {}

    public PrivacyApi(Subjects subjects, Erasures erasures) {
        this.subjects = subjects;
        this.erasures = erasures;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(SUBJECTS + "/lookup")
                        .permission(Permission.SUBJECT_LOOKUP)
                        .noted(Right.TAG)
                        .summary(
                                "Find a person by {namespace, id}; answers a handle for some minutes. The look is recorded")
                        .required("namespace", "string", "of the ids, as decisions name it")
                        .required("id", "string", "of the person there")
                        .answers(200, Subjects.Found.class)
                        .handle(this::lookup),
                Route.get(SUBJECTS + "/{handle}/access")
                        .permission(Permission.SUBJECT_LOOKUP)
                        .summary(
                                "All that is held of the person, in full where the caller may read it; the read is recorded")
                        .paged()
                        .answersPage(Subjects.Held.class)
                        .handle(this::access),
                Route.get(SUBJECTS + "/{handle}/reads")
                        .permission(Permission.SUBJECT_LOOKUP)
                        .summary(
                                "Who looked at the person's records, newest first; readers are named to privacy officers")
                        .paged()
                        .answersPage(Subjects.Look.class)
                        .handle(this::reads),
                Route.post(SUBJECTS + "/{handle}/erase")
                        .permission(Permission.SUBJECT_ERASE_REQUEST)
                        .summary(
                                "Ask for the erasure of the person's data: {basis?, reason?}; another person executes or refuses it")
                        .optional("basis", "string", "legal basis of the request")
                        .reason("Sealed for the person and erased with her data")
                        .answers(202, Changed.class)
                        .handle(this::request),
                Route.get(ERASURES)
                        .permission(Permission.APPROVAL_READ)
                        .noted(Right.DOMAIN)
                        .summary("Erasures, newest first")
                        .query("state", "requested, executed, verified or refused")
                        .paged()
                        .answersPage(ErasureView.class)
                        .handle(this::list),
                Route.get(ERASURES + "/{id}")
                        .permission(Permission.APPROVAL_READ)
                        .on(this::resource)
                        .summary("One erasure with its entries and where their proofs are; never about whom")
                        .query(
                                "reveal",
                                "boolean",
                                "true: also the text of the request, with permission subject.erase.request; recorded")
                        .answers(200, ErasureView.class)
                        .handle(this::get),
                Route.post(ERASURES + "/{id}/execute")
                        .permission(Permission.SUBJECT_ERASE)
                        .on(this::resource)
                        .summary(
                                "Destroy the key and remove the data; by another person than the requester. 202 while files are rewritten")
                        .reason("It stays when the person is erased: do not name the person in it")
                        .answers(200, Changed.class)
                        .handle(this::execute),
                Route.post(ERASURES + "/{id}/refuse")
                        .permission(Permission.SUBJECT_ERASE)
                        .on(this::resource)
                        .summary("Refuse with {ground, reason?}; by another person than the requester")
                        .required("ground", "string", "why it is refused")
                        .reason("Sealed for the person and erased with her data")
                        .answers(200, Changed.class)
                        .handle(this::refuse));
    }

    private Answer lookup(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String namespace = body.text("namespace");
        String id = body.text("id");
        body.end();
        return Answer.json(
                subjects.lookup(exchange.permit(), Scopes.DEFAULT_NAMESPACE, purpose(exchange), namespace, id));
    }

    private Answer access(Exchange exchange) {
        var part = subjects.access(
                exchange.permit(),
                exchange.path("handle"),
                purpose(exchange),
                exchange.authorizedScope(Permission.DECISION_REVEAL),
                exchange.query("cursor")
                        .map(text -> Fields.parseUid("cursor", text))
                        .orElse(null),
                Page.limit(exchange));
        return Answer.json(new Page<>(part.items(), part.next()));
    }

    private Answer reads(Exchange exchange) {
        var part = subjects.reads(
                exchange.permit(),
                exchange.path("handle"),
                purpose(exchange),
                mayNameReaders(exchange),
                exchange.query("cursor").map(PrivacyApi::micros).orElse(null),
                Page.limit(exchange));
        return Answer.json(new Page<>(part.items(), part.next()));
    }

    /** Staff are persons too: who looked is told to those who hand out a person's data, to the others only as which role. */
    private static boolean mayNameReaders(Exchange exchange) {
        return (exchange.caller()
                                .rights(
                                        Permission.SUBJECT_EXPORT,
                                        exchange.permit().scope())
                        & Right.ALLOWED.bit())
                != 0;
    }

    private Answer request(Exchange exchange) {
        String handle = exchange.path("handle");
        requireIn(
                exchange,
                Permission.SUBJECT_ERASE_REQUEST,
                subjects.scopes(exchange.permit().who(), handle));
        Fields body = Fields.of(exchange.jsonOrEmpty());
        String basis = body.optionalText("basis").orElse(null);
        Reason reason = body.requireReason(exchange);
        body.end();
        return changed(202, erasures.request(exchange.permit(), handle, basis, reason));
    }

    private Answer list(Exchange exchange) {
        int limit = Page.limit(exchange);
        var found = erasures.list(
                exchange.authorizedScope(),
                exchange.query("state").orElse(null),
                exchange.query("cursor")
                        .map(text -> Fields.parseUid("cursor", text))
                        .orElse(null),
                limit);
        return Answer.json(
                new Page<>(found, found.size() < limit ? null : found.getLast().erasure()));
    }

    private Answer get(Exchange exchange) {
        Uid erasure = id(exchange);
        if (Queries.flag(exchange, "reveal")) {
            var permit = exchange.require(Permission.SUBJECT_ERASE_REQUEST, resource(exchange));
            return Answer.json(erasures.reveal(permit, erasure, purpose(exchange)));
        }
        return Answer.json(erasures.get(erasure).orElseThrow(() -> unknown(exchange)));
    }

    private Answer execute(Exchange exchange) {
        Uid erasure = id(exchange);
        Fields body = Fields.of(exchange.jsonOrEmpty());
        Reason reason = body.requireReason(exchange);
        body.end();
        requireIn(exchange, Permission.SUBJECT_ERASE, erasures.scopes(erasure));
        ErasureView view = erasures.execute(exchange.permit(), erasure, reason);
        return Answer.json(
                view.state().equals("verified") ? 200 : 202,
                new Changed(
                        view.erasure(),
                        view.state(),
                        view.entries().stream().map(ErasureView.Proven::seq).toList()));
    }

    private Answer refuse(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String ground = body.text("ground");
        Reason reason = body.requireReason(exchange);
        body.end();
        return changed(200, erasures.refuse(exchange.permit(), id(exchange), ground, reason));
    }

    /** What concerns all of a person's records needs the right where each of them lies. */
    private static void requireIn(Exchange exchange, Permission permission, Set<Integer> scopes) {
        scopes.forEach(scope -> exchange.require(permission, Resource.in(scope)));
    }

    private Resource resource(Exchange exchange) {
        var owned = erasures.owned(id(exchange)).orElseThrow(() -> unknown(exchange));
        return Resource.of(owned.scope(), owned.requestedBy()).about(Domain.PRIVACY);
    }

    private static Answer changed(int status, Receipt<ErasureView> receipt) {
        return Answer.json(
                        status,
                        new Changed(receipt.answer().erasure(), receipt.answer().state(), receipt.seqs()))
                .receipt(receipt);
    }

    private static @Nullable String purpose(Exchange exchange) {
        return exchange.justification()
                .purpose()
                .map(Justification.Purpose::text)
                .orElse(null);
    }

    private static long micros(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" is not a cursor; take it from the field cursor of the page before.".formatted(cursor),
                    e);
        }
    }

    private static Uid id(Exchange exchange) {
        return Fields.parseUid("Erasure", exchange.path("id"));
    }

    private static ClewException unknown(Exchange exchange) {
        return new ClewException(
                ErrorCode.NOT_FOUND, "There is no erasure %s, or you may not see it.".formatted(exchange.path("id")));
    }
}
