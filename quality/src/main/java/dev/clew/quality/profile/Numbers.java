package dev.clew.quality.profile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a column of numbers (dates and times count as seconds since 1970). Statistics are over finite values.
 *
 * @param nan values that are NaN; counted as missing too
 * @param infinite values that are ±∞
 * @param zeros values that are 0
 * @param negatives values below 0
 * @param min least finite value
 * @param max greatest finite value
 * @param mean average
 * @param deviation standard deviation (n − 1); null below two values
 * @param skewness bias-corrected; null below three values or without spread
 * @param kurtosis excess, bias-corrected; null below four values or without spread
 * @param quantiles at {@link #QUANTILES}, each a value that occurs
 * @param sturges histogram with Sturges' number of bins; null without spread
 * @param tenths histogram with ten bins; null without spread
 */
public record Numbers(
        long nan,
        long infinite,
        long zeros,
        long negatives,
        double min,
        double max,
        double mean,
        @Nullable Double deviation,
        @Nullable Double skewness,
        @Nullable Double kurtosis,
        List<Double> quantiles,
        @Nullable Histogram sturges,
        @Nullable Histogram tenths) {
    /** Where quantiles are taken. */
    public static final List<Double> QUANTILES = List.of(0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0);

    /** Keeps a copy. */
    public Numbers {
        quantiles = List.copyOf(quantiles);
    }

    /** The quantile at one of {@link #QUANTILES}. */
    public double quantile(double at) {
        return quantiles.get(QUANTILES.indexOf(at));
    }
}
