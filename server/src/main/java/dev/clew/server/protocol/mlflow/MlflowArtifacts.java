package dev.clew.server.protocol.mlflow;

import dev.clew.server.common.Permission;
import dev.clew.server.common.Permit;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Method;
import dev.clew.server.http.Route;
import dev.clew.server.journal.Receipt;
import dev.clew.server.tracking.ArtifactsConfig;
import dev.clew.server.tracking.Run;
import dev.clew.server.tracking.RunView;
import dev.clew.server.tracking.StoredFile;
import dev.clew.server.tracking.Texts;
import dev.clew.server.tracking.TrackedFiles;
import dev.clew.server.tracking.TrackedFiles.Child;
import dev.clew.server.tracking.TrackedFiles.Place;
import dev.clew.server.tracking.Tracking;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Routes of files: what clients reach under {@code mlflow-artifacts:/}, and the files of one run. */
public final class MlflowArtifacts {
    private static final String BASE = "mlflow-artifacts/";
    private static final String ARTIFACTS = BASE + "artifacts/{path...}";

    private final Tracking tracking;
    private final TrackedFiles files;
    private final long maxFile;

    public MlflowArtifacts(Tracking tracking, TrackedFiles files, ArtifactsConfig config) {
        this.tracking = tracking;
        this.files = files;
        this.maxFile = config.maxFile().bytes();
    }

    public List<Route> routes() {
        return new MlflowRoutes()
                .add(Method.GET, BASE + "artifacts", Permission.ARTIFACT_READ, this::list)
                .add(Method.GET, ARTIFACTS, Permission.ARTIFACT_READ, this::get)
                .add(2, Method.PUT, ARTIFACTS, Permission.ARTIFACT_WRITE, maxFile, this::put)
                .add(Method.DELETE, ARTIFACTS, Permission.ARTIFACT_WRITE, this::delete)
                .add(Method.GET, BASE + "presigned/{path...}", Permission.ARTIFACT_READ, _ -> noDownloadInParts())
                .add(Method.GET, "mlflow/artifacts/list", Permission.ARTIFACT_READ, this::listOfRun)
                .addAt(Method.GET, "/get-artifact", Permission.ARTIFACT_READ, this::getOfRun)
                .list();
    }

    /**
     * 501, and not 5xx that clients repeat: they read the file itself then. Sealed bytes pass through this server anyway, so that a URL
     * with a key in it would save nothing, and would be a key on the loose.
     */
    private static Answer noDownloadInParts() {
        return MlflowErrors.answer(
                501,
                "NOT_IMPLEMENTED",
                "Multipart download is not supported for the current artifact repository; read ranges of the file itself.");
    }

    private Answer list(Call call) {
        String path = ArtifactPath.checked(call.message().text("path"));
        List<Child> children =
                files.place(call.project(), path).map(files::children).orElse(List.of());
        return Out.answer(out -> out.list("files", children, (each, child) -> file(each, child.name(), child)));
    }

    private Answer get(Call call) throws IOException {
        String path = ArtifactPath.checked(call.path("path"));
        Place place = files.place(call.project(), path).orElseThrow(() -> ArtifactAnswer.unknown(path));
        return ArtifactAnswer.of(call, files, place, path);
    }

    private Answer put(Call call) throws IOException {
        String path = call.path("path");
        if (path.isEmpty() || path.endsWith("/")) {
            throw MlflowErrors.invalid("Invalid path");
        }
        ArtifactPath.checked(path);
        Place place = fileAt(files, call, path);
        var receipt = files.store(call.permit(), place, call.exchange().body(), maxFile);
        recordEnvironment(files, call.permit(), place, receipt);
        return new Answer(200, "", Map.of(), _ -> {}).receipt(receipt);
    }

    /** The place of a file that may be stored. */
    static Place fileAt(TrackedFiles files, Call call, String path) {
        return files.place(call.project(), path)
                .filter(found -> !found.isRoot())
                .orElseThrow(
                        () -> MlflowErrors.invalid(
                                "No run, logged model or experiment keeps its files at this path; use the artifact URI that it was given."));
    }

    /** What a new lock file of a run says of where the run was made. */
    static void recordEnvironment(TrackedFiles files, Permit permit, Place place, Receipt<StoredFile> stored) {
        Run run = place.run();
        if (run != null
                && place.path().equals(TrackedFiles.REQUIREMENTS)
                && !stored.entries().isEmpty()) {
            files.recordEnvironment(permit, files.of(run));
        }
    }

    private Answer delete(Call call) {
        String path = ArtifactPath.checked(call.path("path"));
        return files.place(call.project(), path)
                .map(place -> Out.empty().receipt(files.delete(call.permit(), place)))
                .orElseGet(Out::empty);
    }

    private Answer listOfRun(Call call) {
        Message message = call.message();
        String id = message.requiredRunId();
        String path = ArtifactPath.checked(message.text("path"));
        Place root = root(call, id);
        return folder(root, path);
    }

    /** {@code root_uri} and the names in a folder, each with its path below the root. */
    Answer folder(Place root, String path) {
        List<Child> children = files.children(root.at(path));
        return Out.answer(out -> out.text("root_uri", root.location())
                .list(
                        "files",
                        children,
                        (each, child) -> file(each, path.isEmpty() ? child.name() : path + "/" + child.name(), child)));
    }

    private static void file(Out out, String path, Child child) throws IOException {
        out.text("path", path)
                .flag("is_dir", child.isFolder())
                .integer("file_size", child.size() == 0 ? null : child.size());
    }

    private Answer getOfRun(Call call) throws IOException {
        Message message = call.message();
        String id = message.requiredRunId();
        String path = ArtifactPath.checked(message.required("path"));
        return ArtifactAnswer.of(call, files, root(call, id).at(path), path);
    }

    private Place root(Call call, String run) {
        return tracking.run(Ids.run(run), call.project())
                .map(RunView::run)
                .map(files::of)
                .orElseThrow(() -> MlflowErrors.notFound(Texts.unknownRun(run)));
    }
}
