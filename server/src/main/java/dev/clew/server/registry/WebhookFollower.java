package dev.clew.server.registry;

import static dev.clew.server.registry.Delivery.Cursor.CURSORS;
import static dev.clew.server.registry.Delivery.DELIVERIES;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Scopes;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Housekeeping;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.RowWrite;
import dev.clew.server.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells webhooks what happened: files deliveries for what entries say, with the cursor in the same transaction, and sends what is due. A
 * delivery is made at least once: it goes out again when the server stops between sending and noting that. Ended ones are kept 30 days.
 * Owns two platform threads; a slow other side holds up others by at most ten seconds at a time.
 */
public final class WebhookFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookFollower.class);
    private static final Permit PERMIT = Permit.system(Permission.INSTANCE_STORAGE, Scopes.INSTANCE);
    private static final String CURSOR = "registry";
    private static final int ENTRIES_AT_ONCE = 100;
    private static final int DUE_AT_ONCE = 20;
    private static final long TICK_MILLIS = 250;
    private static final long REST_AFTER_FAILURE_MILLIS = 5_000;
    private static final Duration KEPT = Duration.ofDays(30);

    private final Journal journal;
    private final Database database;
    private final Webhooks webhooks;
    private final WebhookEvents events;
    private final InstantSource clock;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<Uid, Boolean> failing = new ConcurrentHashMap<>();
    private long tidiedAt;

    WebhookFollower(Journal journal, Database database, Webhooks webhooks, WebhookEvents events, InstantSource clock) {
        this.journal = journal;
        this.database = database;
        this.webhooks = webhooks;
        this.events = events;
        this.clock = clock;
    }

    WebhookFollower start() {
        threads.add(Thread.ofPlatform().name("webhook-events").start(() -> run(this::fileOnce)));
        threads.add(Thread.ofPlatform().name("webhook-calls").start(() -> run(this::sendOnce)));
        return this;
    }

    /** Something to do once; answers whether there may be more at once. */
    private interface Work {
        boolean once();
    }

    private void run(Work work) {
        try {
            while (stopped.getCount() > 0) {
                long pause = TICK_MILLIS;
                try {
                    if (work.once()) {
                        continue;
                    }
                } catch (RuntimeException e) {
                    if (stopped.getCount() > 0) {
                        LOG.warn("Webhooks wait: what is to be told could not be read or noted", e);
                    }
                    pause = REST_AFTER_FAILURE_MILLIS;
                }
                stopped.await(pause, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            LOG.debug("Webhooks rest");
        }
    }

    /** Files deliveries for the next entries. */
    private boolean fileOnce() {
        List<Webhook> active = webhooks.active();
        long from = database.read(sql -> sql.query("SELECT name, entry FROM webhook_cursor WHERE name = :name")
                        .bind("name", CURSOR)
                        .first(CURSORS::read))
                .map(Delivery.Cursor::seq)
                .orElse(-1L);
        if (active.isEmpty() && from < 0) {
            return false; // there never was one
        }
        // What happens while none is active is passed over, not told later.
        List<WebhookEvents.Entry> entries = events.after(from, ENTRIES_AT_ONCE);
        if (entries.isEmpty()) {
            return false;
        }
        var deliveries = new ArrayList<Delivery>();
        for (WebhookEvents.Entry entry : entries) {
            List<Webhook> told = active.stream()
                    .filter(webhook ->
                            webhook.scope() == entry.scope() && entry.micros() >= webhook.createdAt() * 1_000)
                    .toList();
            if (!told.isEmpty()) {
                events.of(entry).forEach(event -> file(entry, event, told, deliveries));
            }
        }
        journal.write(
                PERMIT,
                new WebhookCommand.File(
                        deliveries,
                        new Delivery.Cursor(CURSOR, entries.getLast().seq())));
        return entries.size() == ENTRIES_AT_ONCE;
    }

    private void file(
            WebhookEvents.Entry entry, WebhookEvents.Event event, List<Webhook> told, List<Delivery> deliveries) {
        Instant at = Instant.EPOCH.plus(entry.micros(), ChronoUnit.MICROS);
        long now = clock.millis();
        for (Webhook webhook : told) {
            if (webhook.events().contains(event.event())) {
                deliveries.add(new Delivery(
                        Uid.next(now),
                        webhook.uid(),
                        entry.seq(),
                        event.event().text(),
                        Webhooks.body(event.event(), event.data(), at),
                        Delivery.State.WAITING,
                        0,
                        now,
                        null,
                        null,
                        now));
            }
        }
    }

    /** Sends what is due, and notes how it went. */
    private boolean sendOnce() {
        tidy();
        long now = clock.millis();
        List<Delivery> due = database.read(sql -> sql.query("""
            SELECT %s FROM webhook_delivery WHERE state = 0 AND due_at <= :now
            ORDER BY due_at, delivery LIMIT %d\
            """.formatted(Delivery.COLUMNS, DUE_AT_ONCE))
                .bind("now", now)
                .list(DELIVERIES::read));
        if (due.isEmpty()) {
            return false;
        }
        Map<Uid, Webhook> known =
                webhooks.active().stream().collect(Collectors.toMap(Webhook::uid, Function.identity()));
        for (Delivery delivery : due) {
            if (stopped.getCount() == 0) {
                return false;
            }
            note(send(delivery, known));
        }
        return due.size() == DUE_AT_ONCE;
    }

    private Delivery send(Delivery delivery, Map<Uid, Webhook> known) {
        Webhook webhook = known.get(delivery.webhook());
        if (webhook == null) {
            return delivery.failed(clock.millis(), null, "the webhook was deleted or disabled meanwhile", true);
        }
        Webhooks.Result result = webhooks.send(webhook, delivery.uid(), delivery.body());
        Integer status = result.status();
        if (result.success() && status != null) {
            failing.remove(webhook.uid());
            return delivery.delivered(clock.millis(), status);
        }
        if (failing.put(webhook.uid(), true) == null) {
            LOG.warn("Webhook {} is not reached: {}", webhook.id(), result.error());
        }
        return delivery.failed(
                clock.millis(),
                status == null ? null : (Long) status.longValue(),
                result.error() == null ? "" : result.error(),
                result.permanent());
    }

    private void note(Delivery delivery) {
        journal.write(PERMIT, new Housekeeping(List.of(new RowWrite.Put<>(DELIVERIES, delivery))));
    }

    /** Forgets what ended long ago, a thousand at a time. */
    private void tidy() {
        long now = clock.millis();
        if (now - tidiedAt < Duration.ofHours(1).toMillis()) {
            return;
        }
        tidiedAt = now;
        List<Delivery> old = database.read(
                sql -> sql.query("SELECT %s FROM webhook_delivery WHERE state <> 0 AND due_at < :before LIMIT 1000"
                                .formatted(Delivery.COLUMNS))
                        .bind("before", now - KEPT.toMillis())
                        .list(DELIVERIES::read));
        if (!old.isEmpty()) {
            var rows = new ArrayList<RowWrite<?>>();
            old.forEach(each -> rows.add(new RowWrite.Delete<>(DELIVERIES, DELIVERIES.keyOf(each))));
            journal.write(PERMIT, new Housekeeping(rows));
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        for (Thread thread : threads) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
