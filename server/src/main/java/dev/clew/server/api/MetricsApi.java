package dev.clew.server.api;

import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.common.Permission;
import dev.clew.server.common.Uid;
import dev.clew.server.http.Answer;
import dev.clew.server.http.Exchange;
import dev.clew.server.http.Fields;
import dev.clew.server.http.Route;
import dev.clew.server.tracking.MetricLines;
import dev.clew.server.tracking.MetricLines.Axis;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Routes of metrics as charts draw them. */
public final class MetricsApi {
    private static final String PATH = "/api/clew/v1/metrics/lines";
    private static final int DEFAULT_CELLS = 1_024;
    private static final int LEAST_CELLS = 16;
    private static final double MOST_SMOOTHING = 0.999;

    private final MetricLines lines;

    /**
     * Answer of one metric, in columns.
     *
     * @param width of a cell of the axis: at 1 no point was left out
     */
    record LinesView(String metric, String axis, long width, List<LineView> lines) {}

    /**
     * One run's line.
     *
     * @param count points that were logged in this part of the axis
     * @param notFinite how many of them are NaN or infinite
     * @param complete whether all points were looked at
     * @param at places on the axis, ascending
     * @param value what the metric was there
     */
    record LineView(String run, long count, long notFinite, boolean complete, long[] at, double[] value) {}

    public MetricsApi(MetricLines lines) {
        this.lines = lines;
    }

    public List<Route> routes() {
        return List.of(Route.get(PATH)
                .permission(Permission.METRIC_READ)
                .summary(
                        "One metric of several runs, thinned for a chart: of each stretch of the axis the least and the most; runs without points are left out")
                .query("metric", "name of the metric")
                .query("runs", "1 to 100 run ids, separated by commas")
                .query("axis", "step (default), time or relative: milliseconds since 1970 or since the run began")
                .query("from", "integer", "first place on the axis, included")
                .query("to", "integer", "last place on the axis, included")
                .query(
                        "cells",
                        "integer",
                        "most stretches of the axis, 16 to 4096, default 1024; of many runs fewer, 131072 in all")
                .query(
                        "smoothing",
                        "number",
                        "0 (default) to 0.999: weight of what went before in a moving average over all points")
                .answers(200, LinesView.class)
                .handle(this::lines));
    }

    private Answer lines(Exchange exchange) {
        String metric = exchange.query("metric")
                .filter(name -> !name.isEmpty())
                .orElseThrow(() -> invalid("Give metric, the name of one that the runs logged."));
        Axis axis = axis(exchange);
        var asked = new MetricLines.Asked(
                metric,
                runs(exchange),
                axis,
                Queries.number(exchange, "from", Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE),
                Queries.number(exchange, "to", Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
                smoothing(exchange),
                (int) Queries.number(exchange, "cells", LEAST_CELLS, MetricLines.MAX_CELLS, DEFAULT_CELLS));
        if (asked.from() > asked.to()) {
            throw invalid(
                    "from %d lies behind to %d; give the earlier place first.".formatted(asked.from(), asked.to()));
        }
        var found = lines.of(asked, exchange.authorizedScope());
        return Answer.json(new LinesView(
                metric,
                axis.name().toLowerCase(Locale.ROOT),
                found.width(),
                found.lines().stream().map(MetricsApi::view).toList()));
    }

    private static LineView view(MetricLines.Line line) {
        return new LineView(
                line.run().hex(),
                line.count(),
                line.notFinite(),
                line.complete(),
                line.points().at(),
                line.points().value());
    }

    private static List<Uid> runs(Exchange exchange) {
        var ids = Arrays.stream(exchange.query("runs").orElse("").split(","))
                .filter(id -> !id.isEmpty())
                .distinct()
                .toList();
        if (ids.isEmpty() || ids.size() > MetricLines.MAX_RUNS) {
            throw invalid("Give runs, 1 to %d run ids separated by commas; these are %d."
                    .formatted(MetricLines.MAX_RUNS, ids.size()));
        }
        return ids.stream().map(id -> Fields.parseUid("Run", id)).toList();
    }

    private static Axis axis(Exchange exchange) {
        String name = exchange.query("axis").orElse("step");
        return Arrays.stream(Axis.values())
                .filter(axis -> axis.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> invalid("axis must be step, time or relative, not \"%s\".".formatted(name)));
    }

    private static double smoothing(Exchange exchange) {
        String text = exchange.query("smoothing").orElse("0");
        try {
            double smoothing = Double.parseDouble(text);
            if (smoothing >= 0 && smoothing <= MOST_SMOOTHING) {
                return smoothing;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid("smoothing must be 0 to %s, not \"%s\".".formatted(MOST_SMOOTHING, text));
    }

    private static ClewException invalid(String detail) {
        return new ClewException(ErrorCode.INVALID_ARGUMENT, detail);
    }
}
