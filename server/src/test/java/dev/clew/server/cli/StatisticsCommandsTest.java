package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on real files, run as a child process so that what they print is what a caller reads. */
class StatisticsCommandsTest {
    @TempDir
    Path folder = Path.of("");

    private record Run(int code, String out, String err) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    private static Run run(Object... arguments) throws IOException, InterruptedException {
        return run(List.of(), arguments);
    }

    private static Run run(List<String> flags, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(flags);
        command.add("dev.clew.server.Main");
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path err = Files.createTempFile("clew", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        var out = new ByteArrayOutputStream();
        process.getInputStream().transferTo(new PrintStream(out, true, StandardCharsets.UTF_8));
        int code = process.waitFor();
        String said = Files.readString(err);
        Files.delete(err);
        return new Run(code, out.toString(StandardCharsets.UTF_8), said);
    }

    private Path table(String name, int rows, double shift, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder("age,group,score,label,decision\n");
        for (int i = 0; i < rows; i++) {
            double score = random.nextDouble();
            boolean label = random.nextDouble() < score;
            text.append(String.format(
                    Locale.ROOT,
                    "%.3f,%s,%.4f,%d,%d%n",
                    random.nextGaussian() + shift,
                    random.nextInt(3) == 0 ? "a" : "b",
                    score,
                    label ? 1 : 0,
                    score >= 0.5 ? 1 : 0));
        }
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void driftTellsByDocumentPageAndExitCode() throws Exception {
        Path reference = table("reference.csv", 1500, 0, 1);
        Path same = table("same.csv", 1500, 0, 2);
        Run calm = run("drift", reference, same, "--json");
        assertThat(calm.code()).as(calm.err()).isZero();
        assertThat(calm.json().get("dataset_drift").asBoolean(true)).isFalse();
        Path page = folder.resolve("page.html");
        Run moved =
                run("drift", reference, table("moved.csv", 1500, 1, 3), "--columns", "age", "--json", "--html", page);
        assertThat(moved.code()).isEqualTo(1);
        JsonNode age = moved.json().get("columns").get("age");
        assertThat(age.get("method").asText()).isEqualTo("wasserstein");
        assertThat(age.get("drifted").asBoolean()).isTrue();
        assertThat(age.get("reference").get("shares").size())
                .isEqualTo(age.get("current").get("shares").size());
        assertThat(moved.json().get("share_drifted").asDouble()).isEqualTo(1);
        JsonNode ks =
                run("drift", reference, same, "--method", "ks", "--json").json().get("columns");
        assertThat(ks.get("age").get("method").asText()).isEqualTo("ks");
        assertThat(ks.get("group").get("method").asText()).isEqualTo("jensenshannon");
        Path evidently = folder.resolve("evidently.json");
        Path gauges = folder.resolve("drift.prom");
        run("drift", reference, same, "--evidently", evidently, "--prometheus", gauges);
        JsonNode shaped = new ObjectMapper().readTree(evidently.toFile());
        assertThat(shaped.get("metrics").get(0).get("config").get("type").asText())
                .isEqualTo("evidently:metric_v2:DriftedColumnsCount");
        assertThat(shaped.get("tests"))
                .hasSize(6)
                .allSatisfy(test -> assertThat(test.get("status").asText()).isEqualTo("SUCCESS"));
        assertThat(Files.readAllLines(gauges))
                .contains("# TYPE clew_drift_score gauge", "clew_drifted_features_ratio 0.0")
                .anyMatch(line -> line.startsWith("clew_drift_detected{feature=\"age\",method=\"wasserstein\"} 0"));
        assertThat(run("drift", reference, same, "--profile", "nannyml", "--evidently", evidently)
                        .code())
                .isEqualTo(3);
        String html = Files.readString(page);
        assertThat(html)
                .contains("The table has drifted.", "The mean rose from")
                .contains("prefers-color-scheme:dark", "@media print", "color-scheme\" content=\"light dark\"")
                .doesNotContain("http://", "https://", "<script");
    }

    @Test
    void methodsAndLimitsOfSingleColumnsAreKept() throws Exception {
        Path reference = table("reference.csv", 1500, 0, 1);
        Path later = table("later.csv", 1500, 0, 2);
        Run run = run(
                "drift",
                reference,
                later,
                "--json",
                "--method",
                "group=l_infinity",
                "--threshold",
                "group=0.001",
                "--threshold",
                "0.2",
                "--method",
                "age=ks");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode columns = run.json().get("columns");
        assertThat(columns.get("group").get("method").asText()).isEqualTo("l_infinity");
        assertThat(columns.get("group").get("threshold").asDouble()).isEqualTo(0.001);
        assertThat(columns.get("group").get("drifted").asBoolean()).isTrue();
        assertThat(columns.get("age").get("threshold").asDouble()).isEqualTo(0.2);
        assertThat(columns.get("score").get("threshold").asDouble()).isEqualTo(0.2);
        Run unknown = run("drift", reference, later, "--method", "agee=ks");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("'agee'").contains("closest is 'age'");
        assertThat(run("drift", reference, later, "--threshold", "grup=0.3").code())
                .isEqualTo(2);
        Run words = run("drift", reference, later, "--threshold", "age=low");
        assertThat(words.code()).isEqualTo(3);
        assertThat(words.err()).contains("--threshold low is no limit");
    }

    @Test
    void numbersAndPagesAreTheSameWhateverThePersonsLanguage() throws Exception {
        Path table = table("t.csv", 1_200, 0, 1);
        Path plain = folder.resolve("plain.html");
        Path german = folder.resolve("german.html");
        Run expected = run("profile", table, "--html", plain);
        Run found = run(List.of("-Duser.language=de", "-Duser.country=DE"), "profile", table, "--html", german);
        assertThat(found.code()).as(found.err()).isZero();
        assertThat(german).hasSameTextualContentAs(plain);
        assertThat(Files.readString(german)).containsPattern("<rect class=b x=\"\\d+\\.\\d\\d\"");
        assertThat(run(List.of("-Duser.language=ar"), "profile", table).out())
                .isEqualTo(run("profile", table).out())
                .contains("t.csv: 1,200 rows");
        assertThat(found.out()).isEqualTo(expected.out());
    }

    @Test
    void aProfileTellsDatesAsDatesAndCountsNestedValues() throws Exception {
        Path dated = Files.writeString(
                folder.resolve("d.jsonl"), "{\"x\":1,\"l\":[1]}\n{\"x\":2,\"l\":[1,2]}\n{\"x\":3,\"l\":[1]}\n");
        assertThat(run("profile", dated).out()).contains("~2 distinct");
        Path table = folder.resolve("d.parquet");
        try (var connection = java.sql.DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute(
                    "COPY (SELECT DATE '2026-01-31' + range::INTEGER AS day, TIMESTAMP '2026-01-31 10:00:00' AS at, NULL AS none FROM range(3)) TO '"
                            + table + "'");
        }
        assertThat(run("profile", table).out())
                .contains("2026-01-31 … 2026-02-02", "2026-01-31T10:00:00Z … 2026-01-31T10:00:00Z")
                .doesNotContain("e+", "\"");
    }

    @Test
    void whatIsNotComparedStandsInTheDocumentToo() throws Exception {
        Path dated = Files.writeString(
                folder.resolve("dated.csv"), "day,x\n" + "2026-01-01,1.5\n2026-01-02,2.5\n2026-01-03,4.5\n".repeat(80));
        Path page = folder.resolve("dated.html");
        Run run = run("drift", dated, dated, "--json", "--html", page);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().get("columns").has("day")).isFalse();
        assertThat(run.json().get("remarks").get(0).asText()).isEqualTo("Column 'day' holds date and is not compared.");
        assertThat(page).content().contains("Column &#39;day&#39; holds date and is not compared.");
        Path holes = Files.writeString(
                folder.resolve("holes.csv"), "day,x\n" + "2026-01-01,1.5\n2026-01-02,inf\n2026-01-03,\n".repeat(120));
        Run half = run("drift", dated, holes, "--json", "--method", "ks");
        assertThat(half.json().get("remarks").get(1).asText())
                .isEqualTo(
                        "Of column 'x' 0.0 % of the rows in 'dated.csv' and 66.7 % in 'holes.csv' hold no finite value; they are not compared.");
        assertThat(half.err()).contains("66.7 %");
        // Nothing was compared, so nothing can be said.
        Run none = run("drift", dated, dated, "--json", "--columns", "day");
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.json().get("dataset_drift").isNull()).isTrue();
    }

