package dev.clew.quality.profile;

import dev.clew.quality.profile.Merged.Remark;
import dev.clew.quality.table.ColumnType;
import dev.clew.quality.table.TableColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the profile of a table of those of its parts, all of which carry sketches. Confined to one thread. */
final class ProfileMerge {
    private static final Set<ColumnType> PLAIN = Set.of(ColumnType.INTEGER, ColumnType.FLOAT);

    private final List<Profile> parts;
    private final List<Remark> approximate = new ArrayList<>();
    private final List<Remark> unknown = new ArrayList<>();

    ProfileMerge(List<Profile> parts) {
        this.parts = parts;
    }

    Profile whole() {
        for (Profile part : parts) {
            Merged before = part.merged();
            if (before != null) {
                before.unknown().stream()
                        .filter(remark -> !remark.column().isEmpty())
                        .forEach(unknown::add);
            }
        }
        long rows = parts.stream().mapToLong(Profile::rows).sum();
        List<ColumnProfile> columns = new ArrayList<>();
        Map<String, ColumnSketch> sketches = new LinkedHashMap<>();
        for (String name : names()) {
            List<ColumnProfile> own =
                    parts.stream().flatMap(part -> part.column(name).stream()).toList();
            TableColumn column = column(name, own, columns.size());
            if (column != null) {
                List<ColumnSketch> each =
                        parts.stream().map(part -> sketches(part).column(name)).toList();
                var merge = new ColumnMerge(column, rows, own, each, sameHash(), approximate);
                columns.add(merge.whole());
                sketches.put(name, merge.sketch());
            }
        }
        var products = CoMoments.merged(
                parts.stream().map(part -> sketches(part).products()).toList());
        Set<String> known = sketches.keySet();
        List<Pair> pearson = products.pearson().stream()
                .filter(pair -> known.contains(pair.left()) && known.contains(pair.right()))
                .toList();
        remarkOnTable(columns);
        return new Profile(
                parts.stream().map(Profile::table).distinct().collect(Collectors.joining(" + ")),
                rows,
                parts.size() == 1 ? parts.getFirst().duplicateRows() : null,
                columns,
                parts.stream().mapToLong(Profile::sampled).sum(),
                equal(rows),
                pearson,
                List.of(),
                List.of(),
                new ProfileSketches(sketches(parts.getFirst()).hash(), sketches, products),
                new Merged(names(parts), approximate, unknown));
    }

    private static List<Merged.Part> names(List<Profile> parts) {
        List<Merged.Part> all = new ArrayList<>();
        for (Profile part : parts) {
            Merged merged = part.merged();
            if (merged == null) {
                all.add(new Merged.Part(part.table(), part.rows()));
            } else {
                all.addAll(merged.parts());
            }
        }
        return all;
    }

    private static ProfileSketches sketches(Profile part) {
        return Objects.requireNonNull(part.sketches());
    }

