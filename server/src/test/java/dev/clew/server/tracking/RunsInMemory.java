package dev.clew.server.tracking;

import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a search must give, found without tables and indexes: every run is looked at and all are sorted. */
final class RunsInMemory {
    /** One run with what is searched of it. */
    static final class Entry {
        final Run run;
        final Map<String, String> params = new HashMap<>();
        final Map<String, String> tags = new HashMap<>();
        final Map<String, Latest> metrics = new HashMap<>();
        boolean deleted;

        Entry(Run run) {
            this.run = run;
        }
    }

    private final List<Entry> runs = new ArrayList<>();

    Entry add(Run run) {
        var entry = new Entry(run);
        runs.add(entry);
        return entry;
    }

    List<Entry> all() {
        return runs;
    }

    List<String> search(Filter filter, List<Order> order, RunQuery.View view) {
        Comparator<Entry> by = (a, b) -> 0;
        for (Order term : order) {
            by = by.thenComparing((a, b) -> compare(term, a, b));
        }
        by = by.thenComparing(each -> -each.run.startTime()).thenComparing(each -> each.run.id());
        return runs.stream()
                .filter(each -> view == RunQuery.View.ALL || each.deleted == (view == RunQuery.View.DELETED_ONLY))
                .filter(each -> Boolean.TRUE.equals(holds(filter, each)))
                .sorted(by)
                .map(each -> each.run.id())
                .toList();
    }

    /** Null where a missing value leaves it open. */
    private static @Nullable Boolean holds(Filter filter, Entry entry) {
        return switch (filter) {
            case Filter.And(var parts) -> {
                Boolean all = true;
                for (Filter part : parts) {
                    Boolean one = holds(part, entry);
                    if (Boolean.FALSE.equals(one)) {
                        yield false;
                    }
                    all = one == null ? null : all;
                }
                yield all;
            }
            case Filter.Or(var parts) -> {
                Boolean any = false;
                for (Filter part : parts) {
                    Boolean one = holds(part, entry);
                    if (Boolean.TRUE.equals(one)) {
                        yield true;
                    }
                    any = one == null ? null : any;
                }
                yield any;
            }
            case Filter.Not(var negated) -> {
                Boolean one = holds(negated, entry);
                yield one == null ? null : !one;
            }
            case Comparison comparison -> holds(comparison, entry);
        };
    }

    private static @Nullable Boolean holds(Comparison comparison, Entry entry) {
        if (comparison.isOn("metric")) {
            Latest latest = entry.metrics.get(comparison.key());
            return latest == null ? null : comparison.operator().holds(latest.value(), comparison.number());
        }
        if (comparison.key().equals("start_time") && comparison.isOn("attribute")) {
            return comparison.operator().holds(entry.run.startTime(), comparison.number());
        }
        String value = text(comparison.entity(), comparison.key(), entry);
        return switch (comparison.operator()) {
            case IS_NULL -> value == null;
            case IS_NOT_NULL -> value != null;
            case EQ -> value == null ? null : value.equals(comparison.text());
            case NE -> value == null ? null : !value.equals(comparison.text());
            case LIKE ->
                value == null ? null : like(comparison.text(), 0).matcher(value).matches();
            case ILIKE ->
                value == null
                        ? null
                        : like(comparison.text(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                                .matcher(value)
                                .matches();
            case LT, LE, GT, GE, RLIKE, IN, NOT_IN -> throw new IllegalArgumentException(comparison.toString());
        };
    }

    private static Pattern like(String pattern, int flags) {
        var text = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            text.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(text.toString(), flags | Pattern.DOTALL);
    }

    private static @Nullable String text(String entity, String key, Entry entry) {
        return switch (entity) {
            case "parameter" -> entry.params.get(key);
            case "tag" -> entry.tags.get(key);
            default -> key.equals("run_name") ? entry.tags.get(RunTags.NAME) : entry.run.id();
        };
    }

    /** Numbers, then NaN, then missing, whatever the direction. */
    private static int compare(Order term, Entry a, Entry b) {
        int sign = term.ascending() ? 1 : -1;
        if (term.entity().equals("metric")) {
            Latest left = a.metrics.get(term.key());
            Latest right = b.metrics.get(term.key());
            int parts = Integer.compare(part(left), part(right));
            return parts != 0 || part(left) > 0 ? parts : sign * Double.compare(value(left) + 0.0, value(right) + 0.0);
        }
        if (term.key().equals("start_time")) {
            return sign * Long.compare(a.run.startTime(), b.run.startTime());
        }
        String left = text(term.entity(), term.key(), a);
        String right = text(term.entity(), term.key(), b);
        if (left == null || right == null) {
            return Boolean.compare(left == null, right == null);
        }
        return sign * left.compareTo(right);
    }

    private static int part(@Nullable Latest latest) {
        return latest == null ? 2 : latest.isNan() ? 1 : 0;
    }

    private static double value(@Nullable Latest latest) {
        return latest == null ? 0 : latest.value();
    }
}