    @Test
    void aChunkWithoutValuesIsNotTakenForCalm() throws Exception {
        StringBuilder before = new StringBuilder("x,y\n");
        StringBuilder later = new StringBuilder("x,y\n");
        var random = new SplittableRandom(8);
        for (int i = 0; i < 2_000; i++) {
            // The reference's own chunks never lie outside what they set.
            double x = random.nextDouble();
            int y = random.nextInt(50);
            before.append(x).append(',').append(y).append('\n');
            later.append(i < 200 ? "" : Double.toString(x))
                    .append(',')
                    .append(y)
                    .append('\n');
        }
        Run run = run(
                "drift",
                Files.writeString(folder.resolve("before.csv"), before),
                Files.writeString(folder.resolve("gap.csv"), later),
                "--profile",
                "nannyml",
                "--json");
        JsonNode column = run.json().get("columns").get("x");
        assertThat(column.get("drifted").isNull()).as(run.out()).isTrue();
        assertThat(column.get("reason").asText())
                .contains("'x' of 'gap.csv' has no value in 1 of 10 chunks, the first of them rows [0:199]");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void performanceNamesWhatAGuessWithoutFeaturesReaches() throws Exception {
        StringBuilder rows = new StringBuilder("label,decision,score\n");
        var random = new SplittableRandom(5);
        for (int i = 0; i < 2_000; i++) {
            boolean label = random.nextInt(20) == 0;
            boolean decision = random.nextInt(3) == 0;
            rows.append(label ? "1," : "0,")
                    .append(decision ? "1," : "0,")
                    .append(random.nextDouble())
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("rare.csv"), rows);
        Run run =
                run("performance", file, "--target", "label", "--prediction", "decision", "--score", "score", "--json");
        assertThat(run.code()).isZero();
        JsonNode baseline = run.json().get("baseline");
        assertThat(baseline.get("metrics").get("accuracy").asDouble()).isBetween(0.93, 0.97);
        List<String> below = new ArrayList<>();
        baseline.get("not_reached").forEach(name -> below.add(name.asText()));
        assertThat(below).contains("accuracy", "log_loss", "brier").doesNotContain("roc_auc");
        assertThat(run.err()).contains("accuracy is worse than 0.9");
        Path few = Files.writeString(
                folder.resolve("few.csv"), "label,decision\n" + "0,0\n".repeat(400) + "1,1\n".repeat(29));
        Run scarce = run("performance", few, "--target", "label", "--prediction", "decision", "--json");
        assertThat(scarce.code()).isEqualTo(2);
        assertThat(scarce.json().get("insufficient").get("1").asInt()).isEqualTo(29);
        assertThat(scarce.json().get("metrics").get("accuracy").get("value").asDouble())
                .isEqualTo(1);
        assertThat(scarce.err()).contains("Class '1' of column 'label' has 29 rows and 30 are needed");
        Run numbers =
                run("performance", table("t.csv", 500, 0, 1), "--target", "age", "--prediction", "score", "--json");
        assertThat(numbers.json().get("baseline").get("metrics").has("rmse")).isTrue();
    }

    @Test
    void nannymlJudgesChunkByChunkOfTheRealStream() throws Exception {
        Path before = Path.of("../examples/employment/employment-ma-reference.parquet");
        Path later = Path.of("../examples/employment/employment-ma-analysis.parquet");
        Path page = folder.resolve("chunks.html");
        Run run = run(
                "drift",
                before,
                later,
                "--profile",
                "nannyml",
                "--chunk",
                "20000",
                "--columns",
                "AGEP,year,SCHL",
                "--json",
                "--html",
                page);
        assertThat(run.code()).as(run.err()).isEqualTo(1);
        JsonNode age = run.json().get("columns").get("AGEP");
        assertThat(age.get("method").asText()).isEqualTo("jensen_shannon");
        assertThat(age.get("current").get("chunks")).hasSize(11);
        assertThat(age.get("reference").get("chunks")).hasSize(4);
        assertThat(age.get("threshold").asDouble()).isPositive();
        assertThat(age.get("drifted").asBoolean()).isEqualTo(age.get("alerts").asInt() > 0);
        assertThat(run.json().get("columns").get("year").get("alerts").asInt()).isEqualTo(11);
        assertThat(Files.readString(page))
                .contains("The table has drifted.", "11 of 11 chunks lie outside")
                .doesNotContain("http://", "https://", "<script");
        assertThat(run("drift", before, later, "--profile", "nanny").code()).isEqualTo(3);
        assertThat(run("drift", before, later, "--chunk", "100").code()).isEqualTo(3);
        Run few = run("drift", table("a.csv", 5, 0, 1), table("b.csv", 5, 0, 2), "--profile", "nannyml");
        assertThat(few.code()).isEqualTo(2);
        assertThat(few.err()).contains("There are 5 rows and at least 10 are needed");
    }

    @Test
    void whatCannotBeJudgedIsExitTwoWithASentenceAndNeverNoDrift() throws Exception {
        Path reference = table("reference.csv", 500, 0, 1);
        Path few = table("few.csv", 20, 0, 2);
        Run run = run("drift", reference, few, "--json");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.json().get("dataset_drift").isNull()).isTrue();
        assertThat(run.json().get("columns").get("age").get("reason").asText())
                .contains("20 usable rows and 100 are needed");
        Path other = Files.writeString(folder.resolve("other.csv"), "group,extra\n" + "a,2\nb,2\nb,2\n".repeat(200));
        Run partial = run("drift", reference, other, "--json");
        assertThat(partial.code()).isEqualTo(2);
        assertThat(partial.json().get("columns").get("extra").get("reason").asText())
                .contains("'extra' exists in 'other.csv' only");
        Run unknown = run("drift", reference, reference, "--columns", "agee");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("agee").contains("closest is 'age'");
        Run missing = run("drift", reference, folder.resolve("none.csv"));
        assertThat(missing.code()).isEqualTo(3);
        assertThat(missing.err()).contains("none.csv");
        assertThat(run("drift", reference, reference, "--method", "nonsense").code())
                .isEqualTo(3);
        assertThat(run("drift", reference).code()).isEqualTo(3);
        Run threshold = run("drift", reference, reference, "--threshold", "-1");
        assertThat(threshold.code()).isEqualTo(3);
        assertThat(threshold.err()).contains("give a number of at least 0");
        // Infinities alone look like dates, and no value like text: neither is passed over in silence.
        Path odd = Files.writeString(folder.resolve("odd.csv"), "age,score\n" + "inf,\n".repeat(500));
        Path usual = Files.writeString(folder.resolve("usual.csv"), "age,score\n" + "1.5,2\n2.5,3\n".repeat(250));
        Run kinds = run("drift", usual, odd, "--json");
        assertThat(kinds.code()).isEqualTo(2);
        assertThat(kinds.json().get("columns").get("age").get("reason").asText())
                .contains("repair the values that are of another kind");
        assertThat(kinds.json().get("columns").get("score").get("reason").asText())
                .contains("of 'odd.csv' has no value in any row");
        Run apart = run("performance", reference, "--target", "group", "--prediction", "label");
        assertThat(apart.code()).isEqualTo(2);
        assertThat(apart.err()).contains("have no class in common");
    }

