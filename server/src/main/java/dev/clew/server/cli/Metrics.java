package dev.clew.server.cli;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.report.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How commands show numbers with their intervals. */
final class Metrics {
    private Metrics() {}

    /** {@code {metrics: {NAME: {value, low, high, n}}, …}}. */
    static void say(Map<String, Estimate> metrics, Map<String, ? extends @Nullable Object> further, boolean json) {
        if (json) {
            Map<String, @Nullable Object> document = new LinkedHashMap<>();
            document.put("metrics", metrics);
            document.putAll(further);
            Console.say(Json.write(document));
            return;
        }
        metrics.forEach((name, estimate) -> Console.say(line(name, estimate)));
    }

    static String line(String name, Estimate estimate) {
        if (!estimate.isDefined()) {
            return "%-46s not defined for these rows".formatted(name);
        }
        String interval = estimate.hasInterval() ? "   %.4f to %.4f".formatted(estimate.low(), estimate.high()) : "";
        return "%-46s %10.4f%s   n %,d".formatted(name, estimate.value(), interval, estimate.n());
    }
}
