package dev.clew.quality.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.quality.validation.ExpectationResult;
import dev.clew.quality.validation.ValidationResult;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A validation result as one page: the answer first, then what failed, then the rest. */
public final class ValidationPage {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private ValidationPage() {}

    /** The page. */
    public static String html(ValidationResult result) {
        return html(result, "");
    }

    /** @param above HTML of our own that stands below the facts */
    static String html(ValidationResult result, String above) {
        List<ExpectationResult> failed = result.results().stream()
                .filter(each -> !each.success() && each.isJudged())
                .sorted(Comparator.comparing(
                                (ExpectationResult each) -> each.expectation().severity())
                        .reversed())
                .toList();
        List<ExpectationResult> unjudged =
                result.results().stream().filter(each -> !each.isJudged()).toList();
        List<ExpectationResult> passed =
                result.results().stream().filter(ExpectationResult::success).toList();
        var body = new StringBuilder();
        body.append("<h1>%s on %s</h1>".formatted(Html.text(result.suite().name()), Html.text(result.table())));
        body.append("<p class=answer>%s</p>".formatted(answer(result, failed, unjudged)));
        body.append("<p class=facts>%s rows · %d expectations · %d hold · %s · took %s ms in %d scans</p>"
                .formatted(
                        Html.count(result.rowCount()),
                        result.results().size(),
                        passed.size(),
                        TIME.format(result.startedAt()),
                        Html.count(result.durationMillis()),
                        result.scans()));
        body.append(above);
        apart(body, result);
        section(body, "Does not hold", failed);
        section(body, "Could not be judged", unjudged);
        section(body, "Holds", passed);
        body.append(
                "<footer>Shows what was expected of this table and what was found in it; whether the expectations are the right ones it does not show.</footer>");
        return Html.page(result.suite().name() + " on " + result.table(), body.toString());
    }

    /** What is not shown here, and where it is. */
    private static void apart(StringBuilder body, ValidationResult result) {
        if (!result.masked().isEmpty()) {
            body.append(
                    "<p class=small>Values of %s are masked; equal marks stand for equal values in this result only.</p>"
                            .formatted(Html.text(String.join(", ", result.masked()))));
        }
        var rows = result.quarantine();
        if (rows != null) {
            body.append("<p class=small>%s failed %s in %s%s.</p>"
                    .formatted(
                            Html.count(rows.rows()),
                            rows.rows() == 1 ? "row is" : "rows are",
                            Html.text(rows.file()),
                            rows.columns().isEmpty()
                                    ? ", by position"
                                    : ", with " + Html.text(String.join(", ", rows.columns()))));
        }
    }

    private static String answer(
            ValidationResult result, List<ExpectationResult> failed, List<ExpectationResult> unjudged) {
        int all = result.results().size();
        if (all == 0) {
            return "<span class=warn>?</span> The suite has no expectations, so nothing was judged";
        }
        if (result.success()) {
            return "<span class=good>✓</span> "
                    + (all == 1 ? "The expectation holds" : "All " + all + " expectations hold");
        }
        if (failed.isEmpty()) {
            return "<span class=warn>?</span> %d of %d expectations could not be judged"
                    .formatted(unjudged.size(), result.results().size());
        }
        return "<span class=bad>✕</span> %d of %d expectations %s not hold%s"
                .formatted(
                        failed.size(),
                        result.results().size(),
                        failed.size() == 1 ? "does" : "do",
                        unjudged.isEmpty() ? "" : ", %d could not be judged".formatted(unjudged.size()));
    }

    private static void section(StringBuilder body, String title, List<ExpectationResult> results) {
        if (results.isEmpty()) {
            return;
        }
        body.append("<h2>%s (%d)</h2>".formatted(title, results.size()));
        results.forEach(result -> card(body, result));
    }