    @Test
    void performanceEstimateAndFairnessAnswerInOneShape() throws Exception {
        Path reference = table("reference.csv", 3000, 0, 1);
        Path later = table("later.csv", 2000, 0, 2);
        Run performance = run(
                "performance",
                later,
                "--target",
                "label",
                "--prediction",
                "decision",
                "--score",
                "score",
                "--reference",
                reference,
                "--chunk",
                "500",
                "--json");
        assertThat(performance.code()).as(performance.err()).isZero();
        JsonNode accuracy = performance.json().get("metrics").get("accuracy");
        assertThat(accuracy.get("low").asDouble())
                .isLessThan(accuracy.get("value").asDouble());
        assertThat(accuracy.get("n").asInt()).isEqualTo(2000);
        assertThat(performance.json().get("chunks")).hasSize(4);
        Run regression = run("performance", later, "--target", "age", "--prediction", "score", "--json");
        assertThat(regression.json().get("metrics").has("rmse")).isTrue();

        Run estimate = run(
                "estimate",
                "--reference",
                reference,
                "--analysis",
                later,
                "--target",
                "label",
                "--prediction",
                "decision",
                "--score",
                "score",
                "--json");
        assertThat(estimate.code()).as(estimate.err()).isLessThanOrEqualTo(1);
        double estimated =
                estimate.json().get("metrics").get("accuracy").get("value").asDouble();
        assertThat(estimated).isCloseTo(accuracy.get("value").asDouble(), org.assertj.core.api.Assertions.within(0.04));
        assertThat(estimate.json().get("assumption").asText()).contains("concept drift");

        Run fairness = run(
                "fairness",
                later,
                "--outcome",
                "label",
                "--prediction",
                "decision",
                "--group",
                "group",
                "--privileged",
                "b",
                "--json");
        assertThat(fairness.code()).as(fairness.err()).isZero();
        assertThat(fairness.json().get("verdict").asText()).isEqualTo("PASS");
        assertThat(fairness.json().get("metrics").has("aif360.disparate_impact"))
                .isTrue();
        assertThat(fairness.json()
                        .get("groups")
                        .get("a")
                        .get("selection_rate")
                        .get("n")
                        .asInt())
                .isPositive();
        Run wrong = run("fairness", later, "--outcome", "label", "--prediction", "decision", "--group", "sex");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("'sex'");
    }

