package dev.clew.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clew.explain.model.FeatureSchema.UnknownCategory;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Models;
import dev.clew.explain.model.Rows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reads models and answers of the reference libraries; where they come from says golden/SOURCE.md. */
public final class Golden {
    /** Python writes infinite numbers, which JSON has not. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private Golden() {}

    private static InputStream open(String file) {
        return Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + file), file);
    }

    public static Model model(String file) throws IOException {
        try (var in = open(file)) {
            return Models.read(in);
        }
    }

    /** A whole file. */
    public static String text(String file) throws IOException {
        try (var in = open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The lines of NAME.jsonl, at least one. */
    public static List<JsonNode> cases(String name) throws IOException {
        var cases = new ArrayList<JsonNode>();
        try (var reader = new BufferedReader(new InputStreamReader(open(name + ".jsonl"), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                cases.add(JSON.readTree(line));
            }
        }
        assertThat(cases).isNotEmpty();
        return cases;
    }

    /** Inputs as the model takes them: null is missing, text a category. */
    public static double[] row(Model model, JsonNode x) {
        double[] row = new double[model.schema().size()];
        assertThat(x.size()).isEqualTo(row.length);
        for (int i = 0; i < row.length; i++) {
            JsonNode value = x.get(i);
            row[i] = model.schema()
                    .encode(
                            i,
                            value.isNull() ? null : value.isTextual() ? value.asText() : value.numberValue(),
                            UnknownCategory.REFUSE);
        }
        return row;
    }

    /** The inputs of all lines. */
    public static Rows rows(Model model, List<JsonNode> cases) {
        return Rows.of(cases.stream().map(line -> row(model, line.get("x"))).toList());
    }

    public static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).asDouble();
        }
        return numbers;
    }
}