    private static void card(StringBuilder body, ExpectationResult result) {
        String mark = result.success()
                ? "<span class=\"mark good\">✓ holds</span>"
                : result.isJudged()
                        ? "<span class=\"mark bad\">✕ fails</span>"
                        : "<span class=\"mark warn\">? not judged</span>";
        String severity = result.expectation().severity().id();
        body.append("<div class=card><div class=\"row verdict\"><div class=grow>%s</div>%s%s</div>"
                .formatted(
                        Sentences.of(result.expectation()),
                        result.success() ? "" : "<span class=\"chip %s\">%s</span>".formatted(severity, severity),
                        mark));
        if (result.exception() != null) {
            body.append("<p class=small>%s</p>".formatted(Html.text(Html.shortened(result.exception()))));
        } else {
            observed(body, result.result(), result.success());
        }
        body.append("</div>");
    }

    private static void observed(StringBuilder body, ObjectNode result, boolean success) {
        if (result.has("unexpected_count") && result.has("element_count")) {
            long bad = result.get("unexpected_count").asLong();
            long all = result.get("element_count").asLong();
            long missing = result.path("missing_count").asLong();
            if (bad == 0) {
                return;
            }
            body.append("<p class=small>%s of %s rows %s%s%s</p>"
                    .formatted(
                            Html.count(bad),
                            Html.count(all),
                            bad == 1 ? "differs" : "differ",
                            all > 0 && bad > 0 ? " (" + Html.percent((double) bad / all) + ")" : "",
                            missing > 0 ? ", %s without a value".formatted(Html.count(missing)) : ""));
            body.append(Html.bar((double) bad / Math.max(1, all), !success));
            values(body, result);
        } else if (result.hasNonNull("observed_value")
                && !(result.get("observed_value").isArray()
                        && (success || result.path("details").has("mismatched")))) {
            JsonNode value = result.get("observed_value");
            body.append("<p class=small>Observed: %s</p>"
                    .formatted(value.isNumber() ? Html.number(value.doubleValue()) : Html.value(value)));
        }
        mismatched(result.path("details").path("mismatched"))
                .forEach(sentence -> body.append("<p class=small>%s</p>".formatted(sentence)));
        for (String list : List.of("partial_unexpected_list", "partial_missing_list")) {
            if (!result.has("element_count") && !result.path(list).isEmpty()) {
                body.append("<p class=small>%s: %s</p>"
                        .formatted(
                                list.contains("missing") ? "Missing" : "Not expected", Html.value(result.get(list))));
            }
        }
    }

    /** Which columns are not where, or not what, they should be. */
    private static List<String> mismatched(JsonNode mismatched) {
        List<String> sentences = new ArrayList<>();
        for (JsonNode each : mismatched.isArray() ? mismatched : JsonNodeFactory.instance.arrayNode()) {
            String place = "Column " + (each.path("Expected Column Position").asInt() + 1);
            String expected = column(each.path("Expected"));
            sentences.add(
                    each.path("Found").isNull()
                            ? "%s is not there; %s was expected.".formatted(place, expected)
                            : "%s is %s; %s was expected."
                                    .formatted(
                                            place,
                                            column(each.path("Found")),
                                            each.path("Expected").isNull() ? "none" : expected));
        }
        for (String list : List.of("missing", "unexpected")) {
            if (!mismatched.path(list).isEmpty()) {
                List<String> names = new ArrayList<>();
                mismatched.get(list).forEach(name -> names.add(column(name)));
                sentences.add("%s: %s."
                        .formatted(list.equals("missing") ? "Missing" : "Not expected", String.join(", ", names)));
            }
        }
        return sentences;
    }

    private static String column(JsonNode name) {
        return "<b>" + Html.text(Html.shortened(name.asText())) + "</b>";
    }

    private static void values(StringBuilder body, ObjectNode result) {
        JsonNode counts = result.path("partial_unexpected_counts");
        if (!counts.isEmpty()) {
            body.append("<details open><summary class=small>values of the first %d</summary><div class=values>"
                    .formatted(result.path("partial_unexpected_list").size()));
            counts.forEach(each -> body.append("<span>%s%s</span>"
                    .formatted(
                            Html.value(each.path("value")),
                            each.path("count").asLong() == 1
                                    ? ""
                                    : " × " + Html.count(each.path("count").asLong()))));
            body.append("</div></details>");
        } else if (!result.path("partial_unexpected_list").isEmpty()) {
            body.append("<p class=small>%s</p>".formatted(Html.value(result.get("partial_unexpected_list"))));
        }
    }
}
