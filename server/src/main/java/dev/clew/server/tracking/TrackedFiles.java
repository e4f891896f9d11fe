package dev.clew.server.tracking;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Node;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.ports.Artifacts;
import dev.clew.server.storage.Blobs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Files of runs, logged models and experiments: bytes in the blob store, paths and digests as rows. Thread-safe; calls block for the
 * store, the journal and the disk, and may be made on virtual threads.
 */
public final class TrackedFiles implements Artifacts {
    /** Files of one folder that a reader of models gets. */
    private static final int MAX_FILES = 10_000;

    /** Lock file of a folder, whose packages are its owner's environment. */
    public static final String REQUIREMENTS = "requirements.txt";

    private static final String PYTHON = "python_env.yaml";
    private static final int MAX_TEXT = 1 << 20;

    private static final String RUNS = "runs:/";
    private static final String MODELS = "models:/m-";

    private final Journal journal;
    private final TrackingStore store;
    private final FileStore files;
    private final Blobs blobs;
    private final ReadWriteLock settled = new ReentrantReadWriteLock();
    private final Supplier<Bindings> bindings;

    public TrackedFiles(Journal journal, Tracking tracking, Blobs blobs) {
        this.journal = journal;
        this.store = tracking.store();
        this.files = new FileStore(store);
        this.blobs = blobs;
        this.bindings = tracking::bindings;
    }

    /** No file changes while this is done: what is read of files is true of what is then written about them. */
    public <T> T settled(Supplier<T> act) {
        settled.writeLock().lock();
        try {
            return act.get();
        } finally {
            settled.writeLock().unlock();
        }
    }

    /** Makes one change of files of a place, unless something rests on them. */
    <R> Receipt<R> change(Permit permit, Place place, Function<FileCommand.Held, Command<R>> command) {
        Bindings binding = bindings.get();
        settled.readLock().lock();
        try {
            var rooted = place.run() == null && place.model() == null
                    ? List.<Bindings.Rooted>of()
                    : binding.versions(
                            place.run() == null ? null : place.run().uid(),
                            place.model() == null ? null : place.model().uid());
            return journal.write(permit, command.apply(new FileCommand.Held(rooted, binding)));
        } catch (ClewException e) {
            if (e.code() == ErrorCode.HELD) {
                binding.refused(permit, place.of().uid());
            }
            throw e;
        } finally {
            settled.readLock().unlock();
        }
    }

    /**
     * A place for files: its owner and a path below the owner's root; empty for the root itself.
     *
     * @param run the run it belongs to, or null
     * @param model the logged model it belongs to, or null
     * @param location URI of the owner's root
     */
    public record Place(
            Node of,
            long owner,
            int scope,
            String path,
            @Nullable Run run,
            @Nullable LoggedModel model,
            String location) {
        public Place at(String below) {
            return new Place(
                    of,
                    owner,
                    scope,
                    path.isEmpty() || below.isEmpty() ? path + below : path + "/" + below,
                    run,
                    model,
                    location);
        }

        /** Of the same owner, at another path below its root. */
        Place to(String other) {
            return new Place(of, owner, scope, other, run, model, location);
        }

        /** Only the root of an owner and what is in it can be listed; only what is in it can be a file. */
        public boolean isRoot() {
            return path.isEmpty();
        }
    }

    /** A file or folder in a folder. {@code size} is 0 for folders. */
    public record Child(String name, boolean isFolder, long size) {}

    /**
     * Whose place a path below {@link Tracking#ARTIFACT_ROOT} is: of a run or logged model where its location leads there, else of an
     * experiment. Empty when it is nobody's of the project.
     *
     * @param path without slashes at its ends
     */
    public Optional<Place> place(int scope, String path) {
        return store.read(sql -> new Places(sql).find(scope, path));
    }

    public Place of(Run run) {
        return Places.of(run, "");
    }

    public Place of(LoggedModel model) {
        return Places.of(model, "");
    }

    /**
     * Stores or replaces a file. The bytes are durable before the entry is written; the same bytes again write none. Refused with HELD where
     * a version of a model that was approved, or that serves or served, is made of what lies there.
     *
     * @param maxBytes more is refused with PAYLOAD_TOO_LARGE, and nothing is left
     */
    public Receipt<StoredFile> store(Permit permit, Place place, InputStream content, long maxBytes)
            throws IOException {
        requireName(place);
        return record(permit, place, blobs.put(content, maxBytes));
    }

