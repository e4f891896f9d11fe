package dev.clew.server.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a webhook can be told of. The text is {@code entity.action}. */
public enum WebhookEvent {
    REGISTERED_MODEL_CREATED,
    MODEL_VERSION_CREATED,
    MODEL_VERSION_TAG_SET,
    MODEL_VERSION_TAG_DELETED,
    MODEL_VERSION_ALIAS_CREATED,
    MODEL_VERSION_ALIAS_DELETED,
    PROMPT_CREATED,
    PROMPT_VERSION_CREATED,
    PROMPT_TAG_SET,
    PROMPT_TAG_DELETED,
    PROMPT_VERSION_TAG_SET,
    PROMPT_VERSION_TAG_DELETED,
    PROMPT_ALIAS_CREATED,
    PROMPT_ALIAS_DELETED;

    /** As messages name it: {@code MODEL_VERSION_TAG}. */
    public String entity() {
        return name().substring(0, name().lastIndexOf('_'));
    }

    /** As messages name it: {@code SET}. */
    public String action() {
        return name().substring(name().lastIndexOf('_') + 1);
    }

    public String text() {
        return (entity() + "." + action()).toLowerCase(Locale.ROOT);
    }

    static WebhookEvent parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('.', '_'));
    }

    /** The event of this pair, in upper or lower case. */
    public static Optional<WebhookEvent> of(String entity, String action) {
        String name = (entity + "_" + action).toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(event -> event.name().equals(name))
                .findFirst();
    }

    /** Actions of an entity, in lower case; empty when there is no such entity. */
    public static List<String> actions(String entity) {
        return Arrays.stream(values())
                .filter(event -> event.entity().equalsIgnoreCase(entity))
                .map(event -> event.action().toLowerCase(Locale.ROOT))
                .toList();
    }
}
