package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clew.quality.table.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clew explain, predict, importance, counterfactual, model inspect} as users call them, in a process of their own. */
class ExplainCommandsTest {
    private static final Path EXAMPLE =
            Path.of("..", "examples", "credit").toAbsolutePath().normalize();
    private static final String MODEL = EXAMPLE.resolve("model.json").toString();
    private static final String DATA = EXAMPLE.resolve("applications.csv").toString();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Ended run(String... arguments) throws Exception {
        return Ended.of(folder, arguments);
    }

    @Test
    void explainsRowsInTheirOrderAndAddsUp() throws Exception {
        var ended = run("explain", MODEL, DATA, "--rows", "3-12", "--json");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        JsonNode answer = ended.json();
        assertThat(answer.at("/model/format").asText()).isEqualTo("xgboost-json");
        double base = answer.at("/base/0").asDouble();
        assertThat(answer.get("rows")).hasSize(10);
        long number = 3;
        for (JsonNode row : answer.get("rows")) {
            assertThat(row.get("row").asLong()).isEqualTo(number++);
            double sum = base;
            assertThat(row.get("phi")).hasSize(18);
            for (JsonNode phi : row.get("phi")) {
                sum += phi.asDouble();
            }
            assertThat(sum).isCloseTo(row.get("margin").asDouble(), within(1e-5));
            assertThat(row.get("prediction").asDouble()).isCloseTo(1 / (1 + Math.exp(-sum)), within(1e-5));
        }
    }

    @Test
    void explainsPairsOfFeaturesAlongPathsAndAgainstABackground() throws Exception {
        Path background = folder.resolve("background.csv");
        Files.write(background, Files.readAllLines(Path.of(DATA)).subList(0, 31));
        for (List<String> more : List.of(List.<String>of(), List.of("--background", background.toString()))) {
            var arguments = new java.util.ArrayList<>(
                    List.of("explain", MODEL, DATA, "--rows", "1-3", "--interactions", "--json"));
            arguments.addAll(more);
            var ended = run(arguments.toArray(String[]::new));
            assertThat(ended.code()).as(ended.err()).isZero();
            JsonNode answer = ended.json();
            assertThat(answer.at("/explanation/semantics").asText())
                    .isEqualTo(more.isEmpty() ? "PATH_DEPENDENT" : "INTERVENTIONAL");
            assertThat(answer.at("/explanation/interaction_index").asText()).isEqualTo("SII_HALF");
            for (JsonNode row : answer.get("rows")) {
                for (var feature : row.get("phi").properties()) {
                    double sum = 0;
                    JsonNode pairs = row.get("interactions").get(feature.getKey());
                    for (var pair : pairs.properties()) {
                        sum += pair.getValue().asDouble();
                        assertThat(row.at("/interactions/" + pair.getKey() + "/" + feature.getKey())
                                        .asDouble())
                                .isEqualTo(pair.getValue().asDouble());
                    }
                    assertThat(sum).isCloseTo(feature.getValue().asDouble(), within(1e-9));
                }
            }
        }
        var said = run("explain", MODEL, DATA, "--rows", "1", "--interactions");
        assertThat(said.out()).contains(" × ");
        var refused = run(
                "explain",
                MODEL,
                DATA,
                "--interactions",
                "--space",
                "probability",
                "--background",
                background.toString());
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("margin space");
    }

    @Test
    void answersTheRestWhereARowCannotBeUsed() throws Exception {
        List<String> lines = Files.readAllLines(Path.of(DATA));
        Path bad = folder.resolve("bad.csv");
        Files.write(
                bad,
                List.of(
                        lines.get(0),
                        lines.get(1),
                        lines.get(2)
                                .replace(",own,", ",castle,")
                                .replace(",rent,", ",castle,")
                                .replace(",for free,", ",castle,"),
                        lines.get(3)));
        var ended = run("predict", MODEL, bad.toString(), "--json");
        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        JsonNode rows = ended.json().get("rows");
        assertThat(rows).hasSize(3);
        assertThat(rows.at("/0/prediction").isNumber()).isTrue();
        assertThat(rows.at("/1/error/code").asText()).isEqualTo("UNKNOWN_CATEGORY");
        assertThat(rows.at("/1/error/message").asText()).doesNotContain("castle");
        assertThat(rows.at("/2/prediction").isNumber()).isTrue();
        assertThat(run("predict", MODEL, bad.toString(), "--unknown-categories").code())
                .isZero();
    }

