package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Features that are explained as one, such as the columns of a one-hot code or the parts of an address. A feature that no group
 * names is a group of its own, under its own name. Groups stand where their first member stands.
 *
 * @param names one per group, distinct
 * @param members of each group, as columns of the model, ascending
 */
public record Grouping(List<String> names, List<List<Integer>> members) {
    /** Takes copies of the lists. */
    public Grouping {
        names = List.copyOf(names);
        members = members.stream().map(List::copyOf).toList();
    }

    /** Every feature by itself. */
    public static Grouping none(FeatureSchema schema) {
        return of(schema, Map.of());
    }

    /**
     * Groups features by name.
     *
     * @param groups name to members
     * @throws ExplainException {@code BAD_REQUEST} for an empty group, an unknown feature, one in two groups, or a name that a
     *     feature outside the group has
     */
    public static Grouping of(FeatureSchema schema, Map<String, List<String>> groups) {
        Map<Integer, String> owner = new HashMap<>();
        groups.forEach((name, features) -> {
            if (features.isEmpty()) {
                throw new ExplainException(Code.BAD_REQUEST, "The group \"%s\" names no feature.".formatted(name));
            }
            for (String feature : features) {
                int column = schema.indexOf(feature);
                if (column < 0) {
                    throw new ExplainException(
                            Code.BAD_REQUEST, "The model has no feature \"%s\" for a group.".formatted(feature));
                }
                if (owner.put(column, name) != null) {
                    throw new ExplainException(
                            Code.BAD_REQUEST, "The feature \"%s\" belongs to two groups.".formatted(feature));
                }
            }
        });
        Map<String, List<Integer>> members = new LinkedHashMap<>();
        for (int j = 0; j < schema.size(); j++) {
            boolean alone = !owner.containsKey(j);
            String name = owner.getOrDefault(j, schema.names().get(j));
            List<Integer> group = members.computeIfAbsent(name, _ -> new ArrayList<>());
            if (!group.isEmpty() && (alone || !name.equals(owner.get(group.getFirst())))) {
                throw new ExplainException(
                        Code.BAD_REQUEST, "A group and a feature outside it are both called \"%s\".".formatted(name));
            }
            group.add(j);
        }
        return new Grouping(List.copyOf(members.keySet()), List.copyOf(members.values()));
    }

    /** Number of groups: the features of a grouped explanation. */
    public int size() {
        return names.size();
    }

    /** Whether no group has two members. */
    public boolean isTrivial() {
        return members.stream().allMatch(group -> group.size() == 1);
    }

    /** A fixed text form: one line per group of several features, in order. */
    public String text() {
        var text = new StringBuilder();
        for (int g = 0; g < size(); g++) {
            if (members.get(g).size() > 1) {
                text.append(names.get(g)).append('=').append(members.get(g)).append('\n');
            }
        }
        return text.toString();
    }
}
