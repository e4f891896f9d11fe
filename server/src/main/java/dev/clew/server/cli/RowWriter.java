package dev.clew.server.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Interactions;
import dev.clew.explain.lime.LimeExplainer;
import dev.clew.explain.lime.Stability;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Prediction;
import dev.clew.server.cli.ModelRows.Encoded;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was found about rows, in order, as they come: one JSON document {@code {model, explanation, base, rows: […]}}, or lines
 * for people. One output is written as numbers and one object, several as lists. A row whose base is another than the document's
 * says so itself. A row that could not be used holds an error. If the first rows have no answer, the base follows the rows.
 */
final class RowWriter implements ExplainedRows.Taker, AutoCloseable {
    private static final int SHOWN = 6;
    private static final int SHOWN_PAIRS = 3;

    private final Model model;
    private final List<String> names;
    private final @Nullable JsonGenerator json;
    private Map<String, Object> about = Map.of();
    private double[] base = new double[0];
    private boolean begun;
    private boolean hasBase;
    private boolean failed;
    private @Nullable LimeExplainer lime;
    private boolean stability;

    /** @param names of what attributions are given to: features or groups */
    RowWriter(Model model, boolean asJson, List<String> names) throws IOException {
        this.model = model;
        this.names = names;
        json = asJson ? Console.jsonStream() : null;
    }

    /** What the answers rest on, said before the rows. */
    void about(Map<String, Object> facts) {
        about = facts;
    }

    /** Says of every row what the features of its surrogate are, and how alike repeated surrogates are if that is asked. */
    void surrogates(LimeExplainer explainer, boolean withStability) {
        lime = explainer;
        stability = withStability;
    }

    /** Whether some row could not be used, or its contributions must not be. */
    boolean hasFailed() {
        return failed;
    }

    @Override
    public void begin(Explanation explanation) throws IOException {
        open(explanation);
    }

    /** @param explanation null for rows without attributions */
    private void open(@Nullable Explanation explanation) throws IOException {
        if (explanation != null && base.length == 0) {
            base = explanation.row(0).base();
        }
        if (begun || json == null) {
            return;
        }
        begun = true;
        json.writeStartObject();
        json.writeFieldName("model");
        json.writePOJO(ModelText.of(model));
        if (!about.isEmpty()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            if (explanation != null) {
                facts.put("method", explanation.method().name());
                facts.put("semantics", explanation.semantics().name());
                facts.put("space", explanation.space().name());
            }
            facts.putAll(about);
            json.writeFieldName("explanation");
            json.writePOJO(facts);
        }
        writeBase();
        json.writeArrayFieldStart("rows");
    }

    private void writeBase() throws IOException {
        if (base.length > 0 && !hasBase) {
            hasBase = true;
            json().writeFieldName("base");
            json().writeArray(base, 0, base.length);
        }
    }

    void prediction(Encoded row, double[] margins, double[] values) throws IOException {
        open(null);
        if (json == null) {
            Console.say("%d\t%s".formatted(row.number(), text(values)));
            return;
        }
        json.writeStartObject();
        json.writeNumberField("row", row.number());
        numbers("prediction", values);
        numbers("margin", margins);
        json.writeEndObject();
    }

    /** The rule of a row: as an object, and as a line for people. */
    void anchor(Encoded row, Prediction prediction, Map<String, Object> rule, String line) throws IOException {
        open(null);
        if (json == null) {
            Console.say("row %d: %s".formatted(row.number(), text(prediction.values())));
            Console.say(line);
            return;
        }
        json.writeStartObject();
        json.writeNumberField("row", row.number());
        numbers("prediction", prediction.values());
        numbers("margin", prediction.margins());
        json.writeFieldName("anchor");
        json.writePOJO(rule);
        json.writeEndObject();
    }

