package dev.clew.server.registry;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where events of a workspace's registry are told to.
 *
 * @param secret sealed; what deliveries are signed with, or null
 * @param createdAt milliseconds since the epoch; events before it are not told
 */
public record Webhook(
        Uid uid,
        int scope,
        String name,
        String url,
        List<WebhookEvent> events,
        String description,
        byte @Nullable [] secret,
        boolean active,
        long createdAt,
        long updatedAt,
        String createdBy) {
    public Webhook {
        events = List.copyOf(events);
    }

    static final Table<Webhook> WEBHOOKS = Table.<Webhook>state("webhook")
            .key(1, "webhook", BLOB, Webhook::uid)
            .column(2, "scope", INTEGER, row -> (long) row.scope())
            .column(3, "name", TEXT, Webhook::name)
            .column(4, "url", TEXT, Webhook::url)
            .column(5, "events", TEXT, Webhook::eventText)
            .column(6, "description", TEXT, Webhook::description)
            .column(7, "secret", BLOB, Webhook::secret)
            .column(8, "active", INTEGER, Webhook::active)
            .column(9, "created_at", INTEGER, Webhook::createdAt)
            .column(10, "updated_at", INTEGER, Webhook::updatedAt)
            .column(11, "created_by", TEXT, Webhook::createdBy)
            .reads(row -> new Webhook(
                    row.uid("webhook"),
                    (int) row.integer("scope"),
                    row.text("name"),
                    row.text("url"),
                    Arrays.stream(row.text("events").split(","))
                            .map(WebhookEvent::parse)
                            .toList(),
                    row.text("description"),
                    row.bytesOrNull("secret"),
                    row.flag("active"),
                    row.integer("created_at"),
                    row.integer("updated_at"),
                    row.text("created_by")));
    static final String COLUMNS =
            "webhook, scope, name, url, events, description, secret, active, created_at, updated_at, created_by";

    private String eventText() {
        return events.stream().map(WebhookEvent::text).collect(Collectors.joining(","));
    }

    /** A UUID with dashes. */
    public String id() {
        return uid.dashed();
    }
}
