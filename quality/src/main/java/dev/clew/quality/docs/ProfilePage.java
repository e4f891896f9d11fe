package dev.clew.quality.docs;

import dev.clew.quality.profile.ColumnProfile;
import dev.clew.quality.profile.Histogram;
import dev.clew.quality.profile.Level;
import dev.clew.quality.profile.Merged;
import dev.clew.quality.profile.Numbers;
import dev.clew.quality.profile.Pair;
import dev.clew.quality.profile.Profile;
import dev.clew.quality.profile.Texts;
import dev.clew.quality.table.ColumnType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A profile as one page: what to know first, then column by column. */
public final class ProfilePage {
    private ProfilePage() {}

    /** The page. */
    public static String html(Profile profile) {
        var body = new StringBuilder();
        body.append("<h1>%s</h1>".formatted(Html.text(profile.table())));
        body.append("<p class=answer>%s rows, %d columns</p>"
                .formatted(Html.count(profile.rows()), profile.columns().size()));
        List<String> notes = notes(profile);
        if (notes.isEmpty()) {
            body.append("<p class=facts>Nothing stands out: %sno constant columns, few missing values.</p>"
                    .formatted(profile.duplicateRows() == null ? "" : "no duplicates, "));
        } else {
            body.append("<h2>Worth knowing</h2><div class=card>");
            notes.forEach(note -> body.append("<p>").append(note).append("</p>"));
            body.append("</div>");
        }
        body.append("<h2>Columns</h2>");
        profile.columns().forEach(column -> column(body, column));
        pairs(body, "Go together in a line (Pearson)", strongest(profile.pearson()));
        pairs(body, "Go together by rank (Spearman)", strongest(profile.spearman()));
        pairs(body, "Categories that go together (Cramér's V)", strongest(profile.cramer()));
        Merged merged = profile.merged();
        if (merged != null) {
            merged(body, merged);
        }
        body.append(
                "<footer>Shapes, personal data and what goes together are about a sample of %s rows; all else is about every row%s.</footer>"
                        .formatted(
                                Html.count(profile.sampled()),
                                merged == null ? "" : ", exact but for what is named above"));
        return Html.page("Profile of " + profile.table(), body.toString());
    }

    private static void merged(StringBuilder body, Merged merged) {
        body.append("<h2>Merged of %d parts</h2><div class=card>"
                .formatted(merged.parts().size()));
        merged.parts()
                .forEach(part -> body.append(
                        "<p class=small>%s: %s rows</p>".formatted(Html.text(part.table()), Html.count(part.rows()))));
        body.append("</div>");
        remarks(body, "Not known from the parts", merged.unknown());
        remarks(body, "Known within a bound", merged.approximate());
    }

    private static void remarks(StringBuilder body, String title, List<Merged.Remark> remarks) {
        if (!remarks.isEmpty()) {
            body.append("<h2>%s</h2><div class=card>".formatted(title));
            remarks.forEach(remark -> body.append("<p class=small>%s</p>".formatted(Html.text(remark.sentence()))));
            body.append("</div>");
        }
    }

