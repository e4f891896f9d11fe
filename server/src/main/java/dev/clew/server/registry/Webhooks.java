package dev.clew.server.registry;

import static dev.clew.server.registry.Webhook.WEBHOOKS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.common.Breach;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Json;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.outbound.SafePost;
import dev.clew.server.storage.Blocking;
import dev.clew.server.storage.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks of a project's registry and what was delivered to them. Deliveries are filed by {@link WebhookFollower} after the change they
 * tell of is durable. Thread-safe; every call blocks for the store, the journal or, when testing, the other side.
 */
public final class Webhooks {
    /** Webhooks of one scope. */
    public static final int MAX_WEBHOOKS = 1_000;

    private static final String PURPOSE = "webhook";

    private final Journal journal;
    private final Database database;
    private final SafePost post;
    private final Secrets secrets;
    private final Blocking threads;
    private final InstantSource clock;

    /** Seals and opens what deliveries are signed with. */
    public interface Secrets {
        byte[] seal(String purpose, byte[] key, byte[] plain);

        byte[] open(String purpose, byte[] key, byte[] sealed);
    }

    /** @param threads for calls to other machines and what must not hold a carrier */
    public Webhooks(
            Journal journal, Database database, SafePost post, Secrets secrets, Blocking threads, InstantSource clock) {
        this.journal = journal;
        this.database = database;
        this.post = post;
        this.secrets = secrets;
        this.threads = threads;
        this.clock = clock;
    }

    /**
     * Makes a webhook.
     *
     * @param secret what deliveries are signed with, or null
     * @throws ClewException INVALID_ARGUMENT when its URL must not be called
     */
    public Receipt<Webhook> create(
            Permit permit,
            int scope,
            String name,
            String url,
            List<WebhookEvent> events,
            String description,
            @Nullable String secret,
            boolean active) {
        check(url);
        if (list(scope).size() >= MAX_WEBHOOKS) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "There are %d webhooks already; delete one first.".formatted(MAX_WEBHOOKS));
        }
        long now = clock.millis();
        Uid uid = Uid.next(now);
        return journal.write(
                permit,
                new WebhookCommand.Put(new Webhook(
                        uid,
                        scope,
                        name,
                        url,
                        events,
                        description,
                        sealed(uid, secret),
                        active,
                        now,
                        now,
                        permit.who())));
    }

    /** Changes what is not null. */
    public Receipt<Webhook> update(
            Permit permit,
            Webhook old,
            @Nullable String name,
            @Nullable String url,
            @Nullable List<WebhookEvent> events,
            @Nullable String description,
            @Nullable String secret,
            @Nullable Boolean active) {
        if (url != null) {
            check(url);
        }
        return journal.write(
                permit,
                new WebhookCommand.Put(new Webhook(
                        old.uid(),
                        old.scope(),
                        name == null ? old.name() : name,
                        url == null ? old.url() : url,
                        events == null ? old.events() : events,
                        description == null ? old.description() : description,
                        secret == null ? old.secret() : sealed(old.uid(), secret),
                        active == null ? old.active() : active,
                        old.createdAt(),
                        Math.max(clock.millis(), old.updatedAt()),
                        old.createdBy())));
    }

    private byte @Nullable [] sealed(Uid uid, @Nullable String secret) {
        return secret == null || secret.isEmpty()
                ? null
                : secrets.seal(PURPOSE, uid.bytes(), secret.getBytes(StandardCharsets.UTF_8));
    }

    private void check(String url) {
        try {
            threads.call(() -> {
                try {
                    post.check(url);
                } catch (SafePost.Refused e) {
                    throw new ClewException(ErrorCode.INVALID_ARGUMENT, Breach.SOURCE, SafePost.words(e), e);
                }
                return true;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Receipt<Boolean> delete(Permit permit, Webhook webhook) {
        return journal.write(permit, new WebhookCommand.Delete(webhook));
    }

    public Optional<Webhook> find(Uid uid, int scope) {
        return database.read(sql -> sql.query("SELECT %s FROM webhook WHERE webhook = :uid".formatted(Webhook.COLUMNS))
                        .bind("uid", uid)
                        .first(WEBHOOKS::read))
                .filter(found -> found.scope() == scope);
    }

    /** Oldest first. */
    public List<Webhook> list(int scope) {
        return database.read(
                sql -> sql.query("SELECT %s FROM webhook WHERE scope = :scope ORDER BY created_at DESC, webhook DESC"
                                .formatted(Webhook.COLUMNS))
                        .bind("scope", (long) scope)
                        .list(WEBHOOKS::read));
    }

    /** Active ones of every scope. */
    List<Webhook> active() {
        return database.read(sql -> sql.query("SELECT %s FROM webhook WHERE active = 1".formatted(Webhook.COLUMNS))
                .list(WEBHOOKS::read));
    }

    /** Newest first. */
    public List<Delivery> deliveries(Webhook webhook, int limit) {
        return database.read(sql -> sql.query("""
            SELECT %s FROM webhook_delivery WHERE webhook = :webhook
            ORDER BY created_at DESC, delivery DESC LIMIT %d\
            """.formatted(Delivery.COLUMNS, limit))
                .bind("webhook", webhook.uid())
                .list(Delivery.DELIVERIES::read));
    }

    /** How a call went: a status, or why there is none. */
    public record Result(
            @Nullable Integer status,
            @Nullable String body,
            @Nullable String error,
            boolean permanent) {
        public boolean success() {
            return status != null && status >= 200 && status < 300;
        }
    }

    /** Sends an example of an event now, and says how that went. Nothing of it is repeated or kept. */
    public Result test(Webhook webhook, WebhookEvent event) {
        ObjectNode data = Json.MAPPER
                .createObjectNode()
                .put("name", "example_model")
                .put("version", "1")
                .put("key", "example_key")
                .put("value", "example_value")
                .put("alias", "example_alias");
        data.putObject("tags");
        try {
            return threads.call(() -> send(webhook, Uid.next(clock.millis()), body(event, data, clock.instant())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String body(WebhookEvent event, ObjectNode data, Instant at) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("entity", event.entity().toLowerCase(Locale.ROOT))
                .put("action", event.action().toLowerCase(Locale.ROOT))
                .put("timestamp", at.toString());
        body.set("data", data);
        return body.toString();
    }

    /** One call, on a platform thread. */
    Result send(Webhook webhook, Uid delivery, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String id = delivery.dashed();
        String time = Long.toString(clock.millis() / 1_000);
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/json");
        headers.put("X-MLflow-Delivery-Id", id);
        headers.put("X-MLflow-Timestamp", time);
        byte[] sealed = webhook.secret();
        if (sealed != null) {
            headers.put(
                    "X-MLflow-Signature",
                    WebhookSignature.of(secrets.open(PURPOSE, webhook.uid().bytes(), sealed), id, time, body));
        }
        try {
            SafePost.Answer answer = post.post(webhook.url(), headers, bytes);
            // What stays so is not repeated: the other side refuses, or is gone.
            boolean permanent =
                    answer.status() >= 400 && answer.status() < 500 && answer.status() != 408 && answer.status() != 429;
            return new Result(
                    answer.status(),
                    answer.body(),
                    answer.status() < 300 ? null : "the other side answered %d".formatted(answer.status()),
                    permanent || (answer.status() >= 300 && answer.status() < 400));
        } catch (SafePost.Refused e) {
            return new Result(null, null, SafePost.words(e), true);
        } catch (IOException e) {
            return new Result(null, null, SafePost.words(e), false);
        }
    }
}
