package dev.clew.quality.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What is known of the texts of a column from those of its parts. Stateless. */
final class TextMerge {
    private TextMerge() {}

    static Texts of(List<ColumnProfile> parts) {
        List<Texts> texts =
                parts.stream().map(part -> Objects.requireNonNull(part.texts())).toList();
        long sampled = texts.stream().mapToLong(Texts::sampled).sum();
        Map<PersonalData, Double> personal = new EnumMap<>(PersonalData.class);
        for (PersonalData kind : PersonalData.values()) {
            double share = ColumnMerge.weighted(parts, each -> each.personal().getOrDefault(kind, 0.0));
            if (share > 0) {
                personal.put(kind, share);
            }
        }
        List<String> formats = texts.stream().map(Texts::dateFormat).distinct().toList();
        return new Texts(
                texts.stream().mapToLong(Texts::lengthMin).min().orElse(0),
                ColumnMerge.weighted(parts, Texts::lengthMean),
                texts.stream().mapToLong(Texts::lengthMax).max().orElse(0),
                sampled,
                shapes(parts, texts, sampled),
                ColumnMerge.weighted(parts, Texts::numberShare),
                ColumnMerge.weighted(parts, Texts::dateShare),
                ColumnMerge.weighted(parts, Texts::booleanShare),
                formats.size() == 1 ? formats.getFirst() : "",
                personal);
    }

    /** By their share of the rows, as counts among all that were sampled. */
    private static List<Level> shapes(List<ColumnProfile> parts, List<Texts> texts, long sampled) {
        Map<String, Double> shares = new TreeMap<>();
        texts.forEach(
                each -> each.shapes().forEach(shape -> shares.put(shape.value().asText(), 0.0)));
        shares.replaceAll((shape, share) -> ColumnMerge.weighted(
                parts,
                each -> each.shapes().stream()
                                .filter(level -> level.value().asText().equals(shape))
                                .mapToLong(Level::count)
                                .sum()
                        / (double) Math.max(1, each.sampled())));
        return shares.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(10)
                .map(entry -> new Level(
                        JsonNodeFactory.instance.textNode(entry.getKey()), Math.round(entry.getValue() * sampled)))
                .toList();
    }
}
