package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.deployments.ApprovalView;
import dev.clew.server.deployments.Approvals;
import dev.clew.server.deployments.Cursor;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Page;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Receipt;
import dev.clew.server.ports.Domain;
import dev.clew.server.ports.Right;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Routes of approvals. */
public final class ApprovalsApi {
    private static final String BASE = "/api/clew/v1/approvals";

    private final Approvals approvals;

    /** What a change of an approval answers. */
    record Changed(ApprovalView approval, List<Long> seqs) {}

    public ApprovalsApi(Approvals approvals) {
        this.approvals = approvals;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(BASE)
                        .permission(Permission.APPROVAL_REQUEST)
                        .summary("Ask for the approval of a model version, with a reason")
                        .required("model", "string", "name of a registered model")
                        .required("version", "any", "number, or @alias")
                        .optional("required", "integer", "grants needed, 1 to 5; default 1")
                        .reason()
                        .answers(201, Changed.class)
                        .handle(this::request),
                Route.get(BASE)
                        .permission(Permission.APPROVAL_READ)
                        .noted(Right.DOMAIN)
                        .summary("Approvals, newest first")
                        .query("version", "uid of a model version")
                        .query("state", "pending, granted, rejected or void")
                        .paged()
                        .answersPage(ApprovalView.class)
                        .handle(this::list),
                Route.get(BASE + "/{id}")
                        .permission(Permission.APPROVAL_READ)
                        .on(this::resource)
                        .summary("One approval with its votes")
                        .answers(200, ApprovalView.class)
                        .handle(this::get),
                Route.post(BASE + "/{id}/votes")
                        .permission(Permission.APPROVAL_APPROVE)
                        .on(this::resource)
                        .summary("Grant or reject, with a reason; never one's own work")
                        .required("vote", "string", "grant or reject")
                        .reason()
                        .answers(200, Changed.class)
                        .handle(this::vote),
                Route.post(BASE + "/{id}/withdraw")
                        .permission(Permission.APPROVAL_REQUEST)
                        .on(this::resource)
                        .summary("Take back one's own request, with a reason")
                        .reason()
                        .answers(200, Changed.class)
                        .handle(this::withdraw));
    }

    private Answer request(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String model = body.text("model");
        String version = body.json("version")
                .map(node -> node.isTextual() ? node.textValue() : node.toString())
                .orElseThrow(() -> new ClewException(
                        ErrorCode.INVALID_ARGUMENT, "Name the version to approve: version (a number or @alias)."));
        long required = body.integer("required", 1);
        Reason reason = body.requireReason(exchange);
        body.end();
        return changed(
                201, approvals.request(exchange.permit(), exchange.workspace(), model, version, required, reason));
    }

    private Answer vote(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String vote = body.text("vote");
        Reason reason = body.requireReason(exchange);
        body.end();
        boolean grant = switch (vote) {
            case "grant" -> true;
            case "reject" -> false;
            default ->
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT, "vote must be grant or reject, not \"%s\".".formatted(vote));
        };
        return changed(200, approvals.vote(exchange.permit(), id(exchange), grant, reason));
    }

    private Answer withdraw(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        Reason reason = body.requireReason(exchange);
        body.end();
        return changed(200, approvals.withdraw(exchange.permit(), id(exchange), reason));
    }

    private Answer get(Exchange exchange) {
        return Answer.json(approvals.get(id(exchange)).orElseThrow(() -> unknown(exchange)));
    }

    private Answer list(Exchange exchange) {
        int limit = Page.limit(exchange);
        var found = approvals.list(
                exchange.authorizedScope(),
                exchange.query("version")
                        .map(text -> Fields.parseUid("version", text))
                        .orElse(null),
                exchange.query("state")
                        .map(text -> text.toUpperCase(Locale.ROOT))
                        .orElse(null),
                Cursor.parse(exchange.query("cursor")),
                limit);
        return Answer.json(new Page<>(found, found.size() < limit ? null : cursor(found.getLast())));
    }

    private Resource resource(Exchange exchange) {
        var owned = approvals.owned(id(exchange)).orElseThrow(() -> unknown(exchange));
        return Resource.of(owned.scope(), owned.requestedBy()).about(Domain.LIFECYCLE);
    }

    private static Answer changed(int status, Receipt<ApprovalView> receipt) {
        return Answer.json(status, new Changed(receipt.answer(), receipt.seqs()))
                .receipt(receipt);
    }

    private static String cursor(ApprovalView last) {
        return new Cursor(ChronoUnit.MICROS.between(Instant.EPOCH, last.requestedAt()), Uid.parse(last.id()))
                .toString();
    }

    private static Uid id(Exchange exchange) {
        return Fields.parseUid("Approval", exchange.path("id"));
    }

    private static ClewException unknown(Exchange exchange) {
        return new ClewException(
                ErrorCode.NOT_FOUND, "There is no approval %s, or you may not see it.".formatted(exchange.path("id")));
    }
}
