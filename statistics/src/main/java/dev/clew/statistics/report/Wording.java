package dev.clew.statistics.report;

import dev.clew.statistics.drift.ColumnDrift;
import dev.clew.statistics.drift.DriftMethod;
import dev.clew.statistics.drift.Summary;
import java.util.Locale;

/** Sentences about a column, for people. */
final class Wording {
    private Wording() {}

    /** Share of the rows that would have to change their bin for both sides to look alike; 0 without bins. */
    static double moved(ColumnDrift.Judged column) {
        double sum = 0;
        for (int i = 0; i < column.reference().shares().size(); i++) {
            sum += Math.abs(column.reference().shares().get(i)
                    - column.current().shares().get(i));
        }
        return sum / 2;
    }

    /** What the method found. */
    static String judgement(ColumnDrift.Judged column) {
        String score = DriftReport.number(column.score());
        String threshold = DriftReport.number(column.threshold());
        DriftMethod.Rule rule = column.method().rule();
        String verdict = switch (rule) {
            case AT_MOST, BELOW ->
                column.drifted()
                        ? "a difference this large is too improbable by chance (p %s, limit %s)"
                        : "chance can explain the difference (p %s, limit %s)";
            case AT_LEAST, ABOVE ->
                column.drifted() ? "the distance %s reaches the limit %s" : "the distance %s stays below the limit %s";
            case QUANTILE ->
                column.drifted()
                        ? "the score %s lies above the %s quantile of chance"
                        : "the score %s lies within the %s quantile of chance";
        };
        boolean calmed = !column.drifted() && column.method().isDrift(column.score(), column.threshold());
        String text = verdict.formatted(score, threshold);
        return (column.drifted() ? "Drifted: " : "Not drifted: ")
                + (calmed
                        ? column.method().isDistance()
                                ? "the distance %s is what equal samples of these sizes show (up to %s)"
                                        .formatted(score, DriftReport.number(column.nullQuantile()))
                                : "p %s takes the reference for the truth; as the sample it is, chance can explain the difference (p %s, limit %s)"
                                        .formatted(score, DriftReport.number(column.pAsSamples()), threshold)
                        : text)
                + ".";
    }

    /** What changed, the largest change first. */
    static String change(ColumnDrift.Judged column) {
        Summary reference = column.reference();
        Summary current = column.current();
        StringBuilder text = new StringBuilder();
        if (reference.statistics().containsKey("mean") && current.statistics().containsKey("mean")) {
            text.append("The mean ")
                    .append(went(of(reference, "mean"), of(current, "mean")))
                    .append("; the median ");
            text.append(went(of(reference, "p50"), of(current, "p50"))).append('.');
        } else {
            int most = mostMoved(reference, current);
            if (most >= 0) {
                text.append("“%s” went from %s to %s."
                        .formatted(
                                reference.bins().get(most),
                                percent(reference.shares().get(most)),
                                percent(current.shares().get(most))));
            }
        }
        double before = missing(reference);
        double after = missing(current);
        if (Math.abs(after - before) >= 0.0005) {
            text.append(" Missing values went from %s to %s.".formatted(percent(before), percent(after)));
        }
        return text.toString();
    }

    private static int mostMoved(Summary reference, Summary current) {
        int most = -1;
        double largest = -1;
        for (int i = 0; i < reference.shares().size(); i++) {
            double gap = Math.abs(reference.shares().get(i) - current.shares().get(i));
            if (gap > largest) {
                largest = gap;
                most = i;
            }
        }
        return most;
    }

    private static String went(double from, double to) {
        if (Math.abs(to - from) <= 1e-4 * Math.max(Math.abs(from), Math.abs(to))) {
            return "stayed at " + DriftReport.number(from);
        }
        return (to > from ? "rose from " : "fell from ") + DriftReport.number(from) + " to " + DriftReport.number(to);
    }

    static double of(Summary summary, String statistic) {
        return summary.statistics().getOrDefault(statistic, Double.NaN);
    }

    private static double missing(Summary summary) {
        long all = summary.rows() + summary.missing();
        return all == 0 ? 0 : (double) summary.missing() / all;
    }

    /** A share as percent. */
    static String percent(double share) {
        double percent = share * 100;
        String format = percent == Math.rint(percent) ? "%.0f %%" : share < 0.1 ? "%.2f %%" : "%.1f %%";
        return String.format(Locale.ROOT, format, percent).replace(' ', '\u2009');
    }
}
