package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What differs between two profiles, what moved most first.
 *
 * @param before name of the earlier table
 * @param after name of the later table
 * @param changes each one a sentence
 */
public record ProfileDiff(String before, String after, List<Change> changes) {
    /**
     * One difference.
     *
     * @param column name, empty for the table as a whole
     * @param what a word for programs: rows, added, removed, type, missing, distinct, mean, spread, range, levels, personal_data
     * @param size how much, comparable between changes: 1 is a great change
     * @param sentence for people
     */
    public record Change(String column, String what, double size, String sentence) {}

    /** Keeps a copy. */
    public ProfileDiff {
        changes = List.copyOf(changes);
    }

    /** Compares; differences below a hundredth of a great one are left out. */
    public static ProfileDiff of(Profile before, Profile after) {
        List<Change> changes = new ArrayList<>();
        if (before.rows() != after.rows()) {
            double ratio = before.rows() == 0 ? 1 : Math.abs((double) after.rows() / before.rows() - 1);
            changes.add(
                    new Change("", "rows", ratio, "Rows went from %d to %d.".formatted(before.rows(), after.rows())));
        }
        for (ColumnProfile old : before.columns()) {
            var now = after.column(old.name());
            if (now.isEmpty()) {
                changes.add(new Change(old.name(), "removed", 10, "Column '%s' is gone.".formatted(old.name())));
            } else {
                compare(old, now.get(), changes);
            }
        }
        for (ColumnProfile now : after.columns()) {
            if (before.column(now.name()).isEmpty()) {
                changes.add(new Change(now.name(), "added", 5, "Column '%s' is new.".formatted(now.name())));
            }
        }
        changes.removeIf(change -> change.size < 0.01);
        changes.sort(Comparator.comparingDouble(Change::size).reversed().thenComparing(Change::sentence));
        return new ProfileDiff(before.table(), after.table(), changes);
    }

    private static void compare(ColumnProfile old, ColumnProfile now, List<Change> changes) {
        String name = old.name();
        if (old.column().type() != now.column().type()) {
            changes.add(new Change(
                    name,
                    "type",
                    8,
                    "Column '%s' was %s and is %s."
                            .formatted(
                                    name, old.column().declared(), now.column().declared())));
            return;
        }
        double missing = share(now.missing(), now.rows()) - share(old.missing(), old.rows());
        changes.add(new Change(
                name,
                "missing",
                Math.abs(missing) * 5,
                "Missing values of '%s' went from %.1f %% to %.1f %%."
                        .formatted(
                                name, 100 * share(old.missing(), old.rows()), 100 * share(now.missing(), now.rows()))));
        levels(old, now, changes);
        Numbers a = old.numbers();
        Numbers b = now.numbers();
        if (a != null && b != null) {
            numbers(name, a, b, changes);
        }
        Texts x = old.texts();
        Texts y = now.texts();
        if (x != null && y != null) {
            Set<PersonalData> fresh = new HashSet<>(y.personal().keySet());
            fresh.removeAll(x.personal().keySet());
            for (PersonalData kind : fresh) {
                changes.add(new Change(
                        name,
                        "personal_data",
                        3,
                        "Texts of '%s' now look like %s."
                                .formatted(
                                        name,
                                        kind.name().toLowerCase(Locale.ROOT).replace('_', ' '))));
            }
        }
    }

    private static void levels(ColumnProfile old, ColumnProfile now, List<Change> changes) {
        boolean few = old.distinct() <= 20 && now.distinct() <= 20;
        if (!few) {
            double ratio =
                    old.distinct() == 0 ? 0 : Math.abs(Math.log((now.distinct() + 1.0) / (old.distinct() + 1.0)));
            changes.add(new Change(
                    old.name(),
                    "distinct",
                    ratio < 0.1 ? 0 : ratio / 2,
                    "Distinct values of '%s' went from %d to %d."
                            .formatted(old.name(), old.distinct(), now.distinct())));
            return;
        }
        Set<String> before = new HashSet<>();
        old.top().forEach(level -> before.add(level.value().toString()));
        List<String> fresh = now.top().stream()
                .map(level -> level.value().toString())
                .filter(value -> !before.contains(value))
                .toList();
        if (!fresh.isEmpty()) {
            changes.add(new Change(
                    old.name(),
                    "levels",
                    2,
                    "Column '%s' has %d new values, %s first.".formatted(old.name(), fresh.size(), fresh.getFirst())));
        }
    }

    private static void numbers(String name, Numbers a, Numbers b, List<Change> changes) {
        double spread =
                a.deviation() == null || a.deviation() == 0 ? Math.max(Math.abs(a.mean()), 1e-12) : a.deviation();
        changes.add(new Change(
                name,
                "mean",
                Math.abs(b.mean() - a.mean()) / spread,
                "The mean of '%s' went from %.4g to %.4g (%.2f standard deviations)."
                        .formatted(name, a.mean(), b.mean(), (b.mean() - a.mean()) / spread)));
        if (a.deviation() != null && b.deviation() != null && a.deviation() > 0 && b.deviation() > 0) {
            double ratio = Math.abs(Math.log(b.deviation() / a.deviation()));
            changes.add(new Change(
                    name,
                    "spread",
                    ratio < 0.05 ? 0 : ratio,
                    "The standard deviation of '%s' went from %.4g to %.4g."
                            .formatted(name, a.deviation(), b.deviation())));
        }
        double beyond = Math.max(a.min() - b.min(), b.max() - a.max()) / spread;
        if (beyond > 1) {
            changes.add(new Change(
                    name,
                    "range",
                    beyond / 5,
                    "Values of '%s' now reach from %.4g to %.4g, before from %.4g to %.4g."
                            .formatted(name, b.min(), b.max(), a.min(), a.max())));
        }
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /** As one document. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("before", before);
        json.put("after", after);
        var list = json.putArray("changes");
        for (Change change : changes) {
            var one = list.addObject();
            one.put("column", change.column());
            one.put("what", change.what());
            one.put("size", change.size());
            one.put("sentence", change.sentence());
        }
        return json;
    }
}
