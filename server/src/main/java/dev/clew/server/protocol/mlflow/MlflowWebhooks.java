package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.registry.Delivery;
import dev.clew.server.registry.Webhook;
import dev.clew.server.registry.WebhookEvent;
import dev.clew.server.registry.Webhooks;
import dev.clew.server.search.PageToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Routes of webhooks: MLflow's, and {@code …/deliveries} as an addition. */
public final class MlflowWebhooks {
    private static final String ALL = "mlflow/webhooks";
    private static final String ONE = ALL + "/{webhook_id}";
    private static final int DEFAULT_RESULTS = 100;
    private static final int MAX_TEXT = 4_096;
    private static final int MAX_SHOWN = 1_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Webhooks webhooks;

    public MlflowWebhooks(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    public List<Route> routes() {
        return new MlflowRoutes()
                .add(Method.POST, ALL, Permission.WEBHOOK_WRITE, this::create)
                .add(Method.GET, ALL, Permission.WEBHOOK_WRITE, this::list)
                .add(Method.GET, ONE, Permission.WEBHOOK_WRITE, this::get)
                .add(Method.PATCH, ONE, Permission.WEBHOOK_WRITE, this::update)
                .add(Method.DELETE, ONE, Permission.WEBHOOK_WRITE, this::delete)
                .add(Method.POST, ONE + "/test", Permission.WEBHOOK_WRITE, this::test)
                .add(Method.GET, ONE + "/deliveries", Permission.WEBHOOK_WRITE, this::deliveries)
                .list();
    }

    private Answer create(Call call) {
        Message message = call.message();
        var receipt = webhooks.create(
                call.permit(),
                call.project(),
                name(message.required("name")),
                url(message.required("url")),
                events(message),
                Checks.length("description", message.text("description"), MAX_TEXT),
                message.optional("secret").map(MlflowWebhooks::secret).orElse(null),
                status(message).orElse(true));
        return answer(receipt.answer()).receipt(receipt);
    }

    private static String name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw MlflowErrors.invalid(
                    "Webhook name '%s' is invalid. It must start and end with a letter or digit, be at most 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-)."
                            .formatted(Checks.cut(name, MAX_SHOWN)));
        }
        return name;
    }

    private static String url(String url) {
        return Checks.length("url", url, MAX_TEXT);
    }

    private static String secret(String secret) {
        return Checks.length("secret", secret, MAX_TEXT);
    }

    private static List<WebhookEvent> events(Message message) {
        var events = new ArrayList<WebhookEvent>();
        for (Message event : message.messages("events")) {
            events.add(event(event));
        }
        if (events.isEmpty()) {
            throw message.missing("events");
        }
        return events.stream().distinct().toList();
    }

    private static WebhookEvent event(Message event) {
        String entity = event.required("entity");
        String action = event.required("action");
        List<String> actions = WebhookEvent.actions(entity);
        if (actions.isEmpty()) {
            throw MlflowErrors.invalid(
                    "Invalid value \"%s\" for parameter 'entity' supplied: Nothing of it is told to webhooks."
                            .formatted(entity));
        }
        return WebhookEvent.of(entity, action)
                .orElseThrow(() -> MlflowErrors.invalid("Invalid action '%s' for entity '%s'. Valid actions are: %s"
                        .formatted(
                                action.toLowerCase(Locale.ROOT),
                                entity.toLowerCase(Locale.ROOT),
                                actions.stream().map(each -> "'" + each + "'").toList())));
    }

    private static Optional<Boolean> status(Message message) {
        return message.choice("status", text -> switch (text) {
            case "ACTIVE", "1" -> Optional.of(true);
            case "DISABLED", "2" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    private Answer list(Call call) {
        Message message = call.message();
        int limit = message.maxResults(DEFAULT_RESULTS, Webhooks.MAX_WEBHOOKS);
        int from = offset(MlflowExperiments.pageToken(message));
        List<Webhook> all = webhooks.list(call.project());
        int to = Math.min(all.size(), from + limit);
        List<Webhook> page = from >= to ? List.of() : all.subList(from, to);
        String next = to < all.size() ? new PageToken(List.of((long) to)).text() : null;
        return Out.answer(
                out -> out.list("webhooks", page, MlflowWebhooks::write).text("next_page_token", next));
    }

    private static int offset(@Nullable String token) {
        if (token == null) {
            return 0;
        }
        List<@Nullable Object> values = PageToken.parse(token).values();
        if (values.size() == 1 && values.getFirst() instanceof Long at && at >= 0 && at <= Webhooks.MAX_WEBHOOKS) {
            return at.intValue();
        }
        throw PageToken.invalid(null);
    }

    private Answer get(Call call) {
        return answer(found(call));
    }

    private Answer update(Call call) {
        Message message = call.message();
        var receipt = webhooks.update(
                call.permit(),
                found(call),
                message.optional("name").map(MlflowWebhooks::name).orElse(null),
                message.optional("url").map(MlflowWebhooks::url).orElse(null),
                message.has("events") ? events(message) : null,
                message.optional("description")
                        .map(text -> Checks.length("description", text, MAX_TEXT))
                        .orElse(null),
                message.optional("secret").map(MlflowWebhooks::secret).orElse(null),
                status(message).orElse(null));
        return answer(receipt.answer()).receipt(receipt);
    }

    private Answer delete(Call call) {
        return Out.empty().receipt(webhooks.delete(call.permit(), found(call)));
    }

    private Answer test(Call call) {
        Webhook webhook = found(call);
        WebhookEvent event = call.message()
                .message("event")
                .map(MlflowWebhooks::event)
                .orElse(webhook.events().getFirst());
        Webhooks.Result result = webhooks.test(webhook, event);
        Integer status = result.status();
        String body = result.body();
        return Out.answer(out -> out.object(
                "result",
                each -> each.flag("success", result.success())
                        .integer("response_status", status == null ? null : (Long) status.longValue())
                        .text("response_body", body == null ? null : Checks.cut(body, MAX_SHOWN))
                        .text("error_message", result.error())));
    }

    private Answer deliveries(Call call) {
        List<Delivery> found = webhooks.deliveries(found(call), call.message().maxResults(DEFAULT_RESULTS, MAX_SHOWN));
        return Out.answer(out -> out.list("deliveries", found, MlflowWebhooks::write));
    }

    private static void write(Out out, Delivery delivery) throws IOException {
        out.text("delivery_id", delivery.uid().dashed())
                .text("event", delivery.event())
                .integer("entry", delivery.seq())
                .text("state", delivery.state().name().toLowerCase(Locale.ROOT))
                .integer("attempts", delivery.attempts())
                .text(
                        delivery.state() == Delivery.State.WAITING ? "next_attempt" : "ended",
                        Instant.ofEpochMilli(delivery.dueAt()).toString())
                .integer("response_status", delivery.status())
                .text("error_message", delivery.error());
    }

    private Webhook found(Call call) {
        String id = call.path("webhook_id");
        return Optional.of(id)
                .filter(text -> UUID.matcher(text).matches())
                .flatMap(text -> webhooks.find(Uid.parse(text), call.project()))
                .orElseThrow(
                        () -> new ClewException(ErrorCode.NOT_FOUND, "Webhook with ID %s not found.".formatted(id)));
    }

    private static Answer answer(Webhook webhook) {
        return Out.answer(out -> out.object("webhook", each -> write(each, webhook)));
    }

    private static void write(Out out, Webhook webhook) throws IOException {
        out.text("webhook_id", webhook.id())
                .text("name", webhook.name())
                .text("description", webhook.description().isEmpty() ? null : webhook.description())
                .text("url", webhook.url())
                .list(
                        "events",
                        webhook.events(),
                        (each, event) -> each.text("entity", event.entity()).text("action", event.action()))
                .text("status", webhook.active() ? "ACTIVE" : "DISABLED")
                .integer("creation_timestamp", webhook.createdAt())
                .integer("last_updated_timestamp", webhook.updatedAt());
    }
}
