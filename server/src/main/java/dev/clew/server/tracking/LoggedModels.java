package dev.clew.server.tracking;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permit;
import dev.clew.server.common.Uid;
import dev.clew.server.journal.Journal;
import dev.clew.server.journal.Receipt;
import dev.clew.server.journal.Resolving;
import dev.clew.server.search.Page;
import dev.clew.server.tracking.RunView.ModelView;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Models as training wrote them. Deleted ones are not found. Thread-safe; every call blocks for the store or the journal. */
public final class LoggedModels {
    private final Journal journal;
    private final TrackedFiles files;
    private final InstantSource clock;
    private final TrackingStore store;
    private final Keys keys;
    private final ModelSearch search;

    /** @param files of the models, on which may rest that they stay */
    public LoggedModels(Journal journal, Tracking tracking, TrackedFiles files, InstantSource clock) {
        this.journal = journal;
        this.files = files;
        this.clock = clock;
        this.store = tracking.store();
        this.keys = tracking.keys();
        this.search = new ModelSearch(store, keys);
    }

    /** Makes one, pending, in an active experiment; with a source run it is that run's product. */
    public Receipt<LoggedModel> create(
            Permit permit,
            int scope,
            long experiment,
            String name,
            String modelType,
            @Nullable Uid sourceRun,
            Map<String, String> params,
            Map<String, String> tags) {
        Uid uid = Uid.next(clock.millis());
        return Resolving.write(
                journal,
                permit,
                () -> new LoggedModelCommand.Create(
                        uid,
                        experiment,
                        scope,
                        name,
                        modelType,
                        sourceRun,
                        permit.who(),
                        names(params, tags),
                        params,
                        tags));
    }

    public Optional<ModelView> find(Uid uid, int scope) {
        return store.read(sql -> TrackingStore.model(sql, uid)
                .filter(model -> model.scope() == scope && model.isActive())
                .map(model -> store.modelViews(sql, List.of(model)).getFirst()));
    }

    /** With what was logged to it. */
    public ModelView view(LoggedModel model) {
        return store.read(sql -> store.modelViews(sql, List.of(model)).getFirst());
    }

    public Receipt<LoggedModel> finish(Permit permit, int scope, Uid uid, LoggedModel.Status status) {
        return journal.write(permit, new LoggedModelCommand.Move(require(uid, scope), status, FileCommand.Held.NONE));
    }

    /** Takes a model out of sight with its files; refused with HELD where something rests on these. */
    public Receipt<LoggedModel> delete(Permit permit, int scope, Uid uid) {
        LoggedModel found = require(uid, scope);
        return files.change(permit, files.of(found), held -> new LoggedModelCommand.Move(found, null, held));
    }

    /** Sets parameters, which never change, and tags. */
    public Receipt<LoggedModel> label(
            Permit permit, int scope, Uid uid, Map<String, String> params, Map<String, String> tags) {
        LoggedModel found = require(uid, scope);
        return Resolving.write(
                journal, permit, () -> new LoggedModelCommand.Label(found, names(params, tags), params, tags, null));
    }

    /** Removes a tag that is there. */
    public Receipt<LoggedModel> removeTag(Permit permit, int scope, Uid uid, String key) {
        LoggedModel found = require(uid, scope);
        return Resolving.write(
                journal,
                permit,
                () -> new LoggedModelCommand.Label(found, keys.names(List.of(key)), Map.of(), Map.of(), key));
    }

    /** One page of models, newest first unless the query says otherwise. */
    public Page<ModelView> search(ModelQuery query) {
        return search.find(query);
    }

    private Names names(Map<String, String> params, Map<String, String> tags) {
        var names = new LinkedHashSet<>(params.keySet());
        names.addAll(tags.keySet());
        return keys.names(names);
    }

    private LoggedModel require(Uid uid, int scope) {
        return store.model(uid)
                .filter(model -> model.scope() == scope && model.isActive())
                .orElseThrow(() -> new ClewException(ErrorCode.NOT_FOUND, Texts.unknownModel("m-" + uid.hex())));
    }
}
