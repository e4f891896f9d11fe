package dev.clew.statistics.sketch;

/** How many values, their mean, and sums of powers of their distances to it (Pébay 2008). Confined to one thread. */
final class Moments {
    private long count;
    private double mean;
    private double squares;
    private double cubes;
    private double fourths;

    /** Adds the first {@code n} values, at least one, as two streams are joined. */
    void add(double[] values, int n) {
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

    long count() {
        return count;
    }

    double mean() {
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

    double standardDeviation() {
        return count == 0 ? Double.NaN : Math.sqrt(squares / count);
    }

    double skewness() {
        return squares > 0 ? Math.sqrt(count) * cubes / Math.pow(squares, 1.5) : Double.NaN;
    }

    double kurtosis() {
        return squares > 0 ? count * fourths / (squares * squares) - 3 : Double.NaN;
    }
}