    /** One cell of text makes a column of texts of a CSV; the other rows still hold numbers. */
    @Test
    void answersTheRestWhereACellIsNoNumber() throws Exception {
        Path model = folder.resolve("linear.json");
        Files.writeString(model, """
                {"format": "clew/linear/1", "features": ["a", "b"], "coefficients": [2, 10], "intercept": 1}""");
        Path data = folder.resolve("cells.csv");
        Files.writeString(data, "a,b\n1,true\nlots,false\n-2.5e1,FALSE\n");
        var ended = run("predict", model.toString(), data.toString(), "--json");
        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        JsonNode rows = ended.json().get("rows");
        assertThat(rows.at("/0/prediction").asDouble()).isEqualTo(13);
        assertThat(rows.at("/1/error/code").asText()).isEqualTo("ROW_MISMATCH");
        assertThat(rows.at("/2/prediction").asDouble()).isEqualTo(-49);
    }

    /** Converters from scikit-learn write no names of features. */
    @Test
    void takesColumnsInTheirOrderWhereTheFileNamesNoFeatures() throws Exception {
        String model = "../explain/src/test/resources/golden/onnx/boosting-classes.onnx";
        Path data = folder.resolve("named.csv");
        Files.writeString(
                data, "id,sepal length,sepal width,petal length,petal width\n7,5.1,3.5,1.4,0.2\n8,6.3,2.9,5.6,1.8\n");
        var nameless = run("explain", model, data.toString());
        assertThat(nameless.code()).isEqualTo(ExitCode.FAILED);
        assertThat(nameless.err()).contains("f0 to f3", "--by-position");
        var ended = run("explain", model, data.toString(), "--by-position", "--not-feature", "id", "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.json().at("/rows/1/phi/0").has("petal length")).isTrue();
        var wide = run("predict", model, data.toString(), "--by-position");
        assertThat(wide.code()).isEqualTo(ExitCode.USAGE);
        assertThat(wide.err()).contains("takes 4 features", "has 5 columns");
        var named = run("predict", MODEL, DATA, "--by-position");
        assertThat(named.code()).isEqualTo(ExitCode.USAGE);
        assertThat(named.err()).contains("leave out --by-position");
    }

    @Test
    void writesParquetAndAPage() throws Exception {
        Path parquet = folder.resolve("phi.parquet");
        assertThat(run("explain", MODEL, DATA, "--rows", "1-50", "--parquet", parquet.toString())
                        .code())
                .isZero();
        try (var table = Table.open(parquet)) {
            assertThat(table.rowCount()).isEqualTo(50);
            assertThat(table.columns()).hasSize(6 + 18);
            try (var batches = table.batches(List.of("row", "phi.duration_in_month", "additivity_error", "flags"))) {
                var batch = batches.next();
                assertThat(batch.numbers(0)).startsWith(1, 2, 3);
                assertThat(batch.numbers(1)[0]).isNotZero();
                assertThat(batch.numbers(2)[0]).isLessThan(1e-9);
                assertThat(batch.texts(3)[0]).isEmpty();
            }
        }
        Path page = folder.resolve("page.html");
        assertThat(run("explain", MODEL, DATA, "--rows", "1-40", "--html", page.toString())
                        .code())
                .isZero();
        assertThat(Files.readString(page))
                .contains(
                        "<svg role=\"img\"",
                        "Contributions of all rows</title>",
                        "Contribution of duration_in_month against its value</title>",
                        "Interactions</title>",
                        "Waterfall</title>",
                        "Forces</title>")
                .doesNotContain("<script", "http://", "https://");
    }

    @Test
    void findsCounterfactualsThatKeepTheImmutable() throws Exception {
        var ended = run(
                "counterfactual",
                MODEL,
                "1",
                "--background",
                DATA,
                "--immutable",
                "age_in_years",
                "--k",
                "3",
                "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode answer = ended.json();
        boolean above = answer.get("want").asText().equals("above");
        assertThat(answer.get("counterfactuals")).isNotEmpty();
        for (JsonNode one : answer.get("counterfactuals")) {
            assertThat(one.get("changes").has("age_in_years")).isFalse();
            assertThat(one.get("prediction").asDouble() >= 0.5).isEqualTo(above);
        }
    }

    private Ended counterfactual(String... more) throws Exception {
        var arguments =
                new java.util.ArrayList<>(List.of("counterfactual", MODEL, "1", "--background", DATA, "--json"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    /** Row 1: 48 months, 5 951, radio/television. The amount is held, so nothing moves it but what implies it. */
    @Test
    void keepsToEveryOptionOfWhatAPersonCanDo() throws Exception {
        var ended = counterfactual(
                "--only-down", "duration_in_month",
                "--range", "duration_in_month=12:40",
                "--step", "duration_in_month=6",
                "--range", "credit_amount=3000:",
                "--choose", "purpose=education|car (new)",
                "--weight", "savings_account_and_bonds=5",
                "--implies", "duration_in_month=credit_amount:100",
                "--immutable", "credit_amount",
                "--only-up", "present_residence_since",
                "--safety", "0.02",
                "--k", "8");
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode answer = ended.json();
        boolean above = answer.get("want").asText().equals("above");
        assertThat(answer.get("counterfactuals").size()).isBetween(1, 8);
        boolean shortened = false;
        for (JsonNode one : answer.get("counterfactuals")) {
            double prediction = one.get("prediction").asDouble();
            assertThat(above ? prediction - 0.5 : 0.5 - prediction).isGreaterThanOrEqualTo(0.02);
            JsonNode changes = one.get("changes");
            if (changes.has("duration_in_month")) {
                assertThat(changes.at("/duration_in_month/to").asDouble()).isIn(12.0, 18.0, 24.0, 30.0, 36.0);
            }
            if (changes.has("credit_amount")) {
                assertThat(changes.at("/credit_amount/to").asDouble()).isGreaterThanOrEqualTo(3_000);
            }
            if (changes.has("purpose")) {
                assertThat(changes.at("/purpose/to").asText()).isIn("education", "car (new)");
            }
            double months = changes.at("/duration_in_month/to").asDouble(48);
            shortened |= months < 48;
            assertThat(changes.at("/credit_amount/to").asDouble(5_951)).isEqualTo(5_951 + 100 * (months - 48));
            assertThat(changes.at("/present_residence_since/to").asDouble(2)).isGreaterThanOrEqualTo(2);
        }
        assertThat(shortened).isTrue();
    }

    @Test
    void refusesOptionsOfChangesInASentence() throws Exception {
        for (var each : List.of(
                List.of("--safety", "-1", "--safety is a distance of 0 or more, not -1.0"),
                List.of("--safety", "NaN", "--safety is a distance of 0 or more, not NaN"),
                List.of("--threshold", "Infinity", "--threshold is a finite number, not Infinity."),
                List.of("--want", "up", "--want is above or below, not \"up\"."),
                List.of("--k", "0", "--k is at least 1, not 0."),
                List.of("--only-up", "agee", "the model has no feature \"agee\"; it has "))) {
            var ended = counterfactual(each.get(0), each.get(1));
            assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.USAGE);
            assertThat(ended.err()).contains(each.get(2)).doesNotContain("\tat ");
        }
        var far = counterfactual("--safety", "0.6");
        assertThat(far.code()).isEqualTo(ExitCode.FAILED);
        assertThat(far.json().get("counterfactuals")).isEmpty();
    }

    @Test
    void ranksFeaturesAndInspectsTheModel() throws Exception {
        JsonNode shap = run("importance", MODEL, DATA, "--json").json();
        assertThat(shap.get("features")).hasSize(18);
        assertThat(shap.at("/features/0/mean_abs").asDouble())
                .isGreaterThan(shap.at("/features/17/mean_abs").asDouble());
        JsonNode permutation = run(
                        "importance",
                        MODEL,
                        DATA,
                        "--kind",
                        "permutation",
                        "--label",
                        "creditability",
                        "--positive",
                        "bad",
                        "--loss",
                        "log_loss",
                        "--json")
                .json();
        assertThat(permutation.at("/features/0/mean").asDouble()).isPositive();
        JsonNode model = run("model", "inspect", MODEL, "--json").json();
        assertThat(model.get("covers").asBoolean()).isTrue();
        assertThat(model.get("digest").asText()).hasSize(64);
        assertThat(model.get("features")).hasSize(18);
    }

    @Test
    void explainsAProcessThatAnswersJsonLines() throws Exception {
        Path data = folder.resolve("d.csv");
        Files.writeString(data, "a,b\n1,2\n3,4\n5,7\n");
        // Answers the first value of each row: [[1,2],[3,4]] becomes [1,3].
        String command =
                "exec:sed -u -e 's/.*\\[\\[/[/; s/,[^]]*\\],\\[/,/g; s/,[^,]*\\]\\].*/]/; s/^/{\"predictions\": /;"
                        + " s/$/}/'";
        var ended = run("explain", command, data.toString(), "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode rows = ended.json().get("rows");
        assertThat(rows.at("/0/phi/a").asDouble()).isCloseTo(-2, within(1e-9));
        assertThat(rows.at("/2/phi/a").asDouble()).isCloseTo(2, within(1e-9));
        assertThat(rows.at("/2/phi/b").asDouble()).isZero();
    }

    @Test
    void answersSeveralOutputsAsLists() throws Exception {
        String golden = "../explain/src/test/resources/golden/";
        Path data = folder.resolve("iris.csv");
        Files.writeString(data, "f0,f1,f2,f3\n5.1,3.5,1.4,0.2\n6.3,2.9,5.6,1.8\n");
        var ended = run("explain", golden + "onnx/boosting-classes.onnx", data.toString(), "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode answer = ended.json();
        assertThat(answer.get("base")).hasSize(3);
        for (JsonNode row : answer.get("rows")) {
            assertThat(row.get("prediction")).hasSize(3);
            for (int o = 0; o < 3; o++) {
                double sum = answer.at("/base/" + o).asDouble();
                for (JsonNode phi : row.at("/phi/" + o)) {
                    sum += phi.asDouble();
                }
                assertThat(sum).isCloseTo(row.at("/margin/" + o).asDouble(), within(1e-6));
            }
        }
        Path page = folder.resolve("classes.html");
        assertThat(run("explain", golden + "onnx/boosting-classes.onnx", data.toString(), "--html", page.toString())
                        .code())
                .isZero();
        assertThat(Files.readString(page)).contains("Output 0", "Output 1", "Output 2", "id=\"output2\"");
    }

    @Test
    void namesAnAnchorForEachRow() throws Exception {
        String training = EXAMPLE.resolve("train.csv").toString();
        var ended =
                run("explain", MODEL, DATA, "--rows", "2", "--method", "anchors", "--background", training, "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode anchor = ended.json().at("/rows/0/anchor");
        assertThat(anchor.get("rule").asText()).contains("status_of_existing_checking_account");
        assertThat(anchor.get("reached").asBoolean()).isTrue();
        assertThat(anchor.get("precision").asDouble()).isGreaterThanOrEqualTo(0.95);
        assertThat(anchor.get("coverage").asDouble()).isBetween(0.1, 0.9);
        assertThat(ended.json().at("/explanation/method").asText()).isEqualTo("ANCHOR");
        assertThat(run("explain", MODEL, DATA, "--method", "anchors", "--html", "x.html")
                        .code())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void explainsGroupsAndRowsWithABaseOfTheirOwn() throws Exception {
        var ended = run(
                "explain",
                MODEL,
                DATA,
                "--rows",
                "1-2",
                "--group",
                "loan=credit_amount,duration_in_month,purpose",
                "--json");
        JsonNode row = ended.json().at("/rows/0");
        assertThat(row.get("phi")).hasSize(16);
        assertThat(row.get("phi").has("loan")).isTrue();
        assertThat(row.get("phi").has("purpose")).isFalse();

        List<String> lines = Files.readAllLines(Path.of(DATA));
        Path based = folder.resolve("based.csv");
        Files.write(based, List.of(lines.get(0) + ",offset", lines.get(1) + ",0.5", lines.get(2) + ",-1.5"));
        JsonNode plain = run("explain", MODEL, DATA, "--rows", "1-2", "--json").json();
        JsonNode own = run("explain", MODEL, based.toString(), "--base-margin", "offset", "--json")
                .json();
        JsonNode predicted = run("predict", MODEL, based.toString(), "--base-margin", "offset", "--json")
                .json();
        double shift = own.at("/base/0").asDouble() - plain.at("/base/0").asDouble();
        assertThat(own.at("/rows/0/margin").asDouble()
                        - plain.at("/rows/0/margin").asDouble())
                .isCloseTo(shift, within(1e-9));
        assertThat(own.at("/rows/1/base/0").asDouble() - own.at("/base/0").asDouble())
                .isCloseTo(-2, within(1e-9));
        assertThat(own.at("/rows/1/phi")).isEqualTo(plain.at("/rows/1/phi"));
        assertThat(predicted.at("/rows/1/margin").asDouble())
                .isCloseTo(own.at("/rows/1/margin").asDouble(), within(1e-5));
        assertThat(run("predict", MODEL, DATA, "--base-margin", "purpose,age_in_years")
                        .code())
                .isEqualTo(ExitCode.USAGE);
    }

    /** The base is said once, also when the first row has no answer; LIME's intercept is another for every row. */
    @Test
    void saysTheBaseOfEveryRow() throws Exception {
        List<String> lines = Files.readAllLines(Path.of(DATA));
        Path bad = folder.resolve("first.csv");
        Files.write(
                bad,
                List.of(
                        lines.get(0),
                        lines.get(1)
                                .replace(",own,", ",castle,")
                                .replace(",rent,", ",castle,")
                                .replace(",for free,", ",castle,"),
                        lines.get(2)));
        JsonNode answer = run("explain", MODEL, bad.toString(), "--json").json();
        assertThat(answer.at("/rows/0/error/code").asText()).isEqualTo("UNKNOWN_CATEGORY");
        assertThat(answer.get("base")).hasSize(1);
        JsonNode lime = run("explain", MODEL, DATA, "--rows", "1-2", "--method", "lime", "--json")
                .json();
        assertThat(lime.at("/rows/1/base/0").isNumber()).isTrue();
        assertThat(lime.at("/explanation/semantics").asText()).isEqualTo("LOCAL_SURROGATE");
    }

    @Test
    void asksBlackBoxesByAddressInBothDialects() throws Exception {
        Path data = folder.resolve("d.csv");
        Files.writeString(data, "id,a,b\n7,1,2\n8,3,4\n9,5,7\n");
        var server = com.sun.net.httpserver.HttpServer.create(
                new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            JsonNode asked = JSON.readTree(exchange.getRequestBody());
            boolean second = exchange.getRequestURI().getPath().contains("/v2/");
            var answers = JSON.createArrayNode();
            if (second) {
                JsonNode values = asked.at("/inputs/0/data");
                for (int i = 0; i < values.size(); i += 2) {
                    answers.add(2 * values.get(i).asDouble() - values.get(i + 1).asDouble());
                }
            } else {
                for (JsonNode row : asked.get("instances")) {
                    answers.add(2 * row.get(0).asDouble() - row.get(1).asDouble());
                }
            }
            byte[] body = (second
                            ? "{\"outputs\":[{\"name\":\"y\",\"data\":" + answers + "}]}"
                            : "{\"predictions\":" + answers + "}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String home = "http://127.0.0.1:" + server.getAddress().getPort();
            for (String path : List.of("/v1/models/m:predict", "/v2/models/m/infer")) {
                var ended = run("explain", home + path, data.toString(), "--not-feature", "id", "--json");
                assertThat(ended.code()).as(ended.err()).isZero();
                JsonNode rows = ended.json().get("rows");
                assertThat(rows.at("/0/phi/a").asDouble()).isCloseTo(-4, within(1e-9));
                assertThat(rows.at("/0/phi/b").asDouble()).isCloseTo(7 / 3.0, within(1e-9));
                assertThat(rows.at("/2/prediction").asDouble()).isEqualTo(3);
            }
        } finally {
            server.stop(0);
        }
        var gone = run("explain", "http://127.0.0.1:1/v1/models/m:predict", data.toString());
        assertThat(gone.code()).isEqualTo(ExitCode.FAILED);
        assertThat(gone.err()).contains("cannot be reached").doesNotContain("\tat ");
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        var ended = run("explain", folder.resolve("none.json").toString(), DATA);
        assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err()).contains("none.json").doesNotContain("\tat ");
        assertThat(run("explain", MODEL, DATA, "--method", "magic").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("explain", MODEL, DATA, "--rows", "0-3").code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("importance", MODEL, DATA, "--kind", "permutation").code())
                .isEqualTo(ExitCode.USAGE);
        Path cut = folder.resolve("cut.json");
        Files.writeString(cut, Files.readString(Path.of(MODEL)).substring(0, 5_000));
        var damaged = run("explain", cut.toString(), DATA);
        assertThat(damaged.code()).isEqualTo(ExitCode.FAILED);
        assertThat(damaged.err()).contains("cut.json", "Byte 5000").doesNotContain("\tat ");
    }

    @Test
    void saysThatAFileCannotBeWrittenAndThatRowsAreNotThere() throws Exception {
        String nowhere = folder.resolve("none").resolve("page").toString();
        for (var each : List.of(
                List.of("explain", MODEL, DATA, "--rows", "1", "--html", nowhere),
                List.of("explain", MODEL, DATA, "--rows", "1", "--parquet", nowhere),
                List.of("importance", MODEL, DATA, "--kind", "pdp", "--html", nowhere))) {
            var ended = run(each.toArray(String[]::new));
            assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.USAGE);
            assertThat(ended.err())
                    .contains("'page' cannot be written; name another file.")
                    .doesNotContain("\tat ");
        }
        for (String command : List.of("explain", "predict")) {
            var ended = run(command, MODEL, DATA, "--rows", "900000-900001");
            assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err()).contains("Rows from 900000 were asked for, but there are ");
            assertThat(ended.out()).isEmpty();
            Path bare = Files.writeString(folder.resolve("bare.csv"), "a,b\n");
            ended = run(command, MODEL, bare.toString());
            assertThat(ended.code()).isEqualTo(ExitCode.FAILED);
            assertThat(ended.err()).contains("a header and no row");
        }
    }

    @Test
    void drawsCurvesOfSingleRows() throws Exception {
        String[] asked = {"importance", MODEL, DATA, "--kind", "ice", "--features", "age_in_years", "--centred"};
        var arguments = new java.util.ArrayList<>(List.of(asked));
        arguments.add("--json");
        var ended = run(arguments.toArray(String[]::new));
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode curves = ended.json().at("/features/0");
        assertThat(curves.get("name").asText()).isEqualTo("age_in_years");
        assertThat(curves.get("lines")).hasSizeBetween(50, 200);
        for (JsonNode line : curves.get("lines")) {
            assertThat(line).hasSize(curves.get("grid").size());
            assertThat(line.get(0).asDouble()).isZero();
        }
        Path page = folder.resolve("ice.html");
        arguments.set(arguments.size() - 1, "--html");
        arguments.add(page.toString());
        assertThat(run(arguments.toArray(String[]::new)).code()).isZero();
        assertThat(Files.readString(page))
                .contains("<svg role=\"img\"", "Answers against age_in_years", "class=\"ice\"", "The same as a table")
                .doesNotContain("<script", "http://", "https://");
        var wrong = run("importance", MODEL, DATA, "--kind", "ale", "--features", "shoe_size");
        assertThat(wrong.code()).isNotZero();
        assertThat(wrong.err()).contains("shoe_size", "age_in_years");
    }

    @Test
    void saysHowALimeSurrogateWasMadeAndFits() throws Exception {
        String training = EXAMPLE.resolve("train.csv").toString();
        var ended = run(
                "explain",
                MODEL,
                DATA,
                "--rows",
                "1",
                "--method",
                "lime",
                "--background",
                training,
                "--lime-bins",
                "decile",
                "--lime-samples",
                "1000",
                "--lime-stability",
                "--json");
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode row = ended.json().at("/rows/0");
        assertThat(row.get("r2").asDouble()).isBetween(0.0, 1.0);
        assertThat(row.get("local_prediction").isNumber()).isTrue();
        assertThat(row.get("conditions")).hasSize(18);
        assertThat(row.get("stability_variables").asDouble()).isBetween(0.0, 1.0);
        assertThat(row.get("stability_coefficients").asDouble()).isBetween(0.0, 1.0);
        var wrong = run("explain", MODEL, DATA, "--method", "lime", "--lime-bins", "fifths");
        assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("quartile, decile, entropy, none");
    }

    /** The process answers 1 for lines with "good" in them, asked text by text through a mask of the same shape. */
    @Test
    void explainsTextsWordByWord() throws Exception {
        Path data = folder.resolve("texts.csv");
        Files.writeString(data, "id,review\n1,a good film\n2,…\n");
        Path script = folder.resolve("score.sh");
        Files.writeString(script, """
                while read -r line; do
                  answers=$(printf '%s' "$line" | sed 's/],\\[/\\n/g' | sed 's/.*good.*/1/; t; s/.*/0/' | paste -sd, -)
                  printf '{"predictions": [%s]}\\n' "$answers"
                done
                """);
        for (String method : List.of("partition", "lime")) {
            var ended = run(
                    "explain", "exec:sh " + script, data.toString(), "--text", "review", "--method", method, "--json");
            assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.FAILED);
            JsonNode rows = ended.json().get("rows");
            JsonNode words = rows.at("/0/words");
            assertThat(words.findValuesAsText("word")).containsExactly("a", "good", "film");
            assertThat(words.at("/1/phi").asDouble()).isGreaterThan(0.7);
            assertThat(Math.abs(words.at("/2/phi").asDouble())).isLessThan(0.2);
            assertThat(rows.at("/1/error/code").asText()).isEqualTo("BAD_REQUEST");
        }
        assertThat(run("explain", MODEL, data.toString(), "--text", "review").err())
                .contains("take no texts");
    }
}
