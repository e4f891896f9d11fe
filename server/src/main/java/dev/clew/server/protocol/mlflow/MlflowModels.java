package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.registry.ModelView;
import dev.clew.server.registry.RegisteredModel;
import dev.clew.server.registry.Registry;
import dev.clew.server.search.Vocabulary;
import dev.clew.server.search.Vocabulary.Type;
import java.util.List;
import java.util.Map;

/** Routes of registered models, prompts among them, and of their aliases. */
public final class MlflowModels {
    private static final int DEFAULT_RESULTS = 100;
    private static final int MAX_RESULTS = 1_000;

    private static final Vocabulary WORDS = Vocabulary.of()
            .entity("attribute", "attributes", "attr")
            .entity("tag", "tags")
            .nullable("tag")
            .attribute("name", Type.TEXT)
            .attribute("creation_timestamp", Type.NUMBER)
            .attribute("last_updated_timestamp", Type.NUMBER, "timestamp")
            .lists("attribute.name")
            .build();

    private final Registry registry;

    public MlflowModels(Registry registry) {
        this.registry = registry;
    }

    public List<Route> routes() {
        String base = "mlflow/registered-models/";
        return new MlflowRoutes()
                .add(Method.POST, base + "create", Permission.MODEL_REGISTER, this::create)
                .add(Method.GET, base + "get", Permission.MODEL_READ, this::get)
                .add(Method.GET, base + "search", Permission.MODEL_LIST, this::search)
                .add(Method.POST, base + "search", Permission.MODEL_LIST, this::search)
                .add(Method.POST, base + "rename", Permission.MODEL_WRITE, this::rename)
                .add(Method.PATCH, base + "update", Permission.MODEL_CARD_EDIT, this::describe)
                .add(Method.DELETE, base + "delete", Permission.MODEL_DELETE, this::delete)
                .add(Method.GET, base + "get-latest-versions", Permission.MODEL_READ, this::latest)
                .add(Method.POST, base + "get-latest-versions", Permission.MODEL_READ, this::latest)
                .add(Method.POST, base + "set-tag", Permission.MODEL_WRITE, this::setTag)
                .add(Method.DELETE, base + "delete-tag", Permission.MODEL_WRITE, this::deleteTag)
                .add(Method.POST, base + "alias", Permission.MODEL_ALIAS_SET, this::setAlias)
                .add(Method.DELETE, base + "alias", Permission.MODEL_ALIAS_SET, this::deleteAlias)
                .add(Method.GET, base + "alias", Permission.MODEL_READ, this::aliased)
                .list();
    }

    private Answer create(Call call) {
        Message message = call.message();
        String name = message.required("name");
        Map<String, String> tags = message.labels("tags");
        tags.keySet().forEach(key -> Checks.key("key", key));
        var receipt = registry.create(
                call.permit(), call.workspace(), call.project(), name, message.text("description"), tags);
        return RegistryWriter.model(new ModelView(receipt.answer(), List.of(), tags, Map.of()))
                .receipt(receipt);
    }

    private Answer get(Call call) {
        ModelView found = view(call, call.message().required("name"));
        RegistryCall.permit(call, found.model().scope());
        return RegistryWriter.model(found);
    }

    private ModelView view(Call call, String name) {
        return registry.view(call.workspace(), name)
                .orElseThrow(() -> MlflowErrors.notFound("Registered Model with name=%s not found".formatted(name)));
    }

    private Answer search(Call call) {
        var page = registry.search().models(RegistryCall.query(call, WORDS, DEFAULT_RESULTS, MAX_RESULTS));
        return Out.answer(out -> out.list("registered_models", page.items(), RegistryWriter::model)
                .text("next_page_token", page.token()));
    }

    private Answer rename(Call call) {
        String name = call.message().required("name");
        String next = call.message().required("new_name");
        var receipt = registry.rename(RegistryCall.permit(registry, call, name), call.workspace(), name, next);
        return RegistryWriter.model(view(call, next)).receipt(receipt);
    }

    private Answer describe(Call call) {
        String name = call.message().required("name");
        var receipt = registry.describe(
                RegistryCall.permit(registry, call, name),
                call.workspace(),
                name,
                call.message().text("description"));
        return RegistryWriter.model(view(call, name)).receipt(receipt);
    }

    private Answer delete(Call call) {
        String name = call.message().required("name");
        RegisteredModel model = view(call, name).model();
        var permit = RegistryCall.permitOwn(call, model.scope(), model.createdBy());
        return Out.empty().receipt(registry.delete(permit, call.workspace(), name));
    }

    private Answer latest(Call call) {
        String name = call.message().required("name");
        RegistryCall.permit(registry, call, name);
        return RegistryWriter.versions(
                registry.latest(call.workspace(), name, call.message().texts("stages")));
    }

    private Answer setTag(Call call) {
        Message message = call.message();
        String name = message.required("name");
        String key = Checks.key("key", message.required("key"));
        return Out.empty()
                .receipt(registry.tag(
                        RegistryCall.permit(registry, call, name), call.workspace(), name, key, message.text("value")));
    }

    private Answer deleteTag(Call call) {
        Message message = call.message();
        String name = message.required("name");
        String key = Checks.key("key", message.required("key"));
        return Out.empty()
                .receipt(registry.tag(RegistryCall.permit(registry, call, name), call.workspace(), name, key, null));
    }

    private Answer setAlias(Call call) {
        Message message = call.message();
        String name = message.required("name");
        String alias = message.required("alias");
        String version = message.requiredId("version");
        return Out.empty()
                .receipt(registry.setAlias(
                        RegistryCall.permit(registry, call, name), call.workspace(), name, alias, version));
    }

    private Answer deleteAlias(Call call) {
        String name = call.message().required("name");
        String alias = call.message().required("alias");
        return Out.empty()
                .receipt(
                        registry.removeAlias(RegistryCall.permit(registry, call, name), call.workspace(), name, alias));
    }

    private Answer aliased(Call call) {
        String name = call.message().required("name");
        String alias = call.message().required("alias");
        return RegistryWriter.version(RegistryCall.readable(call, registry.aliased(call.workspace(), name, alias)));
    }
}
