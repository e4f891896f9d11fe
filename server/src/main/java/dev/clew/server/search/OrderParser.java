package dev.clew.server.search;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses {@code order_by} items: {@code <identifier> [ASC|DESC]}. */
public final class OrderParser {
    /** Most fields of one order: a page ends with the values of all of them. */
    public static final int MAX_TERMS = 16;

    private OrderParser() {}

    /** Terms in order; an attribute gets its canonical name. A field named twice is refused. */
    public static List<Order> parse(Vocabulary vocabulary, List<String> items) {
        if (items.size() > MAX_TERMS) {
            throw Vocabulary.invalid("`order_by` has %d fields; at most %d are sorted by. Shorten it."
                    .formatted(items.size(), MAX_TERMS));
        }
        var orders = new ArrayList<Order>();
        var seen = new LinkedHashSet<String>();
        for (String item : items) {
            Order order = item(vocabulary, item);
            if (!seen.add(order.entity() + "." + order.key())) {
                throw Vocabulary.invalid("`order_by` contains duplicate fields: [%s]"
                        .formatted(String.join(
                                ", ",
                                items.stream().map(each -> "'" + each + "'").toList())));
            }
            orders.add(order);
        }
        return List.copyOf(orders);
    }

    private static Order item(Vocabulary vocabulary, String item) {
        String text = item.strip();
        boolean ascending = true;
        int blank = text.lastIndexOf(' ');
        if (blank > 0) {
            String last = text.substring(blank + 1);
            if (last.equalsIgnoreCase("asc") || last.equalsIgnoreCase("desc")) {
                ascending = last.equalsIgnoreCase("asc");
                text = text.substring(0, blank).strip();
            }
        }
        Tokens tokens = new Tokens(text);
        String first = name(tokens, item);
        if (tokens.isAtEnd()) {
            return new Order("attribute", vocabulary.attribute(first), ascending);
        }
        if (first.equalsIgnoreCase("run") && tokens.peek().is("name")) {
            return new Order(
                    "attribute",
                    vocabulary.attribute(first + " " + tokens.take().text()),
                    ascending);
        }
        var key = new StringBuilder();
        while (tokens.takeSign(".")) {
            if (!key.isEmpty()) {
                key.append('.');
            }
            key.append(name(tokens, item));
        }
        @Nullable String entity = vocabulary.entity(first);
        if (!tokens.isAtEnd() || key.isEmpty()) {
            throw bad(item);
        }
        if (entity == null) {
            throw Vocabulary.invalid("Invalid ordering key in order_by clause '%s'.".formatted(item));
        }
        return new Order(
                entity, entity.equals("attribute") ? vocabulary.attribute(key.toString()) : key.toString(), ascending);
    }

    private static String name(Tokens tokens, String item) {
        Tokens.Token token = tokens.take();
        return switch (token.kind()) {
            case WORD, BACKTICKED, DOUBLE_QUOTED, NUMBER -> token.text();
            case SINGLE_QUOTED, SIGN, END -> throw bad(item);
        };
    }

    private static dev.clew.server.common.ClewException bad(String item) {
        return Vocabulary.invalid("Invalid order_by clause '%s'. Could not be parsed.".formatted(item));
    }
}
