package dev.clew.statistics.sketch;

/**
 * How many values, their mean, and sums of powers of their distances to it: P. Pébay, Formulas for robust, one-pass parallel computation
 * of covariances and arbitrary-order statistical moments, Sandia 2008, equations 1.5 and 2.1. All but the count are of the population and
 * NaN without values. Confined to one thread.
 */
public final class Moments {
    private long count;
    private double mean;
    private double squares;
    private double cubes;
    private double fourths;

    /** Adds the first {@code n} values, at least one, all finite, as two streams are joined. */
    public void add(double[] values, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += values[i];
        }
        double near = sum / n;
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        for (int i = 0; i < n; i++) {
            double gap = values[i] - near;
            double square = gap * gap;
            first += gap;
            second += square;
            third += square * gap;
            fourth += square * square;
        }
        // The sum of large numbers loses digits: by how much the mean is off the gaps say, and the powers follow.
        double off = first / n;
        join(
                n,
                near + off,
                second - n * off * off,
                third + off * (2 * n * off * off - 3 * second),
                fourth + off * (off * (6 * second - 3 * n * off * off) - 4 * third));
    }

    /** Adds what the other has seen, at least one value. */
    void join(Moments other) {
        join(other.count, other.mean, other.squares, other.cubes, other.fourths);
    }

    /** Equations 1.5 and 2.1: the moments of two streams together. */
    private void join(long n, double otherMean, double second, double third, double fourth) {
        if (count == 0) {
            restore(n, otherMean, second, third, fourth);
            return;
        }
        double ours = count;
        double theirs = n;
        double total = ours + theirs;
        double gap = otherMean - mean;
        double step = gap / total;
        double both = ours * theirs;
        fourths += fourth
                + step * step * step * gap * both * (ours * ours - both + theirs * theirs)
                + 6 * step * step * (ours * ours * second + theirs * theirs * squares)
                + 4 * step * (ours * third - theirs * cubes);
        cubes += third + step * step * gap * both * (ours - theirs) + 3 * step * (ours * second - theirs * squares);
        squares += second + gap * step * both;
        mean += step * theirs;
        count += n;
    }

    /** Takes up what was stored. */
    void restore(long storedCount, double storedMean, double second, double third, double fourth) {
        count = storedCount;
        mean = storedMean;
        squares = second;
        cubes = third;
        fourths = fourth;
    }

    public long count() {
        return count;
    }

    public double mean() {
        return count == 0 ? Double.NaN : mean;
    }

    double squares() {
        return squares;
    }

    double cubes() {
        return cubes;
    }

    double fourths() {
        return fourths;
    }

    /** m₂^½. */
    public double standardDeviation() {
        return count == 0 ? Double.NaN : Math.sqrt(squares / count);
    }

    /** m₃/m₂^1.5; NaN too if all values are equal. */
    public double skewness() {
        return squares > 0 ? Math.sqrt(count) * cubes / Math.pow(squares, 1.5) : Double.NaN;
    }

    /** Excess, m₄/m₂² − 3; NaN too if all values are equal. */
    public double kurtosis() {
        return squares > 0 ? count * fourths / (squares * squares) - 3 : Double.NaN;
    }
}
