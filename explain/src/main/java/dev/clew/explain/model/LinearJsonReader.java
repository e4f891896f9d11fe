package dev.clew.explain.model;

import dev.clew.explain.ExplainException;
import dev.clew.explain.ExplainException.Code;
import dev.clew.explain.internal.DocumentReader.Token;
import dev.clew.explain.internal.JsonReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A linear model written down as JSON:
 *
 * <pre>{@code
 * {"format": "clew/linear/1", "features": ["age", {"name": "housing", "categories": ["free", "own"]}],
 *  "coefficients": [0.02, -0.5], "intercept": -1.5, "link": "logistic", "missing": "refused"}
 * }</pre>
 *
 * Several outputs have a list of lists and {@code intercepts}. Links: identity, logistic, softmax, exp, probit; missing:
 * refused (default) or zero. Unknown keys are refused: a misspelt one would change the model.
 */
final class LinearJsonReader {
    static final String FORMAT = "clew/linear/1";

    private final JsonReader in;
    private final byte[] bytes;
    private String format = "";
    private final List<Feature> features = new ArrayList<>();
    private final List<double[]> coefficients = new ArrayList<>();
    private double[] intercepts = new double[0];
    private Link link = Link.IDENTITY;
    private LinearModel.Missing missing = LinearModel.Missing.REFUSED;

    LinearJsonReader(byte[] bytes) {
        this.bytes = bytes;
        this.in = new JsonReader(bytes);
    }

    Model read() {
        in.beginObject();
        while (in.hasNext()) {
            String name = in.name();
            switch (name) {
                case "format" -> format = in.string();
                case "features" -> features();
                case "coefficients" -> coefficients();
                case "intercept" -> intercepts = new double[] {in.number()};
                case "intercepts" -> intercepts = in.numbers();
                case "link" -> link = link(in.string());
                case "missing" -> missing = missing(in.string());
                default -> throw in.malformed("a key of a linear model is expected, not another");
            }
        }
        in.end();
        if (!format.equals(FORMAT)) {
            throw new ExplainException(
                    Code.UNSUPPORTED_MODEL, "A linear model must say \"format\": \"%s\".".formatted(FORMAT));
        }
        if (coefficients.isEmpty()) {
            throw in.malformed("a linear model without coefficients");
        }
        return new LinearModel(
                new ModelDescription("linear-json", "1", "", Models.sha256(bytes), bytes.length),
                new FeatureSchema(features),
                link,
                coefficients.toArray(double[][]::new),
                intercepts,
                missing);
    }

    private void features() {
        in.beginArray();
        while (in.hasNext()) {
            if (in.peek() == Token.STRING) {
                features.add(Feature.numeric(in.string()));
                continue;
            }
            String name = "";
            List<String> categories = List.of();
            in.beginObject();
            while (in.hasNext()) {
                switch (in.name()) {
                    case "name" -> name = in.string();
                    case "categories" -> categories = in.strings();
                    default -> throw in.malformed("a feature has a name and categories, no other key");
                }
            }
            features.add(new Feature(
                    name, categories.isEmpty() ? Feature.Type.NUMERIC : Feature.Type.CATEGORICAL, categories));
        }
    }

    private void coefficients() {
        var flat = new ArrayList<Double>();
        in.beginArray();
        while (in.hasNext()) {
            if (in.peek() == Token.ARRAY) {
                coefficients.add(in.numbers());
            } else {
                flat.add(in.number());
            }
        }
        if (!flat.isEmpty()) {
            coefficients.add(flat.stream().mapToDouble(Double::doubleValue).toArray());
        }
        if (coefficients.stream().mapToInt(row -> row.length).distinct().count() > 1) {
            throw in.malformed("the outputs have different numbers of coefficients");
        }
    }

    private Link link(String name) {
        return switch (name) {
            case "identity" -> Link.IDENTITY;
            case "logistic" -> Link.LOGISTIC;
            case "softmax" -> Link.SOFTMAX;
            case "exp" -> Link.EXP;
            case "probit" -> new Link(Link.Kind.PROBIT, 1);
            default -> throw in.malformed("a link is one of identity, logistic, softmax, exp, probit");
        };
    }

    private LinearModel.Missing missing(String name) {
        return Arrays.stream(LinearModel.Missing.values())
                .filter(rule -> rule.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> in.malformed("missing is one of refused, zero"));
    }
}
