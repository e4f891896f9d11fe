package dev.clew.server.registry;

import static dev.clew.server.registry.Delivery.Cursor.CURSORS;
import static dev.clew.server.registry.Delivery.DELIVERIES;
import static dev.clew.server.registry.Webhook.WEBHOOKS;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.RowWrite;
import dev.clew.server.journal.State;
import java.util.ArrayList;
import java.util.List;

/** Changes of webhooks and their deliveries. */
sealed interface WebhookCommand<R> extends Command<R> {
    /** Entries about webhooks are filed under the key that stands for each. */
    static Node node(Uid webhook) {
        return Node.of(Kind.KEY, webhook);
    }

    /** Makes one or replaces it. */
    record Put(Webhook webhook) implements WebhookCommand<Webhook> {
        @Override
        public Needs needs() {
            return Needs.of(WEBHOOKS, Key.of(webhook.uid()));
        }

        @Override
        public Decision<Webhook> decide(State state, Moment now) {
            return Decision.of(
                    webhook,
                    Change.of(Act.WEBHOOK_SET, node(webhook.uid()))
                            .scope(webhook.scope())
                            .put(WEBHOOKS, webhook));
        }
    }

    record Delete(Webhook webhook) implements WebhookCommand<Boolean> {
        @Override
        public Needs needs() {
            return Needs.of(WEBHOOKS, Key.of(webhook.uid()));
        }

        @Override
        public Decision<Boolean> decide(State state, Moment now) {
            return state.find(WEBHOOKS, Key.of(webhook.uid())).isEmpty()
                    ? Decision.unchanged(false)
                    : Decision.of(
                            true,
                            Change.of(Act.WEBHOOK_DELETE, node(webhook.uid()))
                                    .scope(webhook.scope())
                                    .delete(WEBHOOKS, Key.of(webhook.uid())));
        }
    }

    /** Files what is to be delivered, and up to where events were looked at: both or neither. */
    record File(List<Delivery> deliveries, Delivery.Cursor cursor) implements WebhookCommand<Integer> {
        @Override
        public Needs needs() {
            return Needs.none();
        }

        @Override
        public Decision<Integer> decide(State state, Moment now) {
            var rows = new ArrayList<RowWrite<?>>();
            deliveries.forEach(delivery -> rows.add(new RowWrite.Put<>(DELIVERIES, delivery)));
            rows.add(new RowWrite.Put<>(CURSORS, cursor));
            return Decision.housekeeping(deliveries.size(), rows);
        }
    }
}
