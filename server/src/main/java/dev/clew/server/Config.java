package dev.clew.server;

import dev.clew.server.access.SodConfig;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.config.Settings;
import dev.clew.server.config.Sources;
import dev.clew.server.decisions.DecisionsConfig;
import dev.clew.server.deployments.Policies;
import dev.clew.server.explanations.ExplanationsConfig;
import dev.clew.server.http.HttpConfig;
import dev.clew.server.ledgers.LedgerConfig;
import dev.clew.server.privacy.PrivacyConfig;
import dev.clew.server.registry.WebhooksConfig;
import dev.clew.server.segments.SegmentsConfig;
import dev.clew.server.tracking.ArtifactsConfig;
import java.util.Map;

/**
 * Every setting of the server, one record per concern; the name of a component is the section of its keys. A new concern adds a
 * component here and nothing else.
 */
public record Config(
        DataConfig data,
        HttpConfig http,
        LedgerConfig ledger,
        DecisionsConfig decisions,
        SegmentsConfig segments,
        ExplanationsConfig explanations,
        Policies policy,
        PrivacyConfig privacy,
        SodConfig sod,
        ArtifactsConfig artifacts,
        WebhooksConfig webhooks) {
    /** Keys that existed once, each with what to do instead. */
    static final Map<String, String> RETIRED = Map.of();

    /** @throws ClewException CONFIGURATION listing every problem */
    public static Settings<Config> read(Sources sources) {
        return Settings.read(Config.class, sources, RETIRED);
    }

    /** @throws ClewException CONFIGURATION if the server would speak in the clear to other machines */
    public void refuseOpenAir() {
        if (!http.isLoopback()
                && http.tls() == HttpConfig.Tls.OFF
                && http.trustedProxies().isEmpty()) {
            throw new ClewException(ErrorCode.CONFIGURATION, """
                http.host=%s is not a loopback address, so other machines could connect, and TLS is off. \
                Set http.tls=generated (or files with http.tls_certificate and http.tls_key), \
                declare the proxy that ends TLS with http.trusted_proxies, or listen on 127.0.0.1.\
                """.formatted(http.host()));
        }
    }
}
