package dev.clew.server.registry;

import static dev.clew.server.journal.ColumnType.BLOB;
import static dev.clew.server.journal.ColumnType.INTEGER;
import static dev.clew.server.journal.ColumnType.TEXT;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.Table;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one webhook, and afterwards the record of how it went.
 *
 * @param seq entry that the event is
 * @param body as it is sent, JSON
 * @param attempts made so far
 * @param dueAt when the next attempt is due, milliseconds; of ended ones when they ended
 * @param status last HTTP status, or null
 * @param error what went wrong last, or null
 */
public record Delivery(
        Uid uid,
        Uid webhook,
        long seq,
        String event,
        String body,
        State state,
        long attempts,
        long dueAt,
        @Nullable Long status,
        @Nullable String error,
        long createdAt) {
    /** States; ordinals are stored. */
    public enum State {
        WAITING,
        DELIVERED,
        FAILED
    }

    /** A failed delivery is repeated after 1 s, 2 s, 4 s … and given up after this many attempts. */
    static final int MAX_ATTEMPTS = 8;

    static final Table<Delivery> DELIVERIES = Table.<Delivery>housekeeping("webhook_delivery")
            .key(1, "delivery", BLOB, Delivery::uid)
            .column(2, "webhook", BLOB, Delivery::webhook)
            .column(3, "entry", INTEGER, Delivery::seq)
            .column(4, "event", TEXT, Delivery::event)
            .column(5, "body", TEXT, Delivery::body)
            .column(6, "state", INTEGER, row -> (long) row.state().ordinal())
            .column(7, "attempts", INTEGER, Delivery::attempts)
            .column(8, "due_at", INTEGER, Delivery::dueAt)
            .column(9, "status", INTEGER, Delivery::status)
            .column(10, "error", TEXT, Delivery::error)
            .column(11, "created_at", INTEGER, Delivery::createdAt)
            .reads(row -> new Delivery(
                    row.uid("delivery"),
                    row.uid("webhook"),
                    row.integer("entry"),
                    row.text("event"),
                    row.text("body"),
                    State.values()[(int) row.integer("state")],
                    row.integer("attempts"),
                    row.integer("due_at"),
                    row.integerOrNull("status"),
                    row.textOrNull("error"),
                    row.integer("created_at")));
    static final String COLUMNS =
            "delivery, webhook, entry, event, body, state, attempts, due_at, status, error, created_at";

    /** How far events were turned into deliveries. */
    record Cursor(String name, long seq) {
        static final Table<Cursor> CURSORS = Table.<Cursor>housekeeping("webhook_cursor")
                .key(1, "name", TEXT, Cursor::name)
                .column(2, "entry", INTEGER, Cursor::seq)
                .reads(row -> new Cursor(row.text("name"), row.integer("entry")));
    }

    Delivery delivered(long now, int httpStatus) {
        return ended(State.DELIVERED, now, (long) httpStatus, null);
    }

    /** @param permanent whether repeating cannot help */
    Delivery failed(long now, @Nullable Long httpStatus, String why, boolean permanent) {
        if (permanent || attempts + 1 >= MAX_ATTEMPTS) {
            return ended(State.FAILED, now, httpStatus, why);
        }
        return new Delivery(
                uid,
                webhook,
                seq,
                event,
                body,
                State.WAITING,
                attempts + 1,
                now + (1_000L << attempts),
                httpStatus,
                why,
                createdAt);
    }

    private Delivery ended(State next, long now, @Nullable Long httpStatus, @Nullable String why) {
        return new Delivery(uid, webhook, seq, event, body, next, attempts + 1, now, httpStatus, why, createdAt);
    }
}
