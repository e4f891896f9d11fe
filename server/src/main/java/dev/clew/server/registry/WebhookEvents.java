package dev.clew.server.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.Json;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.ChangeHistory.Change;
import dev.clew.server.storage.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns entries of the registry into what webhooks are told. Thread-safe. */
final class WebhookEvents {
    private static final List<String> ACTS = List.of(
            Act.MODEL_CREATE.text(),
            Act.MODEL_UPDATE.text(),
            Act.MODEL_VERSION_REGISTER.text(),
            Act.MODEL_VERSION_UPDATE.text(),
            Act.MODEL_ALIAS_SET.text(),
            Act.MODEL_ALIAS_DELETE.text());
    private static final int CHANGES = 200;

    /** What happened. */
    record Event(WebhookEvent event, ObjectNode data) {}

    /** An entry that may hold events. */
    record Entry(long seq, long micros, String act, Uid uid, int scope) {}

    private final Database database;
    private final RegistryStore store;
    private final ModelHistory history;

    WebhookEvents(Database database, RegistryStore store, ModelHistory history) {
        this.database = database;
        this.store = store;
        this.history = history;
    }

    /** Entries of the registry after this one, oldest first. */
    List<Entry> after(long seq, int limit) {
        return database.read(sql -> sql.query("""
            SELECT seq, time_us, act, uid, scope FROM entry_index
            WHERE act %s AND seq > :seq AND uid IS NOT NULL ORDER BY seq LIMIT %d\
            """.formatted(sql.dialect().inTexts("acts"), limit))
                .texts("acts", ACTS)
                .bind("seq", seq)
                .list(row ->
                        new Entry(row.integer("seq"), row.integer("time_us"), row.text("act"), row.uid("uid"), (int)
                                row.integer("scope"))));
    }

    /** What an entry tells; models and versions are described as they are now. */
    List<Event> of(Entry entry) {
        Act act = Act.parse(entry.act()).orElseThrow();
        return switch (act) {
            case MODEL_CREATE, MODEL_UPDATE -> ofModel(entry, act);
            default -> ofVersion(entry, act);
        };
    }

    private List<Event> ofModel(Entry entry, Act act) {
        Optional<RegisteredModel> model =
                store.models(List.of(entry.uid())).stream().findFirst();
        if (model.isEmpty()) {
            return List.of();
        }
        ModelView view =
                store.read(sql -> store.modelViews(sql, List.of(model.get()))).getFirst();
        boolean prompt = ModelTag.saysPrompt(view.tags());
        if (act == Act.MODEL_CREATE) {
            ObjectNode data = named(view.model().name());
            tags(data, view.tags());
            data.put("description", view.model().description());
            return List.of(
                    new Event(prompt ? WebhookEvent.PROMPT_CREATED : WebhookEvent.REGISTERED_MODEL_CREATED, data));
        }
        if (!prompt) {
            return List.of();
        }
        return changedTags(
                history.of(view.model(), entry.seq() + 1, CHANGES).changes(),
                entry.seq(),
                () -> named(view.model().name()),
                WebhookEvent.PROMPT_TAG_SET,
                WebhookEvent.PROMPT_TAG_DELETED);
    }

    private List<Event> ofVersion(Entry entry, Act act) {
        Optional<ModelVersion> version =
                store.versions(List.of(entry.uid())).stream().findFirst();
        Optional<RegisteredModel> model = version.flatMap(
                found -> store.models(List.of(found.model())).stream().findFirst());
        if (version.isEmpty() || model.isEmpty()) {
            return List.of();
        }
        VersionView view = store.view(model.get(), version.get());
        boolean prompt = ModelTag.saysPrompt(view.tags());
        String number = Long.toString(version.get().number());
        if (act == Act.MODEL_VERSION_REGISTER) {
            ObjectNode data = named(view.name()).put("version", number);
            if (prompt) {
                data.put("template", view.tags().getOrDefault(ModelTag.PROMPT_TEXT, ""));
            } else {
                data.put("source", version.get().source())
                        .put("run_id", version.get().runId());
            }
            tags(data, view.tags());
            data.put("description", version.get().description());
            return List.of(
                    new Event(prompt ? WebhookEvent.PROMPT_VERSION_CREATED : WebhookEvent.MODEL_VERSION_CREATED, data));
        }
        if (act == Act.MODEL_VERSION_UPDATE) {
            return changedTags(
                    history.of(version.get(), entry.seq() + 1, CHANGES).changes(),
                    entry.seq(),
                    () -> named(view.name()).put("version", number),
                    prompt ? WebhookEvent.PROMPT_VERSION_TAG_SET : WebhookEvent.MODEL_VERSION_TAG_SET,
                    prompt ? WebhookEvent.PROMPT_VERSION_TAG_DELETED : WebhookEvent.MODEL_VERSION_TAG_DELETED);
        }
        return aliases(entry.seq(), model.get(), prompt);
    }

    private List<Event> aliases(long seq, RegisteredModel model, boolean prompt) {
        var events = new ArrayList<Event>();
        for (Change change : history.of(model, seq + 1, CHANGES).changes()) {
            if (change.seq() == seq && change.what().startsWith("alias ")) {
                ObjectNode data = named(model.name()).put("alias", change.what().substring("alias ".length()));
                String to = change.to();
                if (to == null) {
                    events.add(new Event(
                            prompt ? WebhookEvent.PROMPT_ALIAS_DELETED : WebhookEvent.MODEL_VERSION_ALIAS_DELETED,
                            data));
                } else {
                    events.add(new Event(
                            prompt ? WebhookEvent.PROMPT_ALIAS_CREATED : WebhookEvent.MODEL_VERSION_ALIAS_CREATED,
                            data.put("version", to)));
                }
            }
        }
        return events;
    }

    private static List<Event> changedTags(
            List<Change> changes, long seq, Supplier<ObjectNode> begun, WebhookEvent set, WebhookEvent deleted) {
        var events = new ArrayList<Event>();
        for (Change change : changes) {
            if (change.seq() == seq && change.what().startsWith("tag ")) {
                ObjectNode data = begun.get().put("key", change.what().substring("tag ".length()));
                @Nullable String to = change.to();
                events.add(to == null ? new Event(deleted, data) : new Event(set, data.put("value", to)));
            }
        }
        return events;
    }

    private static ObjectNode named(String name) {
        return Json.MAPPER.createObjectNode().put("name", name);
    }

    private static void tags(ObjectNode data, Map<String, String> tags) {
        tags.forEach(data.putObject("tags")::put);
    }
}
