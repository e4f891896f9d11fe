package dev.clew.server.registry;

import static dev.clew.server.registry.ModelAlias.ALIASES;
import static dev.clew.server.registry.ModelTag.MODEL_TAGS;
import static dev.clew.server.registry.ModelTag.VERSION_TAGS;
import static dev.clew.server.registry.ModelVersion.VERSIONS;
import static dev.clew.server.registry.RegisteredModel.MODELS;

import dev.clew.server.common.Uid;
import dev.clew.server.journal.RowHistory;
import dev.clew.server.journal.Table;
import dev.clew.server.storage.Database;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who changed what of a model or version, when, from what to what. Newest first. Thread-safe; a page makes about ten reads. */
public final class ModelHistory {
    /** Most changes of one page. */
    public static final int MAX_CHANGES = 1_000;

    /** Rounds of reading rows in which nothing but the time of the last change differs, before a page ends. */
    private static final int MAX_ROUNDS = 20;

    private final RowHistory rows;
    private final KnownModels known;

    ModelHistory(Database database, KnownModels known) {
        this.rows = new RowHistory(database);
        this.known = known;
    }

    /**
     * One change.
     *
     * @param seq entry that made it
     * @param who principal
     * @param what {@code name}, {@code description}, {@code stage}, {@code version}, {@code deleted}, {@code tag KEY} or {@code alias
     *     NAME}
     * @param from value before; of an alias the version's number; null when there was none
     * @param to value after; null when there is none any more
     * @param erased whether text of it was erased since
     */
    public record Change(
            long seq,
            Instant at,
            String who,
            String act,
            String what,
            @Nullable String from,
            @Nullable String to,
            boolean erased) {}

    /** @param before where the next page starts, null on the last */
    public record Page(List<Change> changes, @Nullable Long before) {}

    /** Of a model: its name, description, tags, aliases and end; of its versions only where aliases pointed. */
    public Page of(RegisteredModel model, long before, int limit) {
        var found = new Collected(limit);
        found.add(MODELS, before, step -> row(step, "name", "description"), model.uid());
        found.add(MODEL_TAGS, before, ModelHistory::tag, model.uid());
        found.add(ALIASES, before, step -> List.of(alias(step)), model.uid());
        return found.page();
    }

    /** Of a version: how it was registered, its description, stage, tags, end, and the aliases it had. */
    public Page of(ModelVersion version, long before, int limit) {
        var found = new Collected(limit);
        found.add(VERSIONS, before, step -> row(step, "version", "description", "stage"), version.uid());
        found.add(VERSION_TAGS, before, ModelHistory::tag, version.uid());
        found.add(
                ALIASES,
                before,
                step -> isOf(step.from(), version.uid()) || isOf(step.to(), version.uid())
                        ? List.of(alias(step))
                        : List.of(),
                version.model());
        return found.page();
    }

    /** Changes of several tables, each read far enough for a page. */
    private final class Collected {
        private final int limit;
        private final List<Change> changes = new ArrayList<>();
        private long readTo = Long.MIN_VALUE;

        Collected(int limit) {
            this.limit = limit;
        }

        /** Reads one table back until it gave a page of changes, or to its beginning. */
        void add(Table<?> table, long before, Function<RowHistory.Step, List<Change>> read, Uid owner) {
            long at = before;
            int count = 0;
            for (int round = 0; round < MAX_ROUNDS; round++) {
                List<RowHistory.Step> steps = rows.steps(table, at, RowHistory.MAX_IMAGES, owner);
                if (steps.isEmpty()) {
                    return;
                }
                for (RowHistory.Step step : steps) {
                    List<Change> of = read.apply(step);
                    changes.addAll(of);
                    count += of.size();
                }
                at = steps.getLast().seq();
                if (count > limit) {
                    break;
                }
            }
            readTo = Math.max(readTo, at);
        }

        Page page() {
            changes.removeIf(change -> change.seq() < readTo);
            changes.sort(Comparator.comparingLong(Change::seq).reversed().thenComparing(Change::what));
            // Changes of one entry stay together.
            int end = Math.min(limit, changes.size());
            while (end < changes.size()
                    && changes.get(end).seq() == changes.get(end - 1).seq()) {
                end++;
            }
            Long next = end < changes.size()
                    ? (Long) changes.get(end - 1).seq()
                    : readTo == Long.MIN_VALUE ? null : (Long) readTo;
            return new Page(List.copyOf(changes.subList(0, end)), next);
        }
    }

    /** What changed of a model's or version's row; its beginning is a change of {@code first} from nothing. */
    private static List<Change> row(RowHistory.Step step, String first, String... others) {
        var changes = new ArrayList<Change>();
        var from = step.from();
        var to = step.to();
        compare(changes, step, first);
        for (String field : others) {
            // A stage that is None and a description that is empty are nobody's doing.
            if (from != null || field.equals("description")) {
                compare(changes, step, field);
            }
        }
        Object deletedAt = to == null ? null : to.get("deleted_at");
        if (deletedAt instanceof Long millis && (from == null || !from.containsKey("deleted_at"))) {
            changes.add(
                    change(step, "deleted", null, Instant.ofEpochMilli(millis).toString()));
        }
        return changes;
    }

    private static void compare(List<Change> changes, RowHistory.Step step, String field) {
        String column = field.equals("version") ? "number" : field;
        String before = optional(step.from(), column);
        String after = optional(step.to(), column);
        if (!Objects.equals(before, after) && !(before == null && "".equals(after))) {
            changes.add(change(step, field, before, after));
        }
    }

    private static List<Change> tag(RowHistory.Step step) {
        return List.of(change(
                step, "tag " + either(step, "key"), optional(step.from(), "value"), optional(step.to(), "value")));
    }

    private Change alias(RowHistory.Step step) {
        return change(step, "alias " + either(step, "alias"), number(step.from()), number(step.to()));
    }

    private @Nullable String number(@Nullable Map<String, Object> fields) {
        if (fields == null || !(fields.get("version") instanceof byte[] version)) {
            return null;
        }
        Optional<KnownModels.Fact> fact = known.version(Uid.of(version));
        return fact.map(found -> Long.toString(found.number())).orElse(null);
    }

    private static boolean isOf(@Nullable Map<String, Object> fields, Uid version) {
        return fields != null
                && fields.get("version") instanceof byte[] bytes
                && Uid.of(bytes).equals(version);
    }

    private static String either(RowHistory.Step step, String field) {
        String after = optional(step.to(), field);
        return after != null ? after : String.valueOf(optional(step.from(), field));
    }

    private static @Nullable String optional(@Nullable Map<String, Object> fields, String field) {
        Object value = fields == null ? null : fields.get(field);
        return value == null ? null : value.toString();
    }

    private static Change change(RowHistory.Step step, String what, @Nullable String from, @Nullable String to) {
        return new Change(
                step.seq(),
                Instant.EPOCH.plus(step.micros(), ChronoUnit.MICROS),
                step.who(),
                step.act(),
                what,
                from,
                to,
                step.erased());
    }
}
