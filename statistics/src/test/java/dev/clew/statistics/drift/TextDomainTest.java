package dev.clew.statistics.drift;

import static dev.clew.statistics.Golden.lcg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.Golden;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Our text domain classifier: near Evidently's number, the same decision, and calm where nothing moved. */
class TextDomainTest {
    private static final int WORDS = 12;

    private static List<String> texts(int rows, long seed, int first, double moved) {
        double[] words = lcg(rows * WORDS, seed);
        double[] kinds = lcg(rows, seed + 7);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            List<String> own = new ArrayList<>();
            for (int j = 0; j < WORDS; j++) {
                double u = words[i * WORDS + j];
                own.add(String.format(Locale.ROOT, "w%03dx", (int) (u * u * 100) + (kinds[i] < moved ? first : 0)));
            }
            texts.add(String.join(" ", own));
        }
        return texts;
    }

    @Test
    void scoresAreNearEvidentlysAndDecisionsAreTheSame() {
        JsonNode cases = Golden.read("texts").get("cases");
        assertThat(cases).hasSize(6);
        for (JsonNode golden : cases) {
            long seed = golden.get("seed").asLong();
            List<String> reference = texts(golden.get("n").asInt(), seed, 0, 0);
            List<String> current = texts(
                    golden.get("m").asInt(),
                    seed + 1000,
                    golden.get("first").asInt(),
                    golden.get("moved").asDouble());
            compare(golden, "perc_text_content_drift", DriftMethod.TEXT_DOMAIN_QUANTILE, reference, current);
            compare(golden, "abs_text_content_drift", DriftMethod.TEXT_DOMAIN, reference, current);
        }
    }

    private static void compare(
            JsonNode golden, String name, DriftMethod method, List<String> reference, List<String> current) {
        TextDomain.Result found = TextDomain.compare(reference, current, method, method.defaultThreshold());
        JsonNode theirs = golden.get("scores").get(name);
        String what = name + " of " + golden;
        assertThat(found.auc()).as(what).isCloseTo(theirs.get(0).asDouble(), within(0.08));
        assertThat(found.auc() > found.limit()).as(what).isEqualTo(theirs.get(1).asBoolean());
    }

    @Test
    void theChoiceOfTheMethodFollowsTheRows() {
        Column few = new Column.Texts(texts(900, 1, 0, 0), 0);
        Column many = new Column.Texts(texts(1_100, 2, 0, 0), 0);
        assertThat(Drift.choose(few, many)).isEqualTo(DriftMethod.TEXT_DOMAIN_QUANTILE);
        assertThat(Drift.choose(many, few)).isEqualTo(DriftMethod.TEXT_DOMAIN);
        assertThat(new Drift(DriftSettings.defaults()).column("t", many, new Column.Texts(texts(1_000, 3, 100, 1), 0)))
                .isInstanceOfSatisfying(ColumnDrift.Judged.class, judged -> {
                    assertThat(judged.drifted()).isTrue();
                    assertThat(judged.score()).isGreaterThan(0.95);
                });
    }

    @Test
    void textsOfOneOriginRarelyAlarm() {
        int alarms = 0;
        for (int round = 0; round < 60; round++) {
            TextDomain.Result found = TextDomain.compare(
                    texts(200, 100 + round, 0, 0),
                    texts(160, 900 + round, 0, 0),
                    DriftMethod.TEXT_DOMAIN_QUANTILE,
                    0.95);
            alarms += found.auc() > found.limit() ? 1 : 0;
        }
        assertThat(alarms / 60.0).isLessThanOrEqualTo(0.12);
    }

    @Test
    void theSameTextsGiveTheSameNumberAndTooFewAreRefused() {
        List<String> one = texts(300, 5, 0, 0);
        List<String> other = texts(300, 6, 40, 0.4);
        var method = DriftMethod.TEXT_DOMAIN;
        assertThat(TextDomain.compare(one, other, method, 0.55))
                .isEqualTo(TextDomain.compare(one, other, method, 0.55));
        assertThatThrownBy(() -> TextDomain.compare(one, other.subList(0, 9), method, 0.55))
                .hasMessageContaining("at least 10 texts on each side; there are 300 and 9");
        assertThatThrownBy(() -> TextDomain.compare(one, other, DriftMethod.KS, 0.05))
                .hasMessageContaining("clew_text_domain");
        // Of texts without a word that tells anything nothing is said, least of all that they are alike.
        List<String> empty = Collections.nCopies(40, "");
        assertThatThrownBy(() -> TextDomain.compare(empty, empty, method, 0.55))
                .hasMessageContaining("No word of the texts occurs twice");
        List<String> alike = Collections.nCopies(40, "always the same words");
        assertThatThrownBy(() -> TextDomain.compare(alike, alike, method, 0.55))
                .hasMessageContaining("No word of the texts occurs twice");
    }

    @Test
    void aWordThatOneSideAlwaysHasIsSeen() {
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            before.add("ab".substring(i % 2, i % 2 + 1));
            after.add("line \"" + i + "\"\nsecond, a");
        }
        assertThat(TextDomain.compare(before, after, DriftMethod.TEXT_DOMAIN, 0.55)
                        .auc())
                .isGreaterThan(0.99);
    }
}
