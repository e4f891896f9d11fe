package dev.clew.quality.exchange;

import dev.clew.quality.suite.Severity;
import dev.clew.quality.validation.ExpectationResult;
import dev.clew.quality.validation.ValidationResult;
import java.util.List;
import java.util.Locale;

/** Results as gauges in Prometheus' text format 0.0.4: a few series a suite and table, never one an expectation. Stateless. */
public final class PrometheusSeries {
    private PrometheusSeries() {}

    /**
     * {@code clew_dq_expectation_success} (ratio by severity), {@code clew_dq_failed_expectations},
     * {@code clew_dq_last_run_timestamp_seconds} and {@code clew_dq_run_duration_seconds}. What could not be judged has failed.
     */
    public static String of(ValidationResult result) {
        String labels = "dataset=\"%s\",suite=\"%s\""
                .formatted(escaped(result.table()), escaped(result.suite().name()));
        var out = new StringBuilder("# TYPE clew_dq_expectation_success gauge\n");
        for (Severity severity : Severity.values()) {
            List<ExpectationResult> own = result.results().stream()
                    .filter(each -> each.expectation().severity() == severity)
                    .toList();
            if (!own.isEmpty()) {
                double share =
                        (double) own.stream().filter(ExpectationResult::success).count() / own.size();
                out.append(
                        "clew_dq_expectation_success{%s,severity=\"%s\"} %s\n".formatted(labels, severity.id(), share));
            }
        }
        gauge(out, "clew_dq_failed_expectations", labels, result.results().size() - result.successful());
        gauge(
                out,
                "clew_dq_last_run_timestamp_seconds",
                labels,
                result.startedAt().toEpochMilli() / 1e3);
        gauge(out, "clew_dq_run_duration_seconds", labels, result.durationMillis() / 1e3);
        return out.toString();
    }

    private static void gauge(StringBuilder out, String name, String labels, double value) {
        out.append(String.format(Locale.ROOT, "# TYPE %s gauge\n%s{%s} %s\n", name, name, labels, value));
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
