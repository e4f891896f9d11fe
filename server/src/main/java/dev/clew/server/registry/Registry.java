package dev.clew.server.registry;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Reason;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Body;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Resolving;
import dev.clew.server.journal.Tables;
import dev.clew.server.ports.Approvals;
import dev.clew.server.ports.Artifacts;
import dev.clew.server.ports.Contributors;
import dev.clew.server.ports.Describe;
import dev.clew.server.ports.Versions;
import dev.clew.server.storage.Database;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Registered models and their versions. Thread-safe. Names are looked up in a workspace; the caller has been allowed to do what it asks
 * in the scope of the model. {@link #versions} answers from memory, everything else blocks for the store or the journal.
 */
public final class Registry {
    private final Journal journal;
    private final RegistryStore store;
    private final Sources sources;
    private final Protection protection;
    private final Reasons reasons;
    private final InstantSource clock;
    private final KnownModels known;
    private final Versions versions;
    private final Contributors contributors = new VersionContributors();
    private final ModelSearch search;
    private final ModelHistory history;
    private final RegistryImports imports;

    /** Seals the text of a reason for the entry's body: {@code vault.salted}. */
    @FunctionalInterface
    public interface Reasons {
        Body seal(int scope, String text);
    }

    /** What this feature stores. */
    public static Tables tables() {
        return Tables.of(
                RegisteredModel.MODELS,
                ModelTag.MODEL_TAGS,
                ModelVersion.VERSIONS,
                ModelTag.VERSION_TAGS,
                ModelAlias.ALIASES,
                Webhook.WEBHOOKS,
                Delivery.DELIVERIES,
                Delivery.Cursor.CURSORS);
    }

    /** Begins to tell webhooks what happens here; ends when closed. */
    public WebhookFollower tell(Webhooks webhooks, Database database) {
        return new WebhookFollower(journal, database, webhooks, new WebhookEvents(database, store, history), clock)
                .start();
    }

    /** @param approvals asked when the first alias moves; they are made from the registry */
    public Registry(
            Journal journal,
            Database database,
            Artifacts artifacts,
            Supplier<Approvals> approvals,
            Reasons reasons,
            InstantSource clock) {
        this.journal = journal;
        this.store = new RegistryStore(database);
        this.sources = new Sources(artifacts);
        this.protection = new Protection(approvals);
        this.reasons = reasons;
        this.clock = clock;
        this.known = new KnownModels(store);
        this.versions = new RegistryVersions(known);
        this.search = new ModelSearch(store);
        this.history = new ModelHistory(database, known);
        this.imports = new RegistryImports(journal, store, sources, protection, known, clock);
    }

    /** Makes a model. Entry {@code model.create}. */
    public Receipt<RegisteredModel> create(
            Permit permit, int workspace, int project, String name, String description, Map<String, String> tags) {
        Rules.modelName(name);
        Rules.description(description);
        Rules.tags(tags);
        Body reason = reason(permit, project);
        Uid uid = Uid.next(clock.millis());
        try {
            return journal.write(
                    permit,
                    new ModelCommand.Create(
                            uid, workspace, project, name, description, Map.copyOf(tags), permit.who(), reason));
        } finally {
            known.forget(workspace, name);
        }
    }

    /** Gives a model another name; its versions, aliases and tags stay. Entry {@code model.update}. */
    public Receipt<RegisteredModel> rename(Permit permit, int workspace, String name, String newName) {
        Rules.modelName(name);
        Rules.modelName("new_name", newName);
        try {
            return change(
                    permit,
                    workspace,
                    name,
                    (model, reason) -> new ModelCommand.Rename(model, newName, protection, reason));
        } finally {
            known.forget(workspace, newName);
        }
    }

    /** Replaces a model's description. Entry {@code model.update}. */
    public Receipt<RegisteredModel> describe(Permit permit, int workspace, String name, String description) {
        Rules.description(description);
        return change(
                permit, workspace, name, (model, reason) -> new ModelCommand.Describe(model, description, reason));
    }

    /** Sets a model's tag, or removes it with a null value. Entry {@code model.update}. */
    public Receipt<RegisteredModel> tag(Permit permit, int workspace, String name, String key, @Nullable String value) {
        if (value != null) {
            Rules.tag(key, value);
        }
        return change(permit, workspace, name, (model, reason) -> {
            if (value != null && !store.hasRoom("registered_model_tag", model.uid(), key, value)) {
                throw Rules.tooManyTags();
            }
            return new ModelCommand.Tag(model, key, value, reason);
        });
    }

    /** Takes a model with all its versions out of sight. Entry {@code model.delete}. */
    public Receipt<RegisteredModel> delete(Permit permit, int workspace, String name) {
        return change(permit, workspace, name, ModelCommand.Delete::new);
    }

    /**
     * Registers the next version of a model. Entry {@code model.version.register}. Reads the files behind the source; files that come
     * later do not change the version.
     */
    public Receipt<VersionView> register(Permit permit, int workspace, String name, Registration asked) {
        Rules.modelName(name);
        Rules.description(asked.description());
        Rules.length("run_id", asked.runId() == null ? "" : asked.runId(), Rules.MAX_NAME);
        Rules.length("run_link", asked.runLink(), Rules.MAX_LOCATION);
        Rules.tags(asked.tags());
        Uid uid = Uid.next(clock.millis());
        // What is wrong with the source is said even of an unknown model, as MLflow does.
        int scope = store.model(workspace, name).map(RegisteredModel::scope).orElse(permit.scope());
        Origin origin = sources.resolve(scope, asked, (other, which) -> source(workspace, asked, other, which));
        var receipt = change(
                permit,
                workspace,
                name,
                (model, reason) -> new VersionCommand.Register(
                        uid,
                        model,
                        origin,
                        asked.runLink(),
                        asked.description(),
                        Map.copyOf(asked.tags()),
                        permit.who(),
                        reason));
        return new Receipt<>(
                new VersionView(name, receipt.answer(), Map.copyOf(asked.tags()), List.of()), receipt.entries());
    }

    /** Replaces a version's description. Entry {@code model.version.update}. */
    public Receipt<VersionView> describe(Permit permit, int workspace, String name, String number, String description) {
        Rules.description(description);
        return viewed(changeVersion(
                permit,
                workspace,
                name,
                number,
                (model, version, reason) -> new VersionCommand.Describe(model, version, description, reason)));
    }

    /** Sets a version's tag, or removes it with a null value. Entry {@code model.version.update}. */
    public Receipt<ModelVersion> tag(
            Permit permit, int workspace, String name, String number, String key, @Nullable String value) {
        if (value != null) {
            Rules.tag(key, value);
        }
        return changeVersion(permit, workspace, name, number, (model, version, reason) -> {
            if (value != null && !store.hasRoom("model_version_tag", version.uid(), key, value)) {
                throw Rules.tooManyTags();
            }
            return new VersionCommand.Tag(model, version, key, value, reason);
        });
    }

    /**
     * Moves a version to a stage. Entry {@code model.version.transition}.
     *
     * @param archive whether what else is in that stage goes to Archived
     */
    public Receipt<VersionView> transition(
            Permit permit, int workspace, String name, String number, String stage, boolean archive) {
        Stage to = Rules.stage(stage);
        if (archive && !to.isActive()) {
            throw Rules.invalid(
                    "Model version transition cannot archive existing model versions because '%s' is not an Active stage. Valid stages are ['Staging', 'Production']"
                            .formatted(stage));
        }
        return viewed(changeVersion(permit, workspace, name, number, (model, version, reason) -> {
            if (protection.covers(model, to)) {
                requireAsRegistered(model, version);
            }
            return new VersionCommand.Transition(model, version, to, archive, protection, reason);
        }));
    }

    /** Takes a version out of sight with its aliases. Entry {@code model.version.delete}. */
    public Receipt<ModelVersion> delete(Permit permit, int workspace, String name, String number) {
        return changeVersion(permit, workspace, name, number, VersionCommand.Delete::new);
    }

    /** Points an alias at a version. Entry {@code model.alias.set}; refused with APPROVAL_REQUIRED when policy protects it. */
    public Receipt<Boolean> setAlias(Permit permit, int workspace, String name, String alias, String number) {
        Rules.newAlias(alias);
        return changeVersion(permit, workspace, name, number, (model, version, reason) -> {
            if (!store.hasRoom(model.uid(), alias)) {
                throw Rules.tooManyAliases();
            }
            if (protection.covers(model, alias)) {
                requireAsRegistered(model, version);
            }
            return new AliasCommand.Set(model, version, alias, protection, reason);
        });
    }

    /**
     * Whether the files of a version are still those it was registered with. Runs and logged models take new files at any time; what was
     * approved is the digest of the old ones. 1 statement and those of its folder.
     */
    public boolean isAsRegistered(Uid version) {
        return store.versions(List.of(version)).stream().allMatch(sources::isAsRegistered);
    }

    /**
     * A version with the folder its files lie in.
     *
     * @param name as people call it, {@code credit/3}
     * @param folder below the root of the run or logged model
     */
    public record Rooted(Uid version, String name, String folder) {}

    /**
     * Versions made of files of a run or logged model, one of which is given; deleted ones too. 1 statement when there is none, else those
     * of their folders.
     */
    public List<Rooted> madeOf(@Nullable Uid run, @Nullable Uid loggedModel) {
        var found = store.madeOf(run, loggedModel);
        if (found.isEmpty()) {
            return List.of();
        }
        var names = store
                .models(found.stream().map(ModelVersion::model).distinct().toList())
                .stream()
                .collect(Collectors.toMap(RegisteredModel::uid, RegisteredModel::name));
        var folders = new HashMap<String, List<String>>();
        return found.stream()
                .flatMap(version ->
                        folders
                                .computeIfAbsent(version.location(), _ -> sources.foldersOf(version, run, loggedModel))
                                .stream()
                                .map(folder -> new Rooted(
                                        version.uid(), names.get(version.model()) + "/" + version.number(), folder)))
                .toList();
    }

    /** What was registered of a run, for a change of it. 1 statement. */
    public RunVersions versionsOf(Uid run) {
        return new RunVersions(
                run, store.madeOf(run, null).stream().map(ModelVersion::model).collect(Collectors.toSet()));
    }

    private void requireAsRegistered(RegisteredModel model, ModelVersion version) {
        if (!sources.isAsRegistered(version)) {
            throw new ClewException(
                    ErrorCode.WRONG_STATE,
                    "The files of %s/%d are not those that it was registered with; register what lies there now as a new version."
                            .formatted(model.name(), version.number()));
        }
    }

    /** Removes an alias; without effect when there is none. Entry {@code model.alias.delete}. */
    public Receipt<Boolean> removeAlias(Permit permit, int workspace, String name, String alias) {
        Rules.alias(alias);
        return change(permit, workspace, name, (model, reason) -> new AliasCommand.Remove(model, alias, reason));
    }

    /** The live model of this name. */
    public Optional<RegisteredModel> model(int workspace, String name) {
        Rules.modelName(name);
        return store.model(workspace, name);
    }

    /** As {@link #model} with everything it shows. */
    public Optional<ModelView> view(int workspace, String name) {
        Rules.modelName(name);
        return store.read(sql -> RegistryStore.model(sql, workspace, name)
                .map(model -> store.modelViews(sql, List.of(model)).getFirst()));
    }

    /** A live version; refuses with NOT_FOUND and MLflow's words. */
    public VersionView version(int workspace, String name, String number) {
        Rules.modelName(name);
        long wanted = Rules.number(number);
        var model = store.model(workspace, name).orElseThrow(() -> Rules.unknownVersion(name, number));
        return store.view(model, liveVersion(model, wanted));
    }

    /** The version an alias points at, {@code latest} being the newest one; refuses in MLflow's words. */
    public VersionView aliased(int workspace, String name, String alias) {
        Rules.modelName(name);
        Rules.alias(alias);
        var model = require(workspace, name);
        Optional<Uid> uid = alias.equalsIgnoreCase("latest")
                ? known.model(model.uid()).flatMap(KnownModels.Known::newest)
                : store.aliased(model.uid(), alias);
        return uid.flatMap(found -> store.versions(List.of(found)).stream().findFirst())
                .map(version -> store.view(model, version))
                .orElseThrow(() -> alias.equalsIgnoreCase("latest")
                        ? new ClewException(
                                ErrorCode.NOT_FOUND, "Latest version not found for model %s.".formatted(name))
                        : Rules.invalid("Registered model alias %s not found.".formatted(alias)));
    }

    /** The newest live version of each of these stages, of all when none is named. */
    public List<VersionView> latest(int workspace, String name, List<String> stages) {
        var latest = view(workspace, name)
                .orElseThrow(() -> Rules.unknownModel(name))
                .latest();
        var wanted = stages.stream().map(Rules::stage).toList();
        return latest.stream()
                .filter(view ->
                        wanted.isEmpty() || wanted.contains(view.version().stage()))
                .toList();
    }

    public ModelSearch search() {
        return search;
    }

    public RegistryImports imports() {
        return imports;
    }

    public ModelHistory history() {
        return history;
    }

    /** The port that other features ask. */
    public Versions versions() {
        return versions;
    }

    /** Who stands behind a version, as known when it was registered. */
    public Contributors contributors() {
        return contributors;
    }

    /** Words for models and versions. */
    public Describe descriptions() {
        return new ModelDescriptions(store);
    }

    private RegisteredModel require(int workspace, String name) {
        return store.model(workspace, name).orElseThrow(() -> Rules.unknownModel(name));
    }

    private ModelVersion liveVersion(RegisteredModel model, long number) {
        return store.version(model.uid(), number)
                .filter(ModelVersion::isLive)
                .orElseThrow(() -> Rules.unknownVersion(model.name(), Long.toString(number)));
    }

    /** What {@code models:/NAME/…} names, for a version registered from another. */
    private ModelVersion source(int workspace, Registration asked, String name, String which) {
        var model = require(workspace, name);
        if (model.isPrompt()) {
            throw Rules.invalid(
                    "Invalid model version source: '%s'. Prompt versions cannot be used as model version sources."
                            .formatted(asked.source()));
        }
        if (Rules.isNumber(which)) {
            return liveVersion(model, Rules.number(which));
        }
        if (which.startsWith("@")) {
            return aliased(workspace, name, which.substring(1)).version();
        }
        return which.equalsIgnoreCase("latest")
                ? aliased(workspace, name, which).version()
                : latest(workspace, name, List.of(which)).stream()
                        .findFirst()
                        .map(VersionView::version)
                        .orElseThrow(() -> new ClewException(
                                ErrorCode.NOT_FOUND,
                                "No versions of model with name '%s' and stage '%s' found".formatted(name, which)));
    }

    private <R> Receipt<R> change(
            Permit permit, int workspace, String name, BiFunction<RegisteredModel, @Nullable Body, Command<R>> make) {
        return change(permit, workspace, name, () -> Rules.unknownModel(name), make);
    }

    private <R> Receipt<R> change(
            Permit permit,
            int workspace,
            String name,
            Supplier<ClewException> unknown,
            BiFunction<RegisteredModel, @Nullable Body, Command<R>> make) {
        Rules.modelName(name);
        var touched = new HashSet<Uid>();
        try {
            return Resolving.write(journal, permit, () -> {
                var model = store.model(workspace, name).orElseThrow(unknown);
                touched.add(model.uid());
                return make.apply(model, reason(permit, model.scope()));
            });
        } finally {
            // Whatever came of it: what is forgotten needlessly is read again.
            known.forget(workspace, name);
            touched.forEach(known::forget);
        }
    }

    /** Makes a command from a model and a version as they are now. */
    @FunctionalInterface
    private interface VersionChange<R> {
        Command<R> of(RegisteredModel model, ModelVersion version, @Nullable Body reason);
    }

    private <R> Receipt<R> changeVersion(
            Permit permit, int workspace, String name, String number, VersionChange<R> make) {
        Rules.modelName(name);
        long wanted = Rules.number(number);
        var touched = new HashSet<ModelVersion>();
        try {
            return change(permit, workspace, name, () -> Rules.unknownVersion(name, number), (model, reason) -> {
                var version = liveVersion(model, wanted);
                touched.add(version);
                return make.of(model, version, reason);
            });
        } finally {
            touched.forEach(known::forget);
        }
    }

    private Receipt<VersionView> viewed(Receipt<ModelVersion> receipt) {
        ModelVersion version = receipt.answer();
        var model = store.models(List.of(version.model())).getFirst();
        return new Receipt<>(store.view(model, version), receipt.entries());
    }

    private @Nullable Body reason(Permit permit, int scope) {
        Reason reason = permit.reason();
        return reason == null || reason.text().isBlank() ? null : reasons.seal(scope, reason.text());
    }
}
