package dev.clew.server.protocol.mlflow;

import dev.clew.server.http.Answer;
import dev.clew.server.registry.ModelVersion;
import dev.clew.server.registry.ModelView;
import dev.clew.server.registry.RegisteredModel;
import dev.clew.server.registry.VersionView;
import java.io.IOException;
import java.util.List;

/** Registered models and versions as MLflow's clients read them. */
final class RegistryWriter {
    private RegistryWriter() {}

    static Answer model(ModelView view) {
        return Out.answer(out -> out.object("registered_model", model -> model(model, view)));
    }

    static Answer version(VersionView view) {
        return Out.answer(out -> out.object("model_version", version -> version(version, view)));
    }

    static Answer versions(List<VersionView> views) {
        return Out.answer(out -> out.list("model_versions", views, RegistryWriter::version));
    }

    static void model(Out out, ModelView view) throws IOException {
        RegisteredModel model = view.model();
        out.text("name", model.name())
                .integer("creation_timestamp", model.createdAt())
                .integer("last_updated_timestamp", model.updatedAt());
        if (!model.description().isEmpty()) {
            out.text("description", model.description());
        }
        out.list("latest_versions", view.latest(), RegistryWriter::version)
                .labels("tags", view.tags())
                .list(
                        "aliases",
                        view.aliases().entrySet(),
                        (each, alias) ->
                                each.text("alias", alias.getKey()).text("version", Long.toString(alias.getValue())));
    }

    static void version(Out out, VersionView view) throws IOException {
        ModelVersion version = view.version();
        out.text("name", view.name())
                .text("version", Long.toString(version.number()))
                .integer("creation_timestamp", version.createdAt())
                .integer("last_updated_timestamp", version.updatedAt())
                .text("current_stage", version.stage().text())
                .text("description", version.description())
                .text("source", version.source())
                .text("run_id", version.runId())
                .text("status", "READY")
                .labels("tags", view.tags())
                .text("run_link", version.runLink())
                .texts("aliases", view.aliases());
    }
}
