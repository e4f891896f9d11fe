package dev.clew.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.deployments.Cursor;
import dev.clew.server.deployments.DeploymentState;
import dev.clew.server.deployments.DeploymentView;
import dev.clew.server.deployments.Deployments;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Page;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Entries;
import dev.clew.server.journal.Receipt;
import dev.clew.server.ledgers.EntryReader;
import dev.clew.server.ports.Right;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Routes of deployments. */
public final class DeploymentsApi {
    private static final String BASE = "/api/clew/v1/deployments";

    private final Deployments deployments;
    private final Entries entries;
    private final EntryReader reader;

    /** What a change of a deployment answers. */
    record Changed(DeploymentView deployment, List<Long> seqs) {}

    @FunctionalInterface
    private interface Transition {
        Receipt<DeploymentView> apply(Exchange exchange, Uid uid, Reason reason);
    }

    /** @param reader tells what deployments were made for */
    public DeploymentsApi(Deployments deployments, Entries entries, EntryReader reader) {
        this.deployments = deployments;
        this.entries = entries;
        this.reader = reader;
    }

    public List<Route> routes() {
        return List.of(
                Route.post(BASE)
                        .permission(Permission.DEPLOYMENT_EXECUTE)
                        .noted(Right.COVERED)
                        .summary("Deploy a model version to an endpoint, with a reason; an unknown endpoint is created")
                        .required("endpoint", "string", "where it serves; created if unknown")
                        .required("model", "string", "name of a registered model")
                        .optional("version", "any", "number, or @alias")
                        .optional("alias", "string", "in the place of version")
                        .optional("config", "object", "of the serving system")
                        .optional("tier", "string", "of a new endpoint: staging, production (default) or high")
                        .optional("state", "string", "live (default) or started")
                        .reason()
                        .answers(201, Changed.class)
                        .handle(this::start),
                Route.get(BASE)
                        .permission(Permission.DEPLOYMENT_LOG_READ)
                        .summary("The deployment log, newest first")
                        .query("endpoint", "only this endpoint")
                        .query("state", "only this state")
                        .paged()
                        .answersPage(DeploymentView.class)
                        .handle(this::list),
                Route.get(BASE + "/{id}")
                        .permission(Permission.DEPLOYMENT_READ)
                        .on(this::resource)
                        .summary("One deployment")
                        .answers(200, DeploymentView.class)
                        .handle(this::get),
                transition(
                        "live",
                        Permission.DEPLOYMENT_EXECUTE,
                        "The started deployment answers from now on",
                        (exchange, uid, reason) ->
                                deployments.goLive(exchange.permit(), uid, !exchange.isUnconditional(), reason)),
                transition(
                        "fail",
                        Permission.DEPLOYMENT_EXECUTE,
                        "The deployment did not start",
                        (exchange, uid, reason) -> deployments.fail(exchange.permit(), uid, reason)),
                transition(
                        "end",
                        Permission.DEPLOYMENT_KILL,
                        "Take the deployment down",
                        (exchange, uid, reason) -> deployments.end(exchange.permit(), uid, reason)),
                Route.post(BASE + "/{id}/rollback")
                        .permission(Permission.DEPLOYMENT_ROLLBACK)
                        .on(this::resource)
                        .summary("Let an earlier deployment's version serve again, with a reason")
                        .required("to", "string", "id of the earlier deployment")
                        .reason()
                        .answers(201, Changed.class)
                        .handle(this::rollback));
    }