    /** Refuses a place that cannot hold a file. */
    void requireName(Place place) {
        if (place.isRoot() || place.path().length() > StoredFile.MAX_PATH) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A file needs a name of 1 to %d characters below its owner.".formatted(StoredFile.MAX_PATH));
        }
        if (files.isFolder(place)) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" is a folder; store the file under another name.".formatted(place.path()));
        }
    }

    private Receipt<StoredFile> record(Permit permit, Place place, Blobs.Stored stored) {
        return change(
                permit,
                place,
                held -> new FileCommand.Store(
                        place.of(),
                        place.scope(),
                        place.owner(),
                        place.path(),
                        stored.sha256(),
                        stored.size(),
                        held.where(version -> version.holds(place.path()))));
    }

    /** The file at this place. */
    public Optional<StoredFile> file(Place place) {
        return files.file(place);
    }

    /** Whether there are files below this place. */
    public boolean isFolder(Place place) {
        return files.isFolder(place);
    }

    /** What is in a folder, by name; nothing of a file or of what is not there. */
    public List<Child> children(Place place) {
        return files.children(place);
    }

    /**
     * Removes a file, or a folder with all files in it; refused with HELD as storing is, and then whole, however many changes it takes. The
     * receipt is that of the last one.
     */
    public Receipt<Long> delete(Permit permit, Place place) {
        // From the first change to the last, nothing comes to rest on these files.
        settled.readLock().lock();
        try {
            long count = 0;
            while (true) {
                List<String> paths = files.paths(place, FileCommand.MAX_FILES);
                var receipt = change(
                        permit,
                        place,
                        held -> new FileCommand.Delete(
                                place.of(),
                                place.scope(),
                                place.owner(),
                                paths,
                                held.where(version -> hasFilesOf(place, version))));
                count += receipt.answer();
                if (paths.size() < FileCommand.MAX_FILES) {
                    return new Receipt<>(count, receipt.entries());
                }
            }
        } finally {
            settled.readLock().unlock();
        }
    }

    /** Whether a version's files are here or in a folder below. */
    private boolean hasFilesOf(Place place, Bindings.Rooted version) {
        if (version.holds(place.path())) {
            return true;
        }
        String folder = version.folder();
        return (place.isRoot() || folder.startsWith(place.path() + "/"))
                && !files.paths(place.to(folder), 1).isEmpty();
    }

    /**
     * Records the environment that {@code requirements.txt} and {@code python_env.yaml} in a folder describe, and that the folder's owner
     * was made in it; nothing when they describe none.
     */
    public void recordEnvironment(Permit permit, Place folder) {
        Optional<String> requirements = smallText(folder.at(REQUIREMENTS));
        if (requirements.isEmpty()) {
            return;
        }
        String python = smallText(folder.at(PYTHON)).orElse(null);
        LoggedModel model = folder.model();
        Run run = folder.run();
        EnvironmentDocument.of(requirements.get(), python).ifPresent(document -> {
            Uid maker = model != null ? model.sourceRun() : run == null ? null : run.uid();
            Uid environment = Uid.of(StoredFile.sha256(document));
            journal.write(permit, new LoggedModelCommand.MadeIn(model, maker, folder.scope(), environment, document));
        });
    }

    private Optional<String> smallText(Place place) {
        Optional<StoredFile> file = files.file(place).filter(found -> found.size() <= MAX_TEXT);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<Blobs.Opened> blob = blobs.open(file.get().sha256());
            if (blob.isEmpty()) {
                return Optional.empty();
            }
            try (var opened = blob.get();
                    var bytes = opened.range(0, opened.size())) {
                return Optional.of(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new ClewException(ErrorCode.UNAVAILABLE, "A file could not be read; try again.", e);
        }
    }

    @Override
    public Optional<Folder> folder(int project, String source) {
        return found(project, source).map(this::folder);
    }

    private Optional<Place> found(int project, String source) {
        if (source.startsWith(RUNS)) {
            String rest = source.substring(RUNS.length());
            int slash = rest.indexOf('/');
            return RunTags.digest(slash < 0 ? rest : rest.substring(0, slash), 32, 32)
                    .flatMap(store::run)
                    .filter(run -> run.scope() == project)
                    .map(run -> ofRun(run, slash < 0 ? "" : trimmed(rest.substring(slash + 1))));
        }
        if (source.startsWith(MODELS)) {
            String rest = source.substring(MODELS.length());
            int slash = rest.indexOf('/');
            return RunTags.digest(slash < 0 ? rest : rest.substring(0, slash), 32, 32)
                    .flatMap(store::model)
                    .filter(model -> model.scope() == project && model.isActive())
                    .map(model -> Places.of(model, slash < 0 ? "" : trimmed(rest.substring(slash + 1))));
        }
        if (source.startsWith(Tracking.ARTIFACT_ROOT)) {
            return place(project, trimmed(source.substring(Tracking.ARTIFACT_ROOT.length())))
                    .filter(place -> place.run() != null || place.model() != null);
        }
        return Optional.empty();
    }

    /** A model that a run logged by name may lie with the logged model instead of with the run. */
    private Place ofRun(Run run, String path) {
        Place place = Places.of(run, path);
        if (path.isEmpty() || files.isFolder(place)) {
            return place;
        }
        return store.modelOf(run.uid(), path).map(model -> Places.of(model, "")).orElse(place);
    }

    private Folder folder(Place place) {
        Set<String> persons = new HashSet<>();
        Run run = place.run();
        LoggedModel model = place.model();
        Uid source = run == null ? null : run.uid();
        if (model != null) {
            persons.add(model.createdBy());
            source = model.sourceRun();
        }
        if (source != null) {
            store.run(source).ifPresent(found -> persons.add(found.createdBy()));
        }
        return new Folder(
                source,
                model == null ? null : model.uid(),
                place.path(),
                place.isRoot() ? place.location() : place.location() + "/" + place.path(),
                Set.copyOf(persons),
                place.scope());
    }

    @Override
    public List<File> files(Folder folder) {
        Uid owner = folder.loggedModel() != null ? folder.loggedModel() : folder.run();
        Optional<Place> place = owner == null
                ? Optional.empty()
                : folder.loggedModel() != null
                        ? store.model(owner).map(model -> Places.of(model, folder.path()))
                        : store.run(owner).map(run -> Places.of(run, folder.path()));
        return place.map(found -> files.below(found, MAX_FILES).stream()
                        .map(file -> new File(relative(found, file), file.size(), file.sha256()))
                        .toList())
                .orElse(List.of());
    }

    private static String relative(Place place, StoredFile file) {
        return place.isRoot() ? file.path() : file.path().substring(place.path().length() + 1);
    }

    @Override
    public Optional<Blobs.Opened> open(byte[] sha256) throws IOException {
        return blobs.open(sha256);
    }

    private static String trimmed(String path) {
        var parts = new ArrayList<String>();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }
}
