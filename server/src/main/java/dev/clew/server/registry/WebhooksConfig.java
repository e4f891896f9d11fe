package dev.clew.server.registry;

import dev.clew.server.config.Default;
import dev.clew.server.config.Doc;
import java.util.List;

/** Settings {@code webhooks.*}: what registry events are told to. */
public record WebhooksConfig(
        @Default("https") @Doc("Schemes that the URL of a webhook may have: https, http")
        List<String> allowedSchemes,

        @Default("false") @Doc("Whether webhooks may lead to private networks, to this machine and to any port")
        boolean allowPrivate) {}
