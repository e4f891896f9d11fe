package dev.clew.server.search;

import dev.clew.server.storage.Row;
import dev.clew.server.storage.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pages of a sorted select that go on after the last row's sort key, so inserts between two pages move nothing. Missing values come
 * last in either direction. The database sorts all matches of a page: for things counted in thousands. Immutable.
 */
public final class Keyset {
    /** How a term is compared. */
    public enum Type {
        TEXT,
        INTEGER,
        NUMBER,
        BYTES
    }

    /** One term: an SQL expression over the select's tables. */
    public record Term(String expression, Type type, boolean ascending) {}

    private final List<Term> terms;

    /** @param terms the last ones must make every row's key different */
    public Keyset(List<Term> terms) {
        this.terms = List.copyOf(terms);
    }

    /**
     * One page.
     *
     * @param columns what the mapper reads; none may be called {@code k0, n0, k1 …}
     * @param from {@code table WHERE condition}, with its values in {@code binds}
     */
    public <T> Page<T> page(
            Sql sql,
            Binds binds,
            String columns,
            String from,
            @Nullable String token,
            int limit,
            Function<Row, T> mapper) {
        var keys = new StringBuilder();
        var order = new ArrayList<String>();
        for (int i = 0; i < terms.size(); i++) {
            Term term = terms.get(i);
            keys.append(
                    ", %1$s AS k%2$d, CASE WHEN %1$s IS NULL THEN 1 ELSE 0 END AS n%2$d".formatted(term.expression, i));
            order.add("n%d, k%d %s".formatted(i, i, term.ascending ? "ASC" : "DESC"));
        }
        String after = token == null ? "" : " WHERE " + after(binds, PageToken.parse(token));
        String text = "SELECT * FROM (SELECT %s%s FROM %s) s%s ORDER BY %s LIMIT %d"
                .formatted(columns, keys, from, after, String.join(", ", order), limit + 1);
        var items = new ArrayList<T>();
        var last = new ArrayList<@Nullable Object>();
        boolean[] more = {false};
        binds.apply(sql.query(text)).forEach(row -> {
            if (items.size() == limit) {
                more[0] = true;
                return;
            }
            items.add(mapper.apply(row));
            if (items.size() == limit) {
                for (int i = 0; i < terms.size(); i++) {
                    last.add(value(row, i));
                }
            }
        });
        return new Page<>(items, more[0] ? new PageToken(last).text() : null);
    }

    /** Term by term, the first that differs decides; missing values come after all others. */
    private String after(Binds binds, PageToken token) {
        if (token.values().size() != terms.size()) {
            throw PageToken.invalid(null);
        }
        var any = new ArrayList<String>();
        var equal = new StringBuilder();
        for (int i = 0; i < terms.size(); i++) {
            Object value = token.values().get(i);
            if (value == null) {
                equal.append("n%d = 1 AND ".formatted(i));
                continue;
            }
            String bind = bind(binds, terms.get(i).type, value);
            any.add("%s(n%d = 1 OR k%d %s %s)".formatted(equal, i, i, terms.get(i).ascending ? ">" : "<", bind));
            equal.append("k%d = %s AND ".formatted(i, bind));
        }
        if (any.isEmpty()) {
            throw PageToken.invalid(null);
        }
        return "((" + String.join(") OR (", any) + "))";
    }

    private static String bind(Binds binds, Type type, Object value) {
        if (type == Type.TEXT && value instanceof String text) {
            return binds.text(text);
        }
        if (type == Type.INTEGER && value instanceof Long integer) {
            return binds.integer(integer);
        }
        if (type == Type.NUMBER && value instanceof Double number) {
            return binds.number(number);
        }
        if (type == Type.BYTES && value instanceof byte[] bytes) {
            return binds.bytes(bytes);
        }
        throw PageToken.invalid(null);
    }

    private @Nullable Object value(Row row, int i) {
        String column = "k" + i;
        return switch (terms.get(i).type) {
            case TEXT -> row.textOrNull(column);
            case INTEGER -> row.integerOrNull(column);
            case NUMBER -> row.realOrNull(column);
            case BYTES -> row.bytesOrNull(column);
        };
    }
}