    /** Whether all parts tell texts apart by the same function. */
    private boolean sameHash() {
        return parts.stream().map(part -> sketches(part).hash()).distinct().count() == 1;
    }

    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        parts.forEach(part -> part.columns().forEach(column -> names.add(column.name())));
        return names;
    }

    /** Name and type in the whole; nothing, and a remark, if the parts do not agree. A part without values agrees with every type. */
    private @Nullable TableColumn column(String name, List<ColumnProfile> own, int index) {
        if (own.size() < parts.size()) {
            String without = parts.stream()
                    .filter(part -> part.column(name).isEmpty())
                    .map(part -> "'" + part.table() + "'")
                    .collect(Collectors.joining(", "));
            unknown.add(new Remark(
                    name,
                    "column",
                    "Column '%s' is not in %s, so it is left out of the whole.".formatted(name, without)));
            return null;
        }
        List<TableColumn> types = own.stream()
                .filter(column -> column.present() > 0)
                .map(ColumnProfile::column)
                .toList();
        if (types.isEmpty()) {
            return new TableColumn(
                    index,
                    name,
                    own.getFirst().column().type(),
                    own.getFirst().column().declared());
        }
        TableColumn first = types.getFirst();
        if (types.stream().allMatch(each -> each.declared().equals(first.declared()))) {
            return new TableColumn(index, name, first.type(), first.declared());
        }
        if (types.stream().allMatch(each -> PLAIN.contains(each.type()))) {
            boolean whole = types.stream().allMatch(each -> each.type() == ColumnType.INTEGER);
            boolean wide = types.stream().anyMatch(each -> each.declared().matches("U?HUGEINT|UBIGINT"));
            return whole
                    ? new TableColumn(index, name, ColumnType.INTEGER, wide ? "HUGEINT" : "BIGINT")
                    : new TableColumn(index, name, ColumnType.FLOAT, "DOUBLE");
        }
        String each = own.stream()
                .filter(column -> column.present() > 0)
                .map(column -> column.column().declared())
                .distinct()
                .collect(Collectors.joining(" and "));
        unknown.add(new Remark(
                name,
                "column",
                "Column '%s' is %s, depending on the part, so it is left out of the whole; give its parts one type."
                        .formatted(name, each)));
        return null;
    }

    private void remarkOnTable(List<ColumnProfile> columns) {
        if (parts.size() == 1) {
            return;
        }
        String within = parts.stream().allMatch(part -> part.duplicateRows() != null)
                ? " Within their own part %d do."
                        .formatted(parts.stream()
                                .mapToLong(part -> Objects.requireNonNullElse(part.duplicateRows(), 0L))
                                .sum())
                : "";
        unknown.add(new Remark(
                "",
                "duplicate_rows",
                "How many rows repeat one of another part is not known from the parts; profile the whole table to know."
                        + within));
        unknown.add(
                new Remark(
                        "",
                        "spearman",
                        "Rank correlations are not known, since the ranks of one part say nothing of those of another; profile the whole table to know."));
        unknown.add(
                new Remark(
                        "",
                        "cramers_v",
                        "Cramér's V is not known, since parts do not keep how often two values meet; profile the whole table to know."));
        approximate.add(new Remark(
                "",
                "pearson",
                "Pearson's r is about %d sampled rows, those of each part weighted by the rows they stand for."
                        .formatted(parts.stream().mapToLong(Profile::sampled).sum())));
        if (columns.stream().anyMatch(column -> column.texts() != null)) {
            approximate.add(
                    new Remark(
                            "",
                            "texts",
                            "Shares and shapes of texts are about samples, weighted by the rows they stand for; a shape counts only in the parts where it is one of the ten most frequent."));
        }
    }

    /** Pairs that hold the same in all parts; those that do in some only are not known. */
    private List<Pair> equal(long rows) {
        record Names(String left, String right) {}
        Map<Names, List<Double>> shares = new LinkedHashMap<>();
        for (Profile part : parts) {
            double weight = rows == 0 ? 0 : (double) part.rows() / rows;
            part.equal()
                    .forEach(pair -> shares.computeIfAbsent(
                                    new Names(pair.left(), pair.right()), names -> new ArrayList<>())
                            .add(pair.value() * weight));
        }
        List<Pair> all = new ArrayList<>();
        shares.forEach((names, each) -> {
            if (each.size() == parts.stream().filter(part -> part.rows() > 0).count()) {
                double share = each.stream().mapToDouble(Double::doubleValue).sum();
                all.add(new Pair(names.left(), names.right(), Math.min(1, share)));
            } else {
                unknown.add(new Remark(
                        names.left(),
                        "equal_columns",
                        "'%s' and '%s' hold the same in at least 95 %% of the rows of %d of %d parts; whether in the whole is not known."
                                .formatted(names.left(), names.right(), each.size(), parts.size())));
            }
        });
        return all;
    }
}
