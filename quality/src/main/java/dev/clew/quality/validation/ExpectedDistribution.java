package dev.clew.quality.validation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.statistics.distribution.Beta;
import dev.clew.statistics.distribution.ChiSquared;
import dev.clew.statistics.distribution.Gamma;
import dev.clew.statistics.distribution.Normal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A distribution with its parameters, by scipy's names and in scipy's order: {@code norm(mean, std_dev)}, {@code uniform(loc, scale)},
 * {@code beta(alpha, beta, loc, scale)}, {@code gamma(alpha, loc, scale)}, {@code chi2(df, loc, scale)}, {@code expon(loc, scale)}.
 *
 * <p>{@code uniform} also takes {@code min} and {@code max} as the ends of its interval; Great Expectations 0.13 handed {@code max} to
 * scipy as the width.
 *
 * @param parameters as scipy takes them
 * @param cdf P(X ≤ x)
 */
record ExpectedDistribution(List<Double> parameters, DoubleUnaryOperator cdf) {
    /** @throws NotJudged if the name or the parameters are none of these */
    static ExpectedDistribution of(String name, JsonNode params) {
        if (!params.isObject() && !params.isArray()) {
            throw new NotJudged("Argument 'params' is %s; give an object of named parameters, or a list of them."
                    .formatted(params));
        }
        return switch (name) {
            case "norm" -> {
                List<Double> all = read(name, params, List.of("mean", "std_dev"), 2);
                yield scaled(all, all.get(0), all.get(1), Normal::cdf);
            }
            case "uniform" -> {
                boolean ends = params.has("min") || params.has("max");
                List<Double> all =
                        read(name, params, ends ? List.of("min", "max") : List.of("loc", "scale"), ends ? 2 : 0);
                double width = ends ? all.get(1) - all.get(0) : all.get(1);
                yield scaled(List.of(all.get(0), width), all.get(0), width, x -> x);
            }
            case "expon" -> {
                List<Double> all = read(name, params, List.of("loc", "scale"), 0);
                yield scaled(all, all.get(0), all.get(1), x -> x <= 0 ? 0 : -Math.expm1(-x));
            }
            case "gamma" -> {
                List<Double> all = read(name, params, List.of("alpha", "loc", "scale"), 1);
                double shape = positive(name, "alpha", all.get(0));
                yield scaled(all, all.get(1), all.get(2), x -> x <= 0 ? 0 : Gamma.regularizedP(shape, x));
            }
            case "chi2" -> {
                List<Double> all = read(name, params, List.of("df", "loc", "scale"), 1);
                double degrees = positive(name, "df", all.get(0));
                yield scaled(all, all.get(1), all.get(2), x -> x <= 0 ? 0 : ChiSquared.cdf(x, degrees));
            }
            case "beta" -> {
                List<Double> all = read(name, params, List.of("alpha", "beta", "loc", "scale"), 2);
                double a = positive(name, "alpha", all.get(0));
                double b = positive(name, "beta", all.get(1));
                yield scaled(all, all.get(2), all.get(3), x -> x <= 0 ? 0 : x >= 1 ? 1 : Beta.regularized(a, b, x));
            }
            default ->
                throw new NotJudged("Distribution '%s' is not known; norm, uniform, beta, gamma, chi2 and expon are."
                        .formatted(name));
        };
    }

    private static double positive(String name, String parameter, double value) {
        if (!(value > 0)) {
            throw new NotJudged("Parameter '%s' of %s is %s; give a number above 0.".formatted(parameter, name, value));
        }
        return value;
    }

    private static ExpectedDistribution scaled(
            List<Double> parameters, double location, double scale, DoubleUnaryOperator standard) {
        if (!(scale > 0) || !Double.isFinite(scale) || !Double.isFinite(location)) {
            throw new NotJudged("std_dev, scale and the distance of max from min must be positive and finite.");
        }
        return new ExpectedDistribution(
                parameters, x -> Math.clamp(standard.applyAsDouble((x - location) / scale), 0.0, 1.0));
    }

    /** By name or by place; what is not needed is 0 for {@code loc} and 1 for {@code scale}. */
    private static List<Double> read(String name, JsonNode params, List<String> names, int needed) {
        if (params.isArray() && params.size() > names.size()) {
            throw new NotJudged("%s takes the parameters %s; %d were given."
                    .formatted(name, String.join(", ", names), params.size()));
        }
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            JsonNode value = params.isArray() ? params.path(i) : params.path(names.get(i));
            if (!value.isNumber() && (i < needed || !value.isMissingNode())) {
                throw new NotJudged("%s needs the parameter '%s' as a number; it takes %s."
                        .formatted(name, names.get(i), String.join(", ", names)));
            }
            all.add(value.isNumber() ? value.doubleValue() : names.get(i).equals("scale") ? 1.0 : 0.0);
        }
        return all;
    }
}
