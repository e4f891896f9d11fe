package dev.clew.server.registry;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Uid;
import dev.clew.server.ports.Artifacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a source may be registered and what it is. A source of this server must lie in the run or logged model that the
 * request names; a path of a file system never may, for no client could load it from here; a source elsewhere is kept as it is and never
 * opened. Thread-safe; a call makes a few reads.
 */
final class Sources {
    /** Most files of a version. */
    private static final int MAX_FILES = 10_000;

    private static final Set<String> PROMPT_PLACEHOLDERS = Set.of("dummy-source", "prompt-template");
    private static final Pattern UID = Pattern.compile("[0-9a-f]{32}");

    private final Artifacts artifacts;

    Sources(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * Resolves a source.
     *
     * @param registered finds a version by model name and number, {@code @alias}, stage or {@code latest}; refuses when there is none
     */
    Origin resolve(int project, Registration asked, BiFunction<String, String, ModelVersion> registered) {
        Rules.length("source", asked.source(), Rules.MAX_LOCATION);
        if (ModelTag.saysPrompt(asked.tags())) {
            return prompt(asked);
        }
        SourceUri uri = SourceUri.parse(asked.source());
        if (uri.namesHost()) {
            throw Rules.breach(
                    "'source' cannot use the '%1$s' scheme: the '%1$s' scheme addresses a host other than the tracking server's configured artifact storage, so the server would connect to the host named in the URI. Log the files to a run here and register that."
                            .formatted(uri.scheme()));
        }
        if (uri.scheme().equals("models")) {
            return models(project, asked, uri, registered);
        }
        String modelId = text(asked.modelId());
        String runId = text(asked.runId());
        if (uri.isLocal()) {
            throw local(asked.source(), modelId.isEmpty());
        }
        if (SourceUri.isDevious(asked.source())) {
            throw Rules.breach(
                    "Invalid model version source: '%s'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path."
                            .formatted(asked.source()));
        }
        if (uri.scheme().equals("runs")) {
            String[] parts = uri.segments();
            if (!modelId.isEmpty()) {
                throw unidentified(asked.source(), "model_id");
            }
            if (!uri.authority().isEmpty() || parts.length < 2 || !parts[0].equals(runId)) {
                throw unidentified(asked.source(), "run_id");
            }
        }
        Optional<Artifacts.Folder> folder = artifacts.folder(project, asked.source());
        if (uri.isOwn()) {
            requireOwner(asked.source(), modelId, runId, folder);
        }
        return origin(project, asked.source(), asked.source(), runId, modelId, folder);
    }

    /** A source as it was elsewhere: nothing of it is opened, what the names say of its run and logged model counts. */
    Origin reference(int project, Registration asked) {
        return origin(
                project, asked.source(), asked.source(), text(asked.runId()), text(asked.modelId()), Optional.empty());
    }

    /** Whether what lies at a version's place is still what it was registered with. Of a source elsewhere only its text is known. */
    boolean isAsRegistered(ModelVersion version) {
        List<Artifacts.File> files = artifacts
                .folder(version.scope(), version.location())
                .map(artifacts::files)
                .orElse(List.of());
        return files.isEmpty() ? version.files() == 0 : Arrays.equals(VersionDigest.ofFiles(files), version.digest());
    }

    /**
     * Folders of this run or logged model in which a file would become one of the version's. Of a {@code runs:/} source that was found with a
     * logged model also the run's own folder of that name: once there are files in it, they are what the source names.
     */
    List<String> foldersOf(ModelVersion version, @Nullable Uid run, @Nullable Uid loggedModel) {
        var folders = new ArrayList<String>();
        artifacts
                .folder(version.scope(), version.location())
                .filter(folder -> loggedModel != null
                        ? loggedModel.equals(folder.loggedModel())
                        : folder.loggedModel() == null && Objects.equals(run, folder.run()))
                .ifPresent(folder -> folders.add(folder.path()));
        SourceUri uri = SourceUri.parse(version.location());
        if (loggedModel == null && uri.scheme().equals("runs")) {
            String[] parts = uri.segments();
            String named = String.join("/", Arrays.copyOfRange(parts, Math.min(1, parts.length), parts.length));
            if (!folders.contains(named)) {
                folders.add(named);
            }
        }
        return folders;
    }

    private static Origin prompt(Registration asked) {
        if (!PROMPT_PLACEHOLDERS.contains(asked.source())) {
            throw Rules.breach("Invalid prompt source: '%s'. Prompt sources must use an MLflow placeholder."
                    .formatted(asked.source()));
        }
        byte[] digest = VersionDigest.ofSource(asked.source(), asked.tags().get(ModelTag.PROMPT_TEXT));
        return new Origin(
                asked.source(), asked.source(), text(asked.runId()), null, null, null, digest, 0, 0, Set.of());
    }

    private Origin models(
            int project, Registration asked, SourceUri uri, BiFunction<String, String, ModelVersion> registered) {
        String source = asked.source();
        if (!uri.authority().isEmpty()) {
            throw Rules.invalid(
                    "Invalid model version source: '%s'. Registered model sources must use the active model registry."
                            .formatted(source));
        }
        String[] parts = uri.segments();
        if (parts.length == 0 || parts.length > 2 || SourceUri.isDevious(source)) {
            throw unidentified(source, "model_id");
        }
        int at = parts[0].lastIndexOf('@');
        if (parts.length == 2) {
            return copy(asked, parts[0], registered.apply(parts[0], parts[1]));
        }
        if (at > 0) {
            String name = parts[0].substring(0, at);
            return copy(asked, name, registered.apply(name, parts[0].substring(at)));
        }
        if (!parts[0].equals(text(asked.modelId()))) {
            throw unidentified(source, "model_id");
        }
        Artifacts.Folder folder = artifacts
                .folder(project, source)
                .orElseThrow(() -> new ClewException(
                        ErrorCode.NOT_FOUND, "Logged model with ID '%s' not found.".formatted(parts[0])));
        return origin(project, source, folder.location(), text(asked.runId()), parts[0], Optional.of(folder));
    }

    /** A version of another model, or of the same one, registered again: the same content, so the same digest. */
    private static Origin copy(Registration asked, String name, ModelVersion from) {
        String fromModel =
                from.loggedModel() == null ? "" : "m-" + from.loggedModel().hex();
        if ((asked.runId() != null && !asked.runId().equals(from.runId()))
                || (asked.modelId() != null && !asked.modelId().equals(fromModel))) {
            throw Rules.invalid(
                    "Invalid model version source: '%s'. The run_id and model_id request parameters must match the referenced model version."
                            .formatted(asked.source()));
        }
        return new Origin(
                "models:/%s/%d".formatted(name, from.number()),
                from.location(),
                from.runId(),
                from.run(),
                from.loggedModel(),
                from.uid(),
                from.digest(),
                from.files(),
                from.bytes(),
                from.contributors());
    }

    private static void requireOwner(String source, String modelId, String runId, Optional<Artifacts.Folder> folder) {
        Uid run = folder.map(Artifacts.Folder::run).orElse(null);
        Uid model = folder.map(Artifacts.Folder::loggedModel).orElse(null);
        if (modelId.isEmpty() && (model != null || run == null || !run.hex().equals(runId))) {
            throw unidentified(source, "run_id");
        }
        if (!modelId.isEmpty() && (model == null || !modelId.equals("m-" + model.hex()))) {
            throw unidentified(source, "model_id");
        }
    }

    private Origin origin(
            int project,
            String source,
            String location,
            String runId,
            String modelId,
            Optional<Artifacts.Folder> folder) {
        List<Artifacts.File> files = folder.map(artifacts::files).orElse(List.of());
        if (files.size() >= MAX_FILES) {
            throw Rules.invalid(
                    "Invalid model version source: '%s'. It has %d files or more; a version has fewer. Keep data out of the model's folder."
                            .formatted(source, MAX_FILES));
        }
        var persons = new HashSet<String>();
        folder.ifPresent(found -> persons.addAll(found.persons()));
        Uid run = folder.map(Artifacts.Folder::run).orElse(null);
        Uid loggedModel = folder.map(Artifacts.Folder::loggedModel).orElse(null);
        if (loggedModel == null && !modelId.isEmpty()) {
            var named = artifacts.folder(project, "models:/" + modelId);
            named.ifPresent(found -> persons.addAll(found.persons()));
            loggedModel = named.map(Artifacts.Folder::loggedModel).orElse(null);
            run = run == null ? named.map(Artifacts.Folder::run).orElse(null) : run;
        }
        String keptRunId = runId.isEmpty() && run != null && loggedModel != null ? run.hex() : runId;
        if (UID.matcher(keptRunId).matches() && (run == null || !run.hex().equals(keptRunId))) {
            // The run the client names counts, whoever made the files.
            var named = artifacts.folder(project, "runs:/" + keptRunId + "/");
            named.ifPresent(found -> persons.addAll(found.persons()));
            run = named.map(Artifacts.Folder::run).orElse(run);
        }
        return new Origin(
                source,
                location,
                keptRunId,
                run,
                loggedModel,
                null,
                files.isEmpty() ? VersionDigest.ofSource(source, null) : VersionDigest.ofFiles(files),
                files.size(),
                files.stream().mapToLong(Artifacts.File::size).sum(),
                persons);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static ClewException local(String source, boolean byRun) {
        return Rules.breach(
                "Invalid model version source: '%1$s'. To use a local path as a model version source, the %2$s request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the %2$s."
                        .formatted(source, byRun ? "run_id" : "model_id"));
    }

    private static ClewException unidentified(String source, String parameter) {
        return Rules.invalid(
                "Invalid model version source: '%s'. The %s request parameter must identify the resource that contains the source."
                        .formatted(source, parameter));
    }
}
