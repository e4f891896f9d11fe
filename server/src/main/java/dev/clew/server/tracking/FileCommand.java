package dev.clew.server.tracking;

import static dev.clew.server.tracking.StoredFile.FILES;

import dev.clew.ledger.encoding.Act;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Kind;
import dev.clew.server.common.Node;
import dev.clew.server.common.Rel;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Change;
import dev.clew.server.journal.Command;
import dev.clew.server.journal.Decision;
import dev.clew.server.journal.Key;
import dev.clew.server.journal.Link;
import dev.clew.server.journal.Moment;
import dev.clew.server.journal.Needs;
import dev.clew.server.journal.State;
import dev.clew.server.journal.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Changes of files. The bytes are durable in the blob store before such a command is made. */
sealed interface FileCommand<R> extends Command<R> {
    /** Files of one command. */
    int MAX_FILES = 1_000;

    /**
     * Versions that were made of what changes, and what says whether something rests on them.
     *
     * @param versions of which a file changes, is added or goes
     */
    record Held(List<Bindings.Rooted> versions, Bindings bindings) {
        static final Held NONE = new Held(List.of(), Bindings.NONE);

        public Held {
            versions = List.copyOf(versions);
        }

        /** Only those of which this is true. */
        Held where(Predicate<Bindings.Rooted> belongs) {
            return new Held(versions.stream().filter(belongs).toList(), bindings);
        }

        void addTo(List<Needs.Need> needs) {
            versions.forEach(each -> needs.addAll(bindings.needs(each.version()).list()));
        }

        /** Why nothing of them may change. */
        Optional<String> refusal(State state, Moment now) {
            for (Bindings.Rooted each : versions) {
                Optional<String> rests = bindings.read(state, each.version(), now.micros());
                if (rests.isPresent()) {
                    return Optional.of(
                            "The files %s are those of %s, %s; they stay as they are. Log what is new under another path or in a new run, and register that as a new version."
                                    .formatted(
                                            each.folder().isEmpty() ? "here" : "in \"" + each.folder() + "\"",
                                            each.name(),
                                            rests.get()));
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Stores or replaces a file of {@code of} (a run, logged model or experiment). No folder of its path may be a file, and nothing may rest
     * on the files around it being what they are.
     */
    record Store(Node of, int scope, long owner, String path, byte[] sha256, long size, Held held)
            implements FileCommand<StoredFile> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            needs.add(new Needs.Need.ByKey(FILES, StoredFile.key(owner, path)));
            folders().forEach(folder -> needs.add(new Needs.Need.ByKey(FILES, StoredFile.key(owner, folder))));
            needs.add(new Needs.Need.ByKey(ownerTable(), Key.of(of.uid())));
            held.addTo(needs);
            return Needs.of(needs);
        }

        private Table<?> ownerTable() {
            return switch (of.kind()) {
                case RUN -> Run.RUNS;
                case LOGGED_MODEL -> LoggedModel.LOGGED_MODELS;
                default -> Experiment.EXPERIMENTS;
            };
        }

        private List<String> folders() {
            var folders = new ArrayList<String>();
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                folders.add(path.substring(0, slash));
            }
            return folders;
        }

        @Override
        public Decision<StoredFile> decide(State state, Moment now) {
            if (state.find(ownerTable(), Key.of(of.uid())).isEmpty()) {
                return Decision.refuse(
                        ErrorCode.NOT_FOUND,
                        "The %s of the file was purged meanwhile."
                                .formatted(of.kind().text().replace('-', ' ')));
            }
            var old = state.find(FILES, StoredFile.key(owner, path));
            if (old.isPresent() && Arrays.equals(old.get().sha256(), sha256)) {
                return Decision.unchanged(old.get());
            }
            Optional<String> refusal = held.refusal(state, now);
            if (refusal.isPresent()) {
                return Decision.refuse(ErrorCode.HELD, refusal.get());
            }
            for (String folder : folders()) {
                if (state.find(FILES, StoredFile.key(owner, folder)).isPresent()) {
                    return Decision.refuse(
                            ErrorCode.INVALID_ARGUMENT, "\"%s\" is a file; store nothing below it.".formatted(folder));
                }
            }
            var row = new StoredFile(owner, path, sha256, size, now.millis());
            Node artifact = Node.of(Kind.ARTIFACT, Uid.of(sha256));
            Change change = Change.of(Act.ARTIFACT_STORE, of)
                    .scope(scope)
                    .put(FILES, row)
                    .name(artifact, path.substring(path.lastIndexOf('/') + 1));
            if (of.kind() == Kind.RUN) {
                change.link(new Link(artifact, Rel.FROM, of, null));
            } else if (of.kind() == Kind.LOGGED_MODEL) {
                change.link(Rel.DERIVED_FROM, artifact, sha256);
            }
            return Decision.of(row, change);
        }
    }

    /** Removes files on which nothing rests; those already gone are left out. At most {@link #MAX_FILES}. */
    record Delete(Node of, int scope, long owner, List<String> paths, Held held) implements FileCommand<Long> {
        @Override
        public Needs needs() {
            var needs = new ArrayList<Needs.Need>();
            paths.forEach(path -> needs.add(new Needs.Need.ByKey(FILES, StoredFile.key(owner, path))));
            held.addTo(needs);
            return Needs.of(needs);
        }

        @Override
        public Decision<Long> decide(State state, Moment now) {
            Change change = Change.of(Act.ARTIFACT_DELETE, of).scope(scope);
            for (String path : paths) {
                Key key = StoredFile.key(owner, path);
                if (state.find(FILES, key).isPresent()) {
                    change.delete(FILES, key);
                }
            }
            long count = change.rows().size();
            if (count == 0) {
                return Decision.unchanged(0L);
            }
            return held.refusal(state, now)
                    .map(refusal -> Decision.<Long>refuse(ErrorCode.HELD, refusal))
                    .orElseGet(() -> Decision.of(count, change));
        }
    }
}
