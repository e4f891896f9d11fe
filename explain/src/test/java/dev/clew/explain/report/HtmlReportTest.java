package dev.clew.explain.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.explain.XgboostDocument;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.lime.LimeExplainer;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.tree.TreeExplainer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page about explanations: five views as pictures that say in words what they show, and nothing that must not be relied on. */
class HtmlReportTest {
    private static final Pattern PICTURE = Pattern.compile(
            "<svg role=\"img\" aria-labelledby=\"(\\S+) (\\S+)\"[^>]*><title id=\"(\\S+)\">([^<]+)</title><desc id=\"(\\S+)\">([^<]+)</desc>");

    private static final Model MODEL = model();
    private static final Rows ROWS = rows();
    private static final long[] NUMBERS =
            IntStream.range(0, 12).asLongStream().map(i -> i + 101).toArray();

    private static Model model() {
        var random = new Random(4);
        var document = new XgboostDocument(4, "reg:squarederror", "0");
        for (int i = 0; i < 5; i++) {
            document.tree(XgboostDocument.randomTree(random, 4, 4));
        }
        return document.model();
    }

    private static Rows rows() {
        var random = new Random(5);
        return Rows.of(IntStream.range(0, 12)
                .mapToObj(i -> XgboostDocument.randomRow(random, 4))
                .toList());
    }

    private static List<String> titles(String page) {
        return PICTURE.matcher(page).results().map(found -> found.group(4)).toList();
    }

    @Test
    void showsFiveViewsAsPicturesThatSayWhatTheyShow() {
        var explainer = TreeExplainer.of(MODEL);
        String page = HtmlReport.of(
                        MODEL, ROWS, explainer.explain(ROWS), Optional.of(explainer.interactions(ROWS, 1)), NUMBERS)
                .html();
        assertThat(titles(page))
                .contains("Contributions of all rows", "Interactions", "Waterfall", "Forces")
                .anyMatch(title -> title.matches("Contribution of f\\d against its value"));
        PICTURE.matcher(page).results().forEach(found -> {
            assertThat(found.group(3)).isEqualTo(found.group(1));
            assertThat(found.group(5)).isEqualTo(found.group(2));
            assertThat(found.group(6)).hasSizeGreaterThan(20);
        });
        int pictures = page.split("<svg role=", -1).length - 1;
        assertThat(titles(page)).hasSize(pictures);
        assertThat(PICTURE.matcher(page).results().map(found -> found.group(1)).distinct())
                .as("every picture has a name of its own")
                .hasSize(pictures);
        assertThat(page)
                .containsPattern("<desc id=\"pairs0-d\">Mean size of what pairs[^<]*f\\d with f\\d [0-9.]+")
                .contains("class=\"cell\"", "The same as a table", "Row 101")
                .doesNotContain("<script", "http://", "https://", "NaN");
    }

    /** Two rows of twelve are off: they are named, and no picture has a dot or bar of theirs. */
    @Test
    void drawsNoRowThatDoesNotAddUp() {
        Explanation good = TreeExplainer.of(MODEL).explain(ROWS);
        double[] error = good.additivityError().clone();
        error[1] = 0.25;
        error[11] = Double.NaN;
        double[] values = good.values().clone();
        values[4] = 123_456;
        var bad = new Explanation(
                12,
                1,
                4,
                values,
                good.base(),
                good.margin(),
                good.prediction(),
                error,
                null,
                good.method(),
                good.semantics(),
                good.space());
        String page = HtmlReport.of(MODEL, ROWS, bad, Optional.empty(), NUMBERS).html();
        assertThat(page)
                .contains(
                        "The contributions of 2 of 12 rows do not add up to the prediction. They are in no chart: row 102, 112.")
                .contains("The contributions of this row do not add up to the prediction (they miss it by 0.250)")
                .contains("Contributions of the features over 10 rows")
                .doesNotContain("123456");
        String row = page.substring(page.indexOf("<h2>Row 102"), page.indexOf("<h2>Row 103"));
        assertThat(row).doesNotContain("<svg", "<table");
        assertThat(page.split("Waterfall</title>", -1))
                .as("of the first ten rows nine")
                .hasSize(10);
    }

    @Test
    void showsNothingOverAllRowsIfNoneAddsUp() {
        Explanation good = TreeExplainer.of(MODEL).explain(ROWS);
        double[] error = IntStream.range(0, 12).mapToDouble(i -> 1).toArray();
        var bad = new Explanation(
                12,
                1,
                4,
                good.values(),
                good.base(),
                good.margin(),
                good.prediction(),
                error,
                null,
                good.method(),
                good.semantics(),
                good.space());
        assertThat(HtmlReport.of(MODEL, ROWS, bad, Optional.empty(), NUMBERS).html())
                .contains("The contributions of 12 of 12 rows do not add up")
                .doesNotContain("<svg role");
    }

    /** A surrogate's sum is the surrogate's: the page says what it is worth in words. */
    @Test
    void saysOfASurrogateWhatItIsWorth() {
        Explanation lime = LimeExplainer.of(MODEL, ROWS, 3).explain(ROWS);
        assertThat(HtmlReport.of(MODEL, ROWS, lime, Optional.empty(), NUMBERS).html())
                .contains("A surrogate of the model: it answers ", "with R² ", ">sum ")
                .doesNotContain("this row ", "LOW_FIDELITY");
    }

    /** Names come from whoever wrote the model file. */
    @Test
    void isNotTurnedByNamesFromElsewhere() {
        String face = "\uD83D\uDE00";
        Model named = MODEL.named(List.of(
                "</svg><img src=x onerror=alert(1)>", "turned \u202E", face.repeat(70), "a\u001b[31m'\"&\u2067\uD83D"));
        var explainer = TreeExplainer.of(named);
        String page = HtmlReport.of(
                        named, ROWS, explainer.explain(ROWS), Optional.of(explainer.interactions(ROWS, 1)), NUMBERS)
                .html();
        assertThat(page)
                .contains("&lt;/svg&gt;&lt;img src=x", "turned \uFFFD", face, "a [31m&#39;&quot;&amp;\uFFFD\uFFFD")
                .doesNotContain("<img", "\u202E", "\u2067", "\u001b");
        assertThat(new String(page.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .as("no half characters")
                .isEqualTo(page)
                .doesNotContain("?…");
    }
}
