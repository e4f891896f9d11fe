package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Resource;
import dev.clew.server.http.Route;
import dev.clew.server.registry.ModelSearch;
import dev.clew.server.registry.ModelVersion;
import dev.clew.server.registry.Registration;
import dev.clew.server.registry.Registry;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.search.Vocabulary.Type;
import dev.clew.server.tracking.TrackedFiles;
import dev.clew.server.tracking.TrackedFiles.Place;
import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Routes of model versions. */
public final class MlflowVersions {
    private static final int MAX_RESULTS = 200_000;

    private static final Vocabulary WORDS = Vocabulary.of()
            .entity("attribute", "attributes", "attr")
            .entity("tag", "tags")
            .nullable("tag")
            .attribute("name", Type.TEXT)
            .attribute("run_id", Type.TEXT)
            .attribute("source_path", Type.TEXT)
            .attribute("version_number", Type.NUMBER)
            .attribute("creation_timestamp", Type.NUMBER)
            .attribute("last_updated_timestamp", Type.NUMBER)
            .lists("attribute.name", "attribute.run_id")
            .quotedNumbers()
            .build();

    private final Registry registry;
    private final TrackedFiles files;

    public MlflowVersions(Registry registry, TrackedFiles files) {
        this.registry = registry;
        this.files = files;
    }

    public List<Route> routes() {
        String base = "mlflow/model-versions/";
        return new MlflowRoutes()
                .add(Method.POST, base + "create", Permission.MODEL_REGISTER, this::create)
                .add(Method.GET, base + "get", Permission.MODEL_READ, this::get)
                .add(Method.GET, base + "search", Permission.MODEL_LIST, this::search)
                .add(Method.GET, base + "get-download-uri", Permission.MODEL_READ, this::downloadUri)
                .add(Method.PATCH, base + "update", Permission.MODEL_CARD_EDIT, this::describe)
                .add(Method.POST, base + "transition-stage", Permission.MODEL_STAGE_SET, this::transition)
                .add(Method.DELETE, base + "delete", Permission.MODEL_DELETE, this::delete)
                .add(Method.POST, base + "set-tag", Permission.MODEL_WRITE, this::setTag)
                .add(Method.DELETE, base + "delete-tag", Permission.MODEL_WRITE, this::deleteTag)
                .addAt(Method.GET, "/model-versions/get-artifact", Permission.ARTIFACT_READ, this::file)
                .list();
    }

    private Answer create(Call call) {
        Message message = call.message();
        String name = message.required("name");
        String source = message.required("source");
        Map<String, String> tags = message.labels("tags");
        tags.keySet().forEach(key -> Checks.key("key", key));
        var asked = new Registration(
                source,
                message.optional("run_id").orElse(null),
                message.optional("model_id").orElse(null),
                message.text("run_link"),
                message.text("description"),
                tags);
        var receipt = registry.register(RegistryCall.permit(registry, call, name), call.workspace(), name, asked);
        return RegistryWriter.version(receipt.answer()).receipt(receipt);
    }

    private Answer get(Call call) {
        String name = call.message().required("name");
        String version = call.message().requiredId("version");
        return RegistryWriter.version(RegistryCall.readable(call, registry.version(call.workspace(), name, version)));
    }

    /** At most {@value ModelSearch#MAX_VERSIONS} a page, whatever is asked for; the token says that there are more. */
    private Answer search(Call call) {
        var page = registry.search().versions(RegistryCall.query(call, WORDS, MAX_RESULTS, MAX_RESULTS));
        return Out.answer(out -> out.list("model_versions", page.items(), RegistryWriter::version)
                .text("next_page_token", page.token()));
    }

    private Answer downloadUri(Call call) {
        String name = call.message().required("name");
        String number = call.message().requiredId("version");
        ModelVersion version = RegistryCall.readable(call, registry.version(call.workspace(), name, number))
                .version();
        return Out.answer(out -> out.text("artifact_uri", version.location()));
    }

    private Answer describe(Call call) {
        Message message = call.message();
        String name = message.required("name");
        String version = message.requiredId("version");
        var receipt = registry.describe(
                RegistryCall.permit(registry, call, name),
                call.workspace(),
                name,
                version,
                message.text("description"));
        return RegistryWriter.version(receipt.answer()).receipt(receipt);
    }

    private Answer transition(Call call) {
        Message message = call.message();
        String name = message.required("name");
        String version = message.requiredId("version");
        String stage = message.required("stage");
        boolean archive = message.flag("archive_existing_versions").orElse(false);
        var receipt = registry.transition(
                RegistryCall.permit(registry, call, name), call.workspace(), name, version, stage, archive);
        return RegistryWriter.version(receipt.answer()).receipt(receipt);
    }

    private Answer delete(Call call) {
        String name = call.message().required("name");
        String number = call.message().requiredId("version");
        ModelVersion version = registry.version(call.workspace(), name, number).version();
        var permit = RegistryCall.permitOwn(call, version.scope(), version.registrant());
        return Out.empty().receipt(registry.delete(permit, call.workspace(), name, number));
    }

    private Answer setTag(Call call) {
        Message message = call.message();
        String name = message.required("name");
        String version = message.requiredId("version");
        String key = Checks.key("key", message.required("key"));
        return Out.empty()
                .receipt(registry.tag(
                        RegistryCall.permit(registry, call, name),
                        call.workspace(),
                        name,
                        version,
                        key,
                        message.text("value")));
    }

    private Answer deleteTag(Call call) {
        Message message = call.message();
        String name = message.required("name");
        String version = message.requiredId("version");
        String key = Checks.key("key", message.required("key"));
        return Out.empty()
                .receipt(registry.tag(
                        RegistryCall.permit(registry, call, name), call.workspace(), name, version, key, null));
    }

    /** One file of a version that lies on this server. */
    private Answer file(Call call) throws IOException {
        String name = call.message().required("name");
        String number = call.message().requiredId("version");
        String path = ArtifactPath.checked(call.message().required("path"));
        ModelVersion version = registry.version(call.workspace(), name, number).version();
        call.exchange().require(Permission.MODEL_READ, Resource.in(version.scope()));
        RegistryCall.permit(call, version.scope());
        Place place = files.folder(version.scope(), version.location())
                .map(folder -> folder.location().substring(Tracking.ARTIFACT_ROOT.length()) + "/" + path)
                .flatMap(below -> files.place(version.scope(), below))
                .orElseThrow(() -> ArtifactAnswer.unknown(path));
        return ArtifactAnswer.of(call, files, place, path);
    }
}
