package dev.clew.server.registry;

import dev.clew.server.common.Uid;
import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.registry.Keyset.Term;
import dev.clew.server.search.Binds;
import dev.clew.server.search.Filter;
import dev.clew.server.search.Filter.Comparison;
import dev.clew.server.search.Filter.Operator;
import dev.clew.server.search.Order;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds models and versions by their attributes and tags. Prompts are found only when the filter compares the tag
 * {@code mlflow.prompt.is_prompt} with true. A page ends early when it grows beyond {@value #MAX_PAGE_CHARS} characters. Thread-safe.
 */
public final class ModelSearch {
    /** Most versions of one page. */
    public static final int MAX_VERSIONS = 10_000;

    private static final long MAX_PAGE_CHARS = 16L << 20;
    private static final int CHUNK = 32;

    private final RegistryStore store;

    ModelSearch(RegistryStore store) {
        this.store = store;
    }

    /**
     * One search.
     *
     * @param filter over the entity {@code tag} and attributes: of models {@code name, creation_timestamp, last_updated_timestamp}; of
     *     versions those and {@code run_id, source_path, version_number}
     * @param order over the attributes that are not {@code run_id} or {@code source_path}; empty for the usual one
     * @param limit most of one page
     * @param token where the page starts, as the page before said; null for the first
     */
    public record Query(
            AuthorizedScope scope,
            int workspace,
            Filter filter,
            List<Order> order,
            int limit,
            @Nullable String token) {}

    /** @param token of the next page, null on the last */
    public record Page<T>(List<T> items, @Nullable String token) {}

    private record Hit(Uid uid, List<Object> values) {}

    /** Live models; by name unless ordered. */
    public Page<ModelView> models(Query query) {
        Keyset keyset = keyset(query.order(), List.of(), "m", List.of(new Term("m.live_name", true, true)));
        return store.read(sql -> {
            var binds = new Binds(sql.dialect());
            String where = binds.condition(query.filter(), each -> modelCondition(binds, each));
            if (!asksForPrompts(query.filter())) {
                where += " AND m.prompt = 0";
            }
            var hits = hits(sql, query, keyset, binds, "m.model AS uid", "registered_model m", where, "m.scope");
            return page(
                    hits,
                    query.limit(),
                    keyset,
                    uids -> store.modelViews(sql, inOrder(uids, RegistryStore.models(sql, uids), RegisteredModel::uid)),
                    ModelSearch::size);
        });
    }

    /** Live versions of live models; the last changed first unless ordered. */
    public Page<VersionView> versions(Query query) {
        Keyset keyset = keyset(
                query.order(),
                List.of(new Term("v.updated_at", false, false)),
                "v",
                List.of(new Term("m.live_name", true, true), new Term("v.number", false, false)));
        return store.read(sql -> {
            var binds = new Binds(sql.dialect());
            String where = binds.condition(query.filter(), each -> versionCondition(binds, each));
            if (!asksForPrompts(query.filter())) {
                where += " AND " + noPrompt(binds);
            }
            var hits = hits(
                    sql,
                    query,
                    keyset,
                    binds,
                    "v.version AS uid",
                    "model_version v JOIN registered_model m ON m.model = v.model",
                    "v.deleted_at IS NULL AND " + where,
                    "v.scope");
            return page(
                    hits,
                    Math.min(query.limit(), MAX_VERSIONS),
                    keyset,
                    uids -> {
                        var versions = inOrder(uids, RegistryStore.versions(sql, uids), ModelVersion::uid);
                        var models = RegistryStore.models(
                                sql,
                                versions.stream()
                                        .map(ModelVersion::model)
                                        .distinct()
                                        .toList());
                        return store.versionViews(sql, versions, models);
                    },
                    ModelSearch::size);
        });
    }

    private static List<Hit> hits(
            Sql sql,
            Query query,
            Keyset keyset,
            Binds binds,
            String selected,
            String from,
            String where,
            String scope) {
        String after = query.token() == null ? "" : " AND " + keyset.after(query.token(), binds);
        String text = """
                SELECT %s%s FROM %s
                WHERE m.workspace = %s AND m.live_name IS NOT NULL AND %s %s AND %s%s
                ORDER BY %s LIMIT %s""".formatted(
                        selected,
                        keyset.selected(),
                        from,
                        binds.integer(query.workspace()),
                        scope,
                        binds.inIntegers(query.scope().asLongs()),
                        where,
                        after,
                        keyset.orderBy(),
                        binds.integer(Math.min(query.limit(), MAX_VERSIONS) + 1L));
        return binds.apply(sql.query(text)).list(row -> new Hit(row.uid("uid"), keyset.values(row)));
    }

    /** Loads what a page shows in small portions, until it is full. */
    private static <V> Page<V> page(
            List<Hit> hits, int limit, Keyset keyset, Function<List<Uid>, List<V>> views, ToLongFunction<V> size) {
        var items = new ArrayList<V>();
        long chars = 0;
        int end = Math.min(hits.size(), limit);
        for (int from = 0; from < end && chars <= MAX_PAGE_CHARS; from += CHUNK) {
            var uids = hits.subList(from, Math.min(end, from + CHUNK)).stream()
                    .map(Hit::uid)
                    .toList();
            for (V view : views.apply(uids)) {
                items.add(view);
                chars += size.applyAsLong(view);
            }
        }
        return new Page<>(
                List.copyOf(items),
                items.size() == hits.size() || items.isEmpty()
                        ? null
                        : keyset.token(hits.get(items.size() - 1).values()));
    }

    private static Keyset keyset(List<Order> order, List<Term> usual, String own, List<Term> tieBreak) {
        var terms = new ArrayList<Term>();
        for (Order each : order) {
            terms.add(
                    switch (each.key()) {
                        case "name" -> new Term("m.live_name", true, each.ascending());
                        case "creation_timestamp" -> new Term(own + ".created_at", false, each.ascending());
                        case "last_updated_timestamp" -> new Term(own + ".updated_at", false, each.ascending());
                        case "version_number" -> new Term("v.number", false, each.ascending());
                        default -> throw Rules.invalid("Invalid order by key '%s' specified.".formatted(each.key()));
                    });
        }
        if (terms.isEmpty()) {
            terms.addAll(usual);
        }
        for (Term last : tieBreak) {
            if (terms.stream().noneMatch(term -> term.column().equals(last.column()))) {
                terms.add(last);
            }
        }
        return new Keyset(List.copyOf(terms));
    }

    private static boolean asksForPrompts(Filter filter) {
        return filter.comparisons().stream()
                .anyMatch(each -> each.isOn("tag") && each.key().equals(ModelTag.IS_PROMPT));
    }

    /** Whether a comparison of the prompt's tag wants prompts; any other comparison of it wants models. */
    private static boolean wantsPrompts(Comparison comparison) {
        return switch (comparison.operator()) {
            case EQ -> comparison.text().equalsIgnoreCase("true");
            case NE -> comparison.text().equalsIgnoreCase("false");
            case IS_NOT_NULL -> true;
            default -> false;
        };
    }

    private static String modelCondition(Binds binds, Comparison comparison) {
        if (comparison.isOn("tag")) {
            return comparison.key().equals(ModelTag.IS_PROMPT) && !wantsPrompts(comparison)
                    ? "m.prompt = 0"
                    : tag(binds, "registered_model_tag", "m.model", comparison);
        }
        return switch (comparison.key()) {
            case "name" -> binds.text("m.live_name", comparison);
            case "creation_timestamp" -> binds.number("m.created_at", comparison);
            case "last_updated_timestamp" -> binds.number("m.updated_at", comparison);
            default -> throw Rules.invalid("Invalid attribute name: %s".formatted(comparison.key()));
        };
    }

    private static String versionCondition(Binds binds, Comparison comparison) {
        if (comparison.isOn("tag")) {
            return comparison.key().equals(ModelTag.IS_PROMPT) && !wantsPrompts(comparison)
                    ? noPrompt(binds)
                    : tag(binds, "model_version_tag", "v.version", comparison);
        }
        return switch (comparison.key()) {
            case "name" -> binds.text("m.live_name", comparison);
            case "run_id" -> binds.text("v.run_id", comparison);
            case "source_path" -> binds.text("v.source", comparison);
            case "version_number" -> binds.number("v.number", comparison);
            case "creation_timestamp" -> binds.number("v.created_at", comparison);
            case "last_updated_timestamp" -> binds.number("v.updated_at", comparison);
            default -> throw Rules.invalid("Invalid attribute name: %s".formatted(comparison.key()));
        };
    }

    /** A version is a prompt by its own tag, whatever its model's says. */
    private static String noPrompt(Binds binds) {
        return "NOT EXISTS (SELECT 1 FROM model_version_tag t WHERE t.owner = v.version AND t.key_id = %s AND t.value = 'true')"
                .formatted(binds.bytes(ModelTag.id(ModelTag.IS_PROMPT)));
    }

    private static String tag(Binds binds, String table, String owner, Comparison comparison) {
        String of = "FROM %s t WHERE t.owner = %s AND t.key_id = %s"
                .formatted(table, owner, binds.bytes(ModelTag.id(comparison.key())));
        if (comparison.operator() == Operator.IS_NULL || comparison.operator() == Operator.IS_NOT_NULL) {
            return "%sEXISTS (SELECT 1 %s)".formatted(comparison.operator() == Operator.IS_NULL ? "NOT " : "", of);
        }
        return binds.text("(SELECT t.value %s)".formatted(of), comparison);
    }

    private static <R> List<R> inOrder(List<Uid> uids, Collection<R> rows, Function<R, Uid> uid) {
        Map<Uid, R> byUid = new HashMap<>();
        rows.forEach(row -> byUid.put(uid.apply(row), row));
        var ordered = new ArrayList<R>(uids.size());
        for (Uid each : uids) {
            R row = byUid.get(each);
            if (row == null) {
                throw new IllegalStateException("A row found is gone within one snapshot");
            }
            ordered.add(row);
        }
        return ordered;
    }

    private static long size(ModelView view) {
        return view.model().description().length()
                + size(view.tags())
                + view.latest().stream().mapToLong(ModelSearch::size).sum();
    }

    private static long size(VersionView view) {
        return 500L + view.version().description().length() + size(view.tags());
    }

    private static long size(Map<String, String> tags) {
        long size = 0;
        for (var tag : tags.entrySet()) {
            size += tag.getKey().length() + tag.getValue().length();
        }
        return size;
    }
}
