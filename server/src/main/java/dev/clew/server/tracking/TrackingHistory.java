package dev.clew.server.tracking;

import static dev.clew.server.tracking.Experiment.EXPERIMENTS;
import static dev.clew.server.tracking.Labelled.PARAMS;
import static dev.clew.server.tracking.Labelled.TAGS;
import static dev.clew.server.tracking.Run.RUNS;

import dev.clew.server.journal.ChangeHistory;
import dev.clew.server.journal.ChangeHistory.Change;
import dev.clew.server.journal.ChangeHistory.Page;
import dev.clew.server.journal.RowHistory;
import dev.clew.server.storage.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who changed what of an experiment or run, when, from what to what. Newest first; {@code what} is {@code name}, {@code status},
 * {@code deleted}, {@code tag KEY} or {@code param KEY}. Thread-safe; a page makes about ten reads.
 */
public final class TrackingHistory {
    /** Stands before the number of a key that is not yet replaced by its name; no field has it. */
    private static final String NUMBER = "#";

    private final Database database;
    private final Keys keys;

    public TrackingHistory(Database database) {
        this.database = database;
        this.keys = new Keys(database);
    }

    /** Of an experiment: its name, tags, end and return. */
    public Page of(Experiment experiment, long before, int limit) {
        return named(new ChangeHistory(database, before, limit)
                .add(EXPERIMENTS, TrackingHistory::experiment, experiment.uid())
                .add(TAGS, step -> label("tag ", step), experiment.nid())
                .page());
    }

    /** Of a run: its name, status, tags, parameters, end and return; not what it measured. */
    public Page of(Run run, long before, int limit) {
        return named(new ChangeHistory(database, before, limit)
                .add(RUNS, TrackingHistory::run, run.uid())
                .add(TAGS, step -> label("tag ", step), run.nid())
                .add(PARAMS, step -> label("param ", step), run.nid())
                .page());
    }

    private static List<Change> experiment(RowHistory.Step step) {
        var changes = new ArrayList<Change>();
        ChangeHistory.compare(changes, step, "name", "name");
        lifecycle(changes, step);
        return changes;
    }

    private static List<Change> run(RowHistory.Step step) {
        var changes = new ArrayList<Change>();
        ChangeHistory.compare(changes, step, "name", "name");
        coded(
                changes,
                step,
                "status",
                "status",
                number -> RunStatus.of((int) number).name());
        lifecycle(changes, step);
        return changes;
    }

    /** Deleted or back; that it began as what it is tells nothing. */
    private static void lifecycle(List<Change> changes, RowHistory.Step step) {
        if (step.from() != null) {
            coded(
                    changes,
                    step,
                    "deleted",
                    "lifecycle",
                    number -> Boolean.toString(Lifecycle.of(number) == Lifecycle.DELETED));
        }
    }

    private static void coded(
            List<Change> changes, RowHistory.Step step, String what, String column, LongFunction<String> text) {
        var found = new ArrayList<Change>();
        ChangeHistory.compare(found, step, what, column);
        found.forEach(
                change -> changes.add(Change.of(step, what, coded(change.from(), text), coded(change.to(), text))));
    }

    private static @Nullable String coded(@Nullable String number, LongFunction<String> text) {
        return number == null ? null : text.apply(Long.parseLong(number));
    }

    /** Of a tag or parameter, by the number of its key until {@link #named}. */
    private static List<Change> label(String kind, RowHistory.Step step) {
        String from = whole(step.from());
        String to = whole(step.to());
        return Objects.equals(from, to)
                ? List.of()
                : List.of(Change.of(
                        step,
                        kind + NUMBER + ChangeHistory.value(step.to() != null ? step.to() : step.from(), "key_id"),
                        from,
                        to));
    }

    /** With keys by their names; 1 statement. */
    private Page named(Page page) {
        var ids = page.changes().stream()
                .map(Change::what)
                .filter(what -> what.contains(NUMBER))
                .map(TrackingHistory::id)
                .collect(Collectors.toSet());
        Map<Long, String> names = ids.isEmpty() ? Map.of() : database.read(sql -> keys.names(sql, ids));
        return new Page(
                page.changes().stream()
                        .map(change -> change.what().contains(NUMBER)
                                ? change.named(
                                        change.what().substring(0, change.what().indexOf(NUMBER))
                                                + names.getOrDefault(id(change.what()), "?"))
                                : change)
                        .toList(),
                page.before());
    }

    private static long id(String what) {
        return Long.parseLong(what.substring(what.indexOf(NUMBER) + NUMBER.length()));
    }

    private static @Nullable String whole(@Nullable Map<String, Object> fields) {
        String head = ChangeHistory.value(fields, "value");
        String rest = ChangeHistory.value(fields, "rest");
        return head == null || rest == null ? head : head + rest;
    }
}