    @Override
    public void take(Encoded row, Explanation explanation, int at, @Nullable Interactions pairs) throws IOException {
        Attribution attribution = explanation.row(at);
        failed |= !attribution.isTrustworthy();
        if (json == null) {
            say(row, attribution);
            if (pairs != null) {
                sayPairs(pairs, at);
            }
            saySurrogate(row, explanation, at);
            return;
        }
        json.writeStartObject();
        json.writeNumberField("row", row.number());
        numbers("prediction", attribution.prediction());
        numbers("margin", attribution.margin());
        if (!Arrays.equals(base, attribution.base())) {
            json.writeFieldName("base");
            json.writeArray(attribution.base(), 0, attribution.base().length);
        }
        json.writeFieldName("phi");
        each(IntStream.range(0, model.outputs()).mapToObj(attribution::phi).toList(), this::byName);
        double[] errors = explanation.stdError();
        if (errors != null) {
            json.writeFieldName("std_error");
            each(cut(errors, at, explanation.outputs(), explanation.features()), this::byName);
        }
        if (pairs != null) {
            json.writeFieldName("interactions");
            each(cut(pairs.values(), at, pairs.outputs(), pairs.features() * pairs.features()), this::matrix);
        }
        surrogate(row, explanation, at);
        if (!attribution.flags().isEmpty()) {
            json.writeArrayFieldStart("flags");
            for (String flag :
                    attribution.flags().stream().map(Enum::name).sorted().toList()) {
                json.writeString(flag);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void surrogate(Encoded row, Explanation explanation, int at) throws IOException {
        Explanation.Fidelity fidelity = explanation.fidelity();
        double[] values = row.values();
        if (fidelity == null || lime == null || values == null) {
            return;
        }
        int outputs = explanation.outputs();
        numbers("r2", Arrays.copyOfRange(fidelity.score(), at * outputs, (at + 1) * outputs));
        numbers("local_prediction", Arrays.copyOfRange(fidelity.local(), at * outputs, (at + 1) * outputs));
        json().writeFieldName("conditions");
        json().writePOJO(lime.conditions(values));
        if (stability) {
            Stability[] all = stability(lime, values);
            numbers(
                    "stability_variables",
                    Arrays.stream(all).mapToDouble(Stability::variables).toArray());
            numbers(
                    "stability_coefficients",
                    Arrays.stream(all).mapToDouble(Stability::coefficients).toArray());
        }
    }

    private void saySurrogate(Encoded row, Explanation explanation, int at) {
        Explanation.Fidelity fidelity = explanation.fidelity();
        double[] values = row.values();
        for (int o = 0; fidelity != null && o < explanation.outputs(); o++) {
            int i = at * explanation.outputs() + o;
            Console.say("  the surrogate says %.4f, R² %.3f".formatted(fidelity.local()[i], fidelity.score()[i]));
        }
        if (stability && lime != null && values != null) {
            for (Stability one : stability(lime, values)) {
                Console.say("  fitted five times: %.0f %% of the features and %.0f %% of the intervals agree"
                        .formatted(100 * one.variables(), 100 * one.coefficients()));
            }
        }
    }

    private Stability[] stability(LimeExplainer explainer, double[] values) {
        return IntStream.range(0, model.outputs())
                .mapToObj(o -> explainer.stability(values, o, Stability.REPEATS))
                .toArray(Stability[]::new);
    }

    /** What belongs to a row, by output. */
    private static List<double[]> cut(double[] values, int row, int outputs, int size) {
        return IntStream.range(row * outputs, (row + 1) * outputs)
                .mapToObj(i -> Arrays.copyOfRange(values, i * size, (i + 1) * size))
                .toList();
    }

    @Override
    public void failed(Encoded row) throws IOException {
        open(null);
        failed = true;
        var failure = row.failure();
        String code = failure == null ? "" : failure.code().name();
        String message = failure == null ? "" : failure.getMessage();
        if (json == null) {
            Console.warn("row %d: %s".formatted(row.number(), message));
            return;
        }
        json.writeStartObject();
        json.writeNumberField("row", row.number());
        json.writeFieldName("error");
        json.writePOJO(ShapRows.ordered("code", code, "message", String.valueOf(message)));
        json.writeEndObject();
    }

    private void numbers(String name, double[] values) throws IOException {
        JsonGenerator out = json();
        out.writeFieldName(name);
        if (values.length == 1) {
            out.writeNumber(values[0]);
        } else {
            out.writeArray(values, 0, values.length);
        }
    }

    @FunctionalInterface
    private interface Writing {
        void write(double[] values) throws IOException;
    }

    private void each(List<double[]> outputs, Writing one) throws IOException {
        JsonGenerator out = json();
        if (outputs.size() == 1) {
            one.write(outputs.getFirst());
            return;
        }
        out.writeStartArray();
        for (double[] output : outputs) {
            one.write(output);
        }
        out.writeEndArray();
    }

    private void byName(double[] phi) throws IOException {
        JsonGenerator out = json();
        out.writeStartObject();
        for (int j = 0; j < phi.length; j++) {
            out.writeNumberField(names.get(j), phi[j]);
        }
        out.writeEndObject();
    }

    /** Feature to feature to value, pairs that are not 0. */
    private void matrix(double[] values) throws IOException {
        JsonGenerator out = json();
        int n = names.size();
        out.writeStartObject();
        for (int i = 0; i < n; i++) {
            out.writeObjectFieldStart(names.get(i));
            for (int j = 0; j < n; j++) {
                if (values[i * n + j] != 0) {
                    out.writeNumberField(names.get(j), values[i * n + j]);
                }
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private void say(Encoded row, Attribution attribution) {
        Console.say("row %d: %s".formatted(row.number(), text(attribution.prediction())));
        if (!attribution.isTrustworthy()) {
            Console.say(
                    "  The contributions do not add up to the prediction (they miss it by %.3g); do not rely on them."
                            .formatted(attribution.additivityError()));
        }
        for (int o = 0; o < model.outputs(); o++) {
            double[] phi = attribution.phi(o);
            String output = model.outputs() == 1 ? "" : "output %d, ".formatted(o);
            Console.say("  %sbase %.4f".formatted(output, attribution.base()[o]));
            IntStream.range(0, phi.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer j) -> -Math.abs(phi[j])))
                    .limit(SHOWN)
                    .filter(j -> phi[j] != 0)
                    .forEach(j -> Console.say("  %+9.4f  %s%s".formatted(phi[j], names.get(j), shown(row, j))));
        }
        if (!attribution.flags().isEmpty()) {
            Console.say("  flags: " + attribution.flags());
        }
    }

    /** The strongest pairs: both halves of what two features do together. */
    private void sayPairs(Interactions pairs, int at) {
        int n = pairs.features();
        for (int o = 0; o < pairs.outputs(); o++) {
            int output = o;
            IntStream.range(0, n * n)
                    .filter(pair -> pair / n < pair % n && pairs.value(at, output, pair / n, pair % n) != 0)
                    .boxed()
                    .sorted(Comparator.comparingDouble(
                            (Integer pair) -> -Math.abs(pairs.value(at, output, pair / n, pair % n))))
                    .limit(SHOWN_PAIRS)
                    .forEach(pair -> Console.say("  %s%+9.4f  %s × %s"
                            .formatted(
                                    pairs.outputs() == 1 ? "" : "output %d, ".formatted(output),
                                    2 * pairs.value(at, output, pair / n, pair % n),
                                    names.get(pair / n),
                                    names.get(pair % n))));
        }
    }

    /** Nothing for a group of features. */
    private String shown(Encoded row, int at) {
        double[] values = row.values();
        int feature = model.schema().indexOf(names.get(at));
        return values == null || feature < 0 ? "" : " = " + model.schema().display(feature, values[feature]);
    }

    private static String text(double[] values) {
        return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining("\t"));
    }

    private JsonGenerator json() {
        if (json == null) {
            throw new IllegalStateException("this writer speaks to people");
        }
        return json;
    }

    @Override
    public void close() throws IOException {
        if (json != null) {
            open(null);
            json.writeEndArray();
            writeBase();
            json.writeEndObject();
            json.close();
            Console.say("");
        }
    }
}
