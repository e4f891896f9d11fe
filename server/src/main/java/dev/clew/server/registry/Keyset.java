package dev.clew.server.registry;

import dev.clew.server.search.Binds;
import dev.clew.server.storage.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An order over columns that are never null, the last of which tell rows apart, and where to go on in it. Immutable. */
record Keyset(List<Term> terms) {
    /** One column. */
    record Term(String column, boolean isText, boolean ascending) {
        private String text() {
            return column + (ascending ? " ASC" : " DESC");
        }
    }

    /** {@code , column AS k0, …} */
    String selected() {
        return IntStream.range(0, terms.size())
                .mapToObj(i -> ", %s AS k%d".formatted(terms.get(i).column(), i))
                .collect(Collectors.joining());
    }

    String orderBy() {
        return terms.stream().map(Term::text).collect(Collectors.joining(", "));
    }

    List<Object> values(Row row) {
        var values = new ArrayList<>(terms.size());
        for (int i = 0; i < terms.size(); i++) {
            values.add(terms.get(i).isText() ? row.text("k" + i) : (Object) row.integer("k" + i));
        }
        return values;
    }

    String token(List<Object> last) {
        return new PageToken(orderBy(), last).text();
    }

    /** The condition of rows behind the token: past it in one term, level with it in those before. */
    String after(String token, Binds binds) {
        PageToken last = PageToken.parse(token);
        if (!last.order().equals(orderBy()) || last.values().size() != terms.size()) {
            throw PageToken.invalid(null);
        }
        var cases = new ArrayList<String>();
        var level = new StringBuilder();
        for (int i = 0; i < terms.size(); i++) {
            Term term = terms.get(i);
            String value = bind(binds, term, last.values().get(i));
            cases.add("(%s%s %s %s)".formatted(level, term.column(), term.ascending() ? ">" : "<", value));
            level.append(term.column()).append(" = ").append(value).append(" AND ");
        }
        return "(" + String.join(" OR ", cases) + ")";
    }

    private static String bind(Binds binds, Term term, Object value) {
        if (term.isText() && value instanceof String text) {
            return binds.text(text);
        }
        if (!term.isText() && value instanceof Long number) {
            return binds.integer(number);
        }
        throw PageToken.invalid(null);
    }
}