    private Answer start(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        String endpoint = body.text("endpoint");
        String model = body.text("model");
        Optional<String> alias = body.optionalText("alias").map(name -> "@" + name);
        Optional<String> number =
                body.json("version").map(node -> node.isTextual() ? node.textValue() : node.toString());
        if (alias.isPresent() == number.isPresent()) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "Name the version to deploy: version (a number), or alias, not both.");
        }
        String version = alias.or(() -> number).orElseThrow();
        Optional<JsonNode> config = body.json("config");
        if (config.filter(node -> !node.isObject()).isPresent()) {
            throw new ClewException(ErrorCode.INVALID_ARGUMENT, "config must be an object.");
        }
        String tier = body.optionalText("tier").orElse("production");
        String state = body.optionalText("state").orElse("live");
        Reason reason = body.requireReason(exchange);
        body.end();
        if (!state.equals("live") && !state.equals("started")) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT, "state must be live or started, not \"%s\".".formatted(state));
        }
        var receipt = deployments.start(
                exchange.permit(),
                exchange.workspace(),
                exchange.project(),
                new Deployments.Order(
                        endpoint,
                        model,
                        version,
                        config.map(Object::toString).orElse(null),
                        tier,
                        state.equals("live"),
                        !exchange.isUnconditional()),
                reason);
        return changed(201, receipt);
    }

    private Answer list(Exchange exchange) {
        int limit = Page.limit(exchange);
        var found = deployments.list(
                exchange.authorizedScope(),
                exchange.project(),
                exchange.query("endpoint").orElse(null),
                exchange.query("state").map(DeploymentsApi::state).orElse(null),
                Cursor.parse(exchange.query("cursor")),
                limit);
        return Answer.json(new Page<>(withReasons(found), found.size() < limit ? null : cursor(found.getLast())));
    }

    private Answer get(Exchange exchange) {
        DeploymentView found = deployments.get(id(exchange)).orElseThrow(() -> unknown(exchange));
        return Answer.json(withReasons(List.of(found)).getFirst());
    }

    /** Each with the text that its first entry was made for. 2 statements. */
    private List<DeploymentView> withReasons(List<DeploymentView> found) {
        var nodes = found.stream()
                .map(each -> Node.of(Kind.DEPLOYMENT, Uid.parse(each.id())))
                .toList();
        var made = new HashMap<Long, Uid>();
        for (var head : entries.about(nodes, 1)) {
            if (head.resource() != null) {
                made.put(head.seq(), head.resource().uid());
            }
        }
        var texts = new HashMap<Uid, String>();
        for (var told : reader.read(made.keySet())) {
            if (told.reason() != null) {
                texts.put(made.get(told.seq()), told.reason());
            }
        }
        return found.stream()
                .map(each -> each.because(texts.get(Uid.parse(each.id()))))
                .toList();
    }

    private Answer rollback(Exchange exchange) {
        Fields body = Fields.of(exchange.json());
        Uid to = body.uid("to");
        Reason reason = body.requireReason(exchange);
        body.end();
        return changed(201, deployments.rollback(exchange.permit(), id(exchange), to, reason));
    }

    private Route transition(String verb, Permission permission, String summary, Transition transition) {
        return Route.post(BASE + "/{id}/" + verb)
                .permission(permission)
                .on(this::resource)
                .summary(summary + ", with a reason")
                .reason()
                .answers(200, Changed.class)
                .handle(exchange -> {
                    Fields body = Fields.of(exchange.json());
                    Reason reason = body.requireReason(exchange);
                    body.end();
                    return changed(200, transition.apply(exchange, id(exchange), reason));
                });
    }

    private Resource resource(Exchange exchange) {
        DeploymentView found = deployments.get(id(exchange)).orElseThrow(() -> unknown(exchange));
        Resource resource = Resource.in(deployments.scopeOf(id(exchange)).orElseThrow(() -> unknown(exchange)));
        return found.approval() == null ? resource : resource.also(Set.of(Right.COVERED));
    }

    private static Answer changed(int status, Receipt<DeploymentView> receipt) {
        return Answer.json(status, new Changed(receipt.answer(), receipt.seqs()))
                .receipt(receipt);
    }

    private static String cursor(DeploymentView last) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, last.requestedAt());
        return new Cursor(micros, Uid.parse(last.id())).toString();
    }

    private static Uid id(Exchange exchange) {
        return Fields.parseUid("Deployment", exchange.path("id"));
    }

    private static ClewException unknown(Exchange exchange) {
        return new ClewException(
                ErrorCode.NOT_FOUND,
                "There is no deployment %s, or you may not see it.".formatted(exchange.path("id")));
    }

    private static DeploymentState state(String text) {
        try {
            return DeploymentState.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "state \"%s\" is unknown; use one of %s."
                            .formatted(text, Arrays.toString(DeploymentState.values())),
                    e);
        }
    }
}
