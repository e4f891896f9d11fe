package dev.clew.server.registry;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Resolving;
import dev.clew.server.registry.ImportCommand.Taken;
import java.time.InstantSource;
import java.util.Map;

/** Takes over models and versions of another registry. Doing it again adds what is missing. Thread-safe; calls block. */
public final class RegistryImports {
    private final Journal journal;
    private final RegistryStore store;
    private final Sources sources;
    private final Protection protection;
    private final KnownModels known;
    private final InstantSource clock;

    RegistryImports(
            Journal journal,
            RegistryStore store,
            Sources sources,
            Protection protection,
            KnownModels known,
            InstantSource clock) {
        this.journal = journal;
        this.store = store;
        this.sources = sources;
        this.protection = protection;
        this.known = known;
        this.clock = clock;
    }

    /** @param stageWithheld whether its stage is protected here and has to be granted first */
    public record Done(boolean isNew, boolean stageWithheld) {}

    /**
     * Makes a model, or leaves the one of its name. Entry {@code model.create} with reason {@code import}.
     *
     * @param createdAt milliseconds since the epoch, like {@code updatedAt}
     */
    public Done model(
            Permit permit,
            int workspace,
            int project,
            String name,
            String description,
            long createdAt,
            long updatedAt,
            Map<String, String> tags) {
        Rules.modelName(name);
        Rules.description(description);
        Uid uid = Uid.next(clock.millis());
        try {
            var taken = journal.write(
                            permit,
                            new ImportCommand.OfModel(
                                    uid,
                                    workspace,
                                    project,
                                    name,
                                    description,
                                    createdAt,
                                    updatedAt,
                                    Map.copyOf(tags),
                                    permit.who()))
                    .answer();
            return new Done(taken.isNew(), false);
        } finally {
            known.forget(workspace, name);
        }
    }

    /**
     * Adds a version under its own number, or leaves the one of that number. Entry {@code model.version.register} with reason
     * {@code import}. A source that leads nowhere here is kept as a reference and never opened.
     */
    public Done version(Permit permit, int workspace, String name, ImportedVersion version) {
        Rules.modelName(name);
        Rules.description(version.description());
        Rules.length("source", version.source(), Rules.MAX_LOCATION);
        Rules.length("run_id", version.runId(), Rules.MAX_NAME);
        Rules.length("run_link", version.runLink(), Rules.MAX_LOCATION);
        if (version.number() < 1) {
            throw Rules.invalid("A version's number is 1 or more, not %d.".formatted(version.number()));
        }
        Stage stage = Rules.stage(version.stage());
        Uid uid = Uid.next(clock.millis());
        try {
            Taken<ModelVersion> taken = Resolving.write(journal, permit, () -> {
                        RegisteredModel model =
                                store.model(workspace, name).orElseThrow(() -> Rules.unknownModel(name));
                        Origin origin = origin(model.scope(), version);
                        return new ImportCommand.OfVersion(
                                uid, model, version, origin, stage, protection, permit.who());
                    })
                    .answer();
            known.forget(taken.row());
            return new Done(taken.isNew(), taken.stageWithheld());
        } finally {
            known.forget(workspace, name);
            store.model(workspace, name).ifPresent(model -> known.forget(model.uid()));
        }
    }

    private Origin origin(int project, ImportedVersion version) {
        String location = version.location();
        var asked = new Registration(
                location == null ? version.source() : location,
                version.runId().isEmpty() ? null : version.runId(),
                version.modelId(),
                version.runLink(),
                version.description(),
                version.tags());
        try {
            return sources.resolve(project, asked, (other, which) -> {
                throw new ClewException(ErrorCode.NOT_FOUND, "Versions of versions are kept as references.");
            });
        } catch (ClewException e) {
            if (e.code() == ErrorCode.INVALID_ARGUMENT || e.code() == ErrorCode.NOT_FOUND) {
                return sources.reference(project, asked);
            }
            throw e;
        }
    }
}