    /** Three classes whose scores are true, or, when unsure, flatter than in the reference. */
    private Path classes(String name, int rows, double sharpness, boolean labelled, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(labelled ? "truth,said,pa,pb,pc\n" : "said,pa,pb,pc\n");
        for (int i = 0; i < rows; i++) {
            double[] p = {
                Math.pow(random.nextDouble(), sharpness),
                Math.pow(random.nextDouble(), sharpness),
                Math.pow(random.nextDouble(), sharpness)
            };
            double sum = p[0] + p[1] + p[2];
            double u = random.nextDouble() * sum;
            String truth = u < p[0] ? "red" : u < p[0] + p[1] ? "green" : "blue";
            String said = p[0] >= p[1] && p[0] >= p[2] ? "red" : p[1] >= p[2] ? "green" : "blue";
            text.append(labelled ? truth + "," : "")
                    .append(String.format(
                            Locale.ROOT, "%s,%.6f,%.6f,%.6f%n", said, p[0] / sum, p[1] / sum, p[2] / sum));
        }
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void severalClassesAreEstimatedFromAScoreEach() throws Exception {
        Path reference = classes("classes.csv", 3000, 3, true, 5);
        List<Object> command = new ArrayList<>(
                List.of("estimate", "--reference", reference, "--target", "truth", "--prediction", "said", "--json"));
        command.addAll(List.of("--score", "red=pa", "--score", "green=pb", "--score", "blue=pc", "--analysis"));
        command.add(classes("unsure.csv", 2000, 1, false, 6));
        Run unsure = run(command.toArray());
        assertThat(unsure.code()).as(unsure.err()).isEqualTo(1);
        assertThat(unsure.err()).contains("accuracy of rows [0:199] is estimated at");
        command.set(command.size() - 1, classes("later.csv", 2000, 3, true, 7));
        Run later = run(command.toArray());
        JsonNode accuracy = later.json().get("metrics").get("accuracy");
        JsonNode first = later.json().get("chunks").get(0).get("metrics").get("accuracy");
        assertThat(accuracy.get("value").asDouble())
                .isBetween(accuracy.get("low").asDouble(), accuracy.get("high").asDouble());
        assertThat(first.get("value").asDouble())
                .isCloseTo(
                        first.get("realized").asDouble(),
                        org.assertj.core.api.Assertions.within(4
                                * (first.get("high").asDouble()
                                        - first.get("low").asDouble())
                                / 6));
        Run performance = run(
                "performance",
                folder.resolve("later.csv"),
                "--target",
                "truth",
                "--prediction",
                "said",
                "--score",
                "red=pa",
                "--score",
                "green=pb",
                "--score",
                "blue=pc",
                "--json");
        assertThat(performance.code()).as(performance.err()).isZero();
        assertThat(performance.json().get("metrics").get("roc_auc").get("value").asDouble())
                .isBetween(0.7, 0.95);
        Run two = run(
                "performance",
                folder.resolve("later.csv"),
                "--target",
                "truth",
                "--prediction",
                "said",
                "--score",
                "red=pa",
                "--score",
                "green=pb");
        assertThat(two.code()).isEqualTo(2);
        assertThat(two.err()).contains("give one --score CLASS=COLUMN for each class");
        command.set(command.indexOf("blue=pc"), "blau=pc");
        Run wrong = run(command.toArray());
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("holds 'blue', for which there is no --score");
        command.set(command.indexOf("blau=pc"), "pc");
        assertThat(run(command.toArray()).err()).contains("write CLASS=COLUMN for each class");
    }

    /** 400 rows: a good column, and one of each odd kind. */
    private Path odd(String name, String mixed, long seed) throws IOException {
        var random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder("good,constant,nothing,infinite,mixed,\"a\"\"; DROP TABLE b; --\"\n");
        for (int i = 0; i < 400; i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "%.3f,7,,%s,%s,%d%n",
                    random.nextGaussian(),
                    i % 10 == 0 ? "inf" : i % 7 == 0 ? "nan" : Double.toString(random.nextDouble()),
                    mixed.isEmpty() ? Integer.toString(random.nextInt(500)) : mixed + random.nextInt(5),
                    random.nextInt(100)));
        }
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void oddColumnsAreNamedAndTheOthersJudged() throws Exception {
        Run run = run("drift", odd("reference.csv", "", 1), odd("current.csv", "word ", 2), "--json");
        JsonNode columns = run.json().get("columns");
        assertThat(columns.get("good").get("drifted").asBoolean(true)).isFalse();
        assertThat(columns.get("constant").get("drifted").asBoolean(true)).isFalse();
        assertThat(columns.get("nothing").get("drifted").isNull()).isTrue();
        assertThat(columns.get("nothing").get("reason").asText()).contains("0 usable rows and 100 are needed");
        assertThat(columns.get("infinite").get("drifted").asBoolean(true)).isFalse();
        assertThat(columns.get("mixed").get("reason").asText())
                .contains("'mixed' holds integer in 'reference.csv' and text in 'current.csv'; repair");
        assertThat(columns.get("a\"; DROP TABLE b; --").get("drifted").asBoolean(true))
                .isFalse();
        assertThat(run.code()).as(run.err()).isZero();
    }

