package dev.clew.server.search;

import java.util.List;
import java.util.Locale;

/** What a filter says, as a tree. Immutable. */
public sealed interface Filter {
    /** Holds for everything. */
    Filter ALL = new And(List.of());

    record And(List<Filter> parts) implements Filter {}

    record Or(List<Filter> parts) implements Filter {}

    record Not(Filter negated) implements Filter {}

    /**
     * One comparison.
     *
     * @param entity canonical: {@code attribute}, {@code metric}, {@code parameter}, {@code tag}, {@code dataset} …
     * @param key attribute in its canonical name, else as written
     * @param text value of text comparisons, empty otherwise
     * @param number value of numeric comparisons, 0 otherwise
     * @param list values of IN and NOT IN, empty otherwise
     */
    record Comparison(String entity, String key, Operator operator, String text, double number, List<String> list)
            implements Filter {
        public boolean isOn(String wanted) {
            return entity.equals(wanted);
        }
    }

    /** Operators; the text is as people write it. */
    enum Operator {
        EQ("="),
        NE("!="),
        LT("<"),
        LE("<="),
        GT(">"),
        GE(">="),
        LIKE("LIKE"),
        ILIKE("ILIKE"),
        RLIKE("RLIKE"),
        IN("IN"),
        NOT_IN("NOT IN"),
        IS_NULL("IS NULL"),
        IS_NOT_NULL("IS NOT NULL");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        public boolean isNumeric() {
            return ordinal() <= GE.ordinal();
        }

        /** Whether {@code left operator right} holds. */
        public boolean holds(double left, double right) {
            return switch (this) {
                case EQ -> left == right;
                case NE -> left != right;
                case LT -> left < right;
                case LE -> left <= right;
                case GT -> left > right;
                case GE -> left >= right;
                case LIKE, ILIKE, RLIKE, IN, NOT_IN, IS_NULL, IS_NOT_NULL ->
                    throw new IllegalArgumentException(text.toLowerCase(Locale.ROOT) + " compares no numbers");
            };
        }
    }

    /** The comparisons that must all hold at the top: what an index may be driven by. */
    default List<Comparison> conjuncts() {
        return switch (this) {
            case Comparison comparison -> List.of(comparison);
            case And(var parts) ->
                parts.stream().flatMap(part -> part.conjuncts().stream()).toList();
            case Or _, Not _ -> List.of();
        };
    }

    /** What is left to be looked at where {@code held}, one of the conjuncts, is known to hold. */
    default Filter without(Comparison held) {
        return switch (this) {
            case Comparison comparison -> comparison.equals(held) ? ALL : comparison;
            case And(var parts) ->
                new And(parts.stream().map(part -> part.without(held)).toList());
            case Or _, Not _ -> this;
        };
    }

    /** Every comparison anywhere in the tree. */
    default List<Comparison> comparisons() {
        return switch (this) {
            case Comparison comparison -> List.of(comparison);
            case And(var parts) ->
                parts.stream().flatMap(part -> part.comparisons().stream()).toList();
            case Or(var parts) ->
                parts.stream().flatMap(part -> part.comparisons().stream()).toList();
            case Not(var negated) -> negated.comparisons();
        };
    }
}