    private static List<String> notes(Profile profile) {
        List<String> notes = new ArrayList<>();
        Long duplicates = profile.duplicateRows();
        if (duplicates != null && duplicates > 0) {
            notes.add("%s rows repeat an earlier one (%s)."
                    .formatted(
                            Html.count(duplicates), Html.percent((double) duplicates / Math.max(1, profile.rows()))));
        }
        for (ColumnProfile column : profile.columns()) {
            double missing = profile.rows() == 0 ? 0 : (double) column.missing() / profile.rows();
            if (missing >= 0.2) {
                notes.add("%s has no value in %s of the rows.".formatted(name(column.name()), Html.percent(missing)));
            }
            if (column.isConstant() && profile.rows() > 1) {
                notes.add("%s holds one value only.".formatted(name(column.name())));
            } else if (column.isAlmostConstant()) {
                notes.add("%s is %s in %s of the rows."
                        .formatted(
                                name(column.name()),
                                Html.value(column.top().getFirst().value()),
                                Html.percent((double) column.top().getFirst().count() / profile.rows())));
            }
            Texts texts = column.texts();
            if (texts != null) {
                texts.personal().entrySet().stream()
                        .filter(entry -> entry.getValue() >= 0.01)
                        .sorted(java.util.Map.Entry.comparingByKey())
                        .forEach(entry -> notes.add("%s of the texts of %s look like personal data: %s."
                                .formatted(
                                        Html.percent(entry.getValue()),
                                        name(column.name()),
                                        entry.getKey()
                                                .name()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', ' '))));
                if (texts.numberShare() >= 0.95 && texts.sampled() > 0) {
                    notes.add("%s is text, but %s of it are numbers."
                            .formatted(name(column.name()), Html.percent(texts.numberShare())));
                }
            }
        }
        profile.equal()
                .forEach(pair -> notes.add("%s and %s hold the same in %s of the rows."
                        .formatted(name(pair.left()), name(pair.right()), Html.percent(pair.value()))));
        return notes;
    }

    private static String name(String column) {
        return "<b>" + Html.text(column) + "</b>";
    }

    private static void column(StringBuilder body, ColumnProfile column) {
        body.append("<div class=card><div class=row><h3 class=grow>%s</h3><span class=chip>%s</span></div>"
                .formatted(Html.text(column.name()), Html.text(column.column().declared())));
        body.append("<p class=small>%s%s different values · %s missing</p>"
                .formatted(
                        column.distinctExact() ? "" : "about ",
                        Html.count(column.distinct()),
                        column.missing() == 0 ? "none" : Html.percent((double) column.missing() / column.rows())));
        body.append("<div class=two>");
        Numbers numbers = column.numbers();
        boolean seconds =
                column.column().type() == ColumnType.DATE || column.column().type() == ColumnType.TIMESTAMP;
        if (numbers != null && !seconds) {
            numbers(body, numbers);
        }
        Histogram tenths = numbers == null ? null : numbers.sturges();
        if (tenths != null && !seconds) {
            body.append("<div>%s</div>"
                    .formatted(Html.histogram(
                            tenths.counts(),
                            tenths.edges().getFirst(),
                            tenths.edges().getLast(),
                            "Distribution of " + column.name())));
        }
        if (!column.top().isEmpty() && (numbers == null || column.distinct() <= 20)) {
            levels(body, "value", column.top(), column.rows());
        }
        Texts texts = column.texts();
        if (texts != null && !texts.shapes().isEmpty() && column.distinct() > 20) {
            levels(body, "shape", texts.shapes(), texts.sampled());
        }
        body.append("</div></div>");
    }

    private static void numbers(StringBuilder body, Numbers numbers) {
        body.append("<div class=grid>");
        fact(body, "least", numbers.min());
        fact(body, "greatest", numbers.max());
        fact(body, "mean", numbers.mean());
        fact(body, "std", numbers.deviation() == null ? Double.NaN : numbers.deviation());
        fact(body, "median", numbers.quantile(0.5));
        fact(body, "5 %", numbers.quantile(0.05));
        fact(body, "95 %", numbers.quantile(0.95));
        fact(body, "zeros", numbers.zeros());
        if (numbers.negatives() > 0) {
            fact(body, "negative", numbers.negatives());
        }
        if (numbers.nan() + numbers.infinite() > 0) {
            fact(body, "NaN, ±∞", numbers.nan() + numbers.infinite());
        }
        body.append("</div>");
    }

    private static void fact(StringBuilder body, String label, double value) {
        body.append("<div><span>%s</span><span>%s</span></div>".formatted(label, Html.number(value)));
    }

    private static void levels(StringBuilder body, String title, List<Level> levels, long rows) {
        body.append("<table><tr><th>%s<th class=n>rows<th></tr>".formatted(title));
        for (Level level : levels.subList(0, Math.min(8, levels.size()))) {
            body.append("<tr><td>%s<td class=n>%s<td>%s</tr>"
                    .formatted(
                            Html.value(level.value()),
                            Html.count(level.count()),
                            Html.bar((double) level.count() / Math.max(1, rows), false)));
        }
        body.append("</table>");
    }

    private static List<Pair> strongest(List<Pair> pairs) {
        return pairs.stream()
                .filter(pair -> Math.abs(pair.value()) >= 0.3)
                .sorted(Comparator.comparingDouble((Pair pair) -> -Math.abs(pair.value())))
                .limit(15)
                .toList();
    }

    private static void pairs(StringBuilder body, String title, List<Pair> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        body.append("<h2>%s</h2><div class=card><table>".formatted(title));
        for (Pair pair : pairs) {
            body.append("<tr><td>%s<td>%s<td class=n>%s<td>%s</tr>"
                    .formatted(
                            name(pair.left()),
                            name(pair.right()),
                            Html.number(pair.value()),
                            Html.bar(Math.abs(pair.value()), false)));
        }
        body.append("</table></div>");
    }
}
