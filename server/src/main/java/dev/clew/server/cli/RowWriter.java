package dev.clew.server.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.clew.explain.attribution.Attribution;
import dev.clew.explain.model.Model;
import dev.clew.server.cli.ModelRows.Encoded;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was found about rows, in order, as they come: one JSON document {@code {model, base, rows: […]}}, or lines for
 * people. One output is written as numbers and one object, several as lists. A row that could not be used holds an error.
 */
final class RowWriter implements AutoCloseable {
    private static final int SHOWN = 6;

    private final Model model;
    private final @Nullable JsonGenerator json;
    private boolean begun;
    private boolean failed;

    RowWriter(Model model, boolean asJson) throws IOException {
        this.model = model;
        json = asJson ? Console.jsonStream() : null;
    }

    /** Whether some row could not be used. */
    boolean hasFailed() {
        return failed;
    }

    /** @param base expected values, empty for predictions alone */
    private void begin(double[] base) throws IOException {
        if (begun || json == null) {
            return;
        }
        begun = true;
        json.writeStartObject();
        json.writeFieldName("model");
        json.writePOJO(ModelText.of(model));
        if (base.length > 0) {
            json.writeFieldName("base");
            json.writeArray(base, 0, base.length);
        }
        json.writeArrayFieldStart("rows");
    }

    void prediction(Encoded row, double[] margins, double[] values) throws IOException {
        begin(new double[0]);
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

    /** @param interactions of each output, empty where not asked */
    void attribution(Encoded row, Attribution attribution, List<double[]> interactions) throws IOException {
        begin(attribution.base());
        if (json == null) {
            say(row, attribution);
            return;
        }
        json.writeStartObject();
        json.writeNumberField("row", row.number());
        numbers("prediction", attribution.prediction());
        numbers("margin", attribution.margin());
        json.writeFieldName("phi");
        each(IntStream.range(0, model.outputs()).mapToObj(attribution::phi).toList(), this::byFeature);
        if (!interactions.isEmpty()) {
            json.writeFieldName("interactions");
            each(interactions, this::matrix);
        }
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

    void failure(Encoded row) throws IOException {
        begin(new double[0]);
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
        json.writePOJO(Map.of("code", code, "message", String.valueOf(message)));
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

    private void byFeature(double[] phi) throws IOException {
        JsonGenerator out = json();
        out.writeStartObject();
        for (int j = 0; j < phi.length; j++) {
            out.writeNumberField(model.schema().names().get(j), phi[j]);
        }
        out.writeEndObject();
    }

    /** Feature to feature to value, pairs that are not 0. */
    private void matrix(double[] values) throws IOException {
        JsonGenerator out = json();
        int n = model.schema().size();
        out.writeStartObject();
        for (int i = 0; i < n; i++) {
            out.writeObjectFieldStart(model.schema().names().get(i));
            for (int j = 0; j < n; j++) {
                if (values[i * n + j] != 0) {
                    out.writeNumberField(model.schema().names().get(j), values[i * n + j]);
                }
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private void say(Encoded row, Attribution attribution) {
        Console.say("row %d: %s".formatted(row.number(), text(attribution.prediction())));
        for (int o = 0; o < model.outputs(); o++) {
            double[] phi = attribution.phi(o);
            String output = model.outputs() == 1 ? "" : "output %d, ".formatted(o);
            Console.say("  %sbase %.4f".formatted(output, attribution.base()[o]));
            IntStream.range(0, phi.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer j) -> -Math.abs(phi[j])))
                    .limit(SHOWN)
                    .filter(j -> phi[j] != 0)
                    .forEach(j -> Console.say("  %+9.4f  %s = %s"
                            .formatted(phi[j], model.schema().names().get(j), shown(row, j))));
        }
        if (!attribution.flags().isEmpty()) {
            Console.say("  flags: " + attribution.flags());
        }
    }

    private String shown(Encoded row, int feature) {
        double[] values = row.values();
        return values == null ? "" : model.schema().display(feature, values[feature]);
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
            begin(new double[0]);
            json.writeEndArray();
            json.writeEndObject();
            json.close();
            Console.say("");
        }
    }
}