    @Test
    void unreadableTablesEndWithASentence() throws Exception {
        Path good = table("reference.csv", 200, 0, 1);
        Path one = Files.writeString(folder.resolve("one.csv"), "age,group\n1.5,a\n");
        assertThat(run("drift", good, one, "--columns", "age").code()).isEqualTo(2);
        Path ragged = Files.writeString(folder.resolve("ragged.csv"), "age,group\n1.5,a\n2,b,c\n");
        Run refused = run("drift", good, ragged);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("ragged.csv").contains("Line 3").doesNotContain(folder.toString());
        Path twice = Files.writeString(folder.resolve("twice.csv"), "age,age\n1.5,2\n");
        Run duplicate = run("performance", twice, "--target", "age", "--prediction", "age");
        assertThat(duplicate.code()).isEqualTo(2);
        assertThat(duplicate.err()).contains("'age'");
        Path corrupt = Files.write(
                folder.resolve("corrupt.parquet"), new byte[] {'P', 'A', 'R', '1', 0, 0, 0, 0, 'P', 'A', 'R', '1'});
        Run broken = run("fairness", corrupt, "--outcome", "a", "--prediction", "b", "--group", "c");
        assertThat(broken.code()).isEqualTo(2);
        assertThat(broken.err()).contains("corrupt.parquet").doesNotContain("Exception", folder.toString());
        Path empty = Files.writeString(folder.resolve("empty.csv"), "");
        assertThat(run(
                                "estimate",
                                "--reference",
                                empty,
                                "--analysis",
                                good,
                                "--target",
                                "label",
                                "--score",
                                "score",
                                "--prediction",
                                "decision")
                        .code())
                .isEqualTo(2);
        Path latin = Files.write(
                folder.resolve("latin.csv"),
                "age,group\n1.5,größe\n".repeat(1).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThat(run("drift", good, latin).code()).isEqualTo(2);
    }

    @Test
    void columnsOfIdentifiersAreLeftToTheCallerAndStopNothing() throws Exception {
        StringBuilder text = new StringBuilder("id,value\n");
        for (int i = 0; i < 210_000; i++) {
            text.append("key-").append(i).append(',').append(i % 17).append('\n');
        }
        Path file = Files.writeString(folder.resolve("ids.csv"), text);
        Run run = run("drift", file, file, "--json");
        assertThat(run.json().get("columns").get("id").get("reason").asText())
                .contains("more than 200,000 different values", "--columns");
        assertThat(run.json().get("columns").get("value").get("drifted").asBoolean(true))
                .isFalse();
        assertThat(run.code()).isEqualTo(2);
    }
}
