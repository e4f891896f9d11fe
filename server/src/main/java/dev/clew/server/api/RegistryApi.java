package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Page;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.registry.ModelVersion;
import dev.clew.server.registry.ModelView;
import dev.clew.server.registry.RegisteredModel;
import dev.clew.server.registry.Registry;
import dev.clew.server.registry.VersionView;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Routes of registered models: what MLflow's own routes do not show. Changes are made through those. */
public final class RegistryApi {
    private static final String BASE = "/api/clew/v1/models/{name}";

    private final Registry registry;
    private final Changes changes;
    private final UnaryOperator<String> names;

    /** A registered model. */
    record Model(
            String name,
            String description,
            boolean prompt,
            String createdBy,
            Instant createdAt,
            Instant updatedAt,
            Map<String, String> tags,
            Map<String, Long> aliases,
            List<Long> latestVersions) {}

    /**
     * A version.
     *
     * @param digest over its files, what approvals bind to
     * @param contributors principals behind it, as known when it was registered
     */
    record Version(
            String model,
            long version,
            String digest,
            long files,
            long bytes,
            String source,
            String location,
            String runId,
            @Nullable String modelId,
            String stage,
            String description,
            String registeredBy,
            String registeredByName,
            List<String> contributors,
            Instant createdAt,
            Instant updatedAt,
            Map<String, String> tags,
            List<String> aliases) {}

    /** @param names what people call a principal */
    public RegistryApi(Registry registry, Changes changes, UnaryOperator<String> names) {
        this.registry = registry;
        this.changes = changes;
        this.names = names;
    }

    public List<Route> routes() {
        return List.of(
                Route.get(BASE)
                        .permission(Permission.MODEL_READ)
                        .on(exchange -> Resource.in(model(exchange).scope()))
                        .summary("One registered model")
                        .answers(200, Model.class)
                        .handle(exchange -> Answer.json(shown(view(exchange)))),
                Route.get(BASE + "/history")
                        .permission(Permission.MODEL_READ)
                        .on(exchange -> Resource.in(model(exchange).scope()))
                        .summary(
                                "Who changed the model's name, description, tags and aliases, from what to what, newest first")
                        .query("limit", "integer", "1 to 1000, default 100; changes of one entry stay together")
                        .query("cursor", "of the page before")
                        .answersPage(Changes.Changed.class)
                        .handle(exchange -> changes.answer(registry.history()
                                .of(model(exchange), Changes.before(exchange), Page.limit(exchange)))),
                Route.get(BASE + "/versions/{version}")
                        .permission(Permission.MODEL_READ)
                        .on(exchange -> Resource.in(version(exchange).scope()))
                        .summary("One version, with its digest and who stands behind it")
                        .answers(200, Version.class)
                        .handle(exchange -> Answer.json(shown(versionView(exchange)))),
                Route.get(BASE + "/versions/{version}/history")
                        .permission(Permission.MODEL_READ)
                        .on(exchange -> Resource.in(version(exchange).scope()))
                        .summary(
                                "Who registered the version and changed its description, stage, tags and aliases, newest first")
                        .query("limit", "integer", "1 to 1000, default 100; changes of one entry stay together")
                        .query("cursor", "of the page before")
                        .answersPage(Changes.Changed.class)
                        .handle(exchange -> changes.answer(registry.history()
                                .of(version(exchange), Changes.before(exchange), Page.limit(exchange)))));
    }

    private RegisteredModel model(Exchange exchange) {
        return registry.model(exchange.workspace(), exchange.path("name")).orElseThrow(() -> unknown(exchange));
    }

    private ModelView view(Exchange exchange) {
        return registry.view(exchange.workspace(), exchange.path("name")).orElseThrow(() -> unknown(exchange));
    }

    private ModelVersion version(Exchange exchange) {
        return versionView(exchange).version();
    }

    private VersionView versionView(Exchange exchange) {
        return registry.version(exchange.workspace(), exchange.path("name"), exchange.path("version"));
    }

    private static Model shown(ModelView view) {
        var model = view.model();
        return new Model(
                model.name(),
                model.description(),
                model.isPrompt(),
                model.createdBy(),
                Instant.ofEpochMilli(model.createdAt()),
                Instant.ofEpochMilli(model.updatedAt()),
                view.tags(),
                view.aliases(),
                view.latest().stream().map(latest -> latest.version().number()).toList());
    }

    private Version shown(VersionView view) {
        var version = view.version();
        var loggedModel = version.loggedModel();
        return new Version(
                view.name(),
                version.number(),
                HexFormat.of().formatHex(version.digest()),
                version.files(),
                version.bytes(),
                version.source(),
                version.location(),
                version.runId(),
                loggedModel == null ? null : "m-" + loggedModel.hex(),
                version.stage().text(),
                version.description(),
                version.registrant(),
                names.apply(version.registrant()),
                version.contributors().stream().sorted().toList(),
                Instant.ofEpochMilli(version.createdAt()),
                Instant.ofEpochMilli(version.updatedAt()),
                view.tags(),
                view.aliases());
    }

    private static ClewException unknown(Exchange exchange) {
        return new ClewException(
                ErrorCode.NOT_FOUND,
                "There is no registered model %s, or you may not see it.".formatted(exchange.path("name")));
    }
}
