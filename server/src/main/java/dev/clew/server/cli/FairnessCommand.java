package dev.clew.server.cli;

import dev.clew.statistics.Estimate;
import dev.clew.statistics.drift.chunked.Rows;
import dev.clew.statistics.fairness.Fairness;
import dev.clew.statistics.fairness.FairnessMetric;
import dev.clew.statistics.fairness.FairnessReport;
import dev.clew.statistics.fairness.FairnessSettings;
import dev.clew.statistics.fairness.Groups;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew fairness}: are groups treated alike by the stated rule? Exit 0 yes, 1 no, 2 not enough evidence. */
@Command(
        name = "fairness",
        description =
                "Compare the treatment of groups. Exit 0: fair by the stated rule, 1: unfair, 2: not enough evidence.",
        mixinStandardHelpOptions = true)
final class FairnessCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "CSV, TSV, JSON lines or Parquet.")
    Path file = Path.of("");

    @Option(names = "--outcome", required = true, paramLabel = "COLUMN", description = "The truth.")
    String outcome = "";

    @Option(names = "--prediction", required = true, paramLabel = "COLUMN", description = "What was decided.")
    String prediction = "";

    @Option(
            names = "--group",
            required = true,
            split = ",",
            paramLabel = "COLUMN",
            description = "Protected attribute; two, separated by a comma, are judged together.")
    List<String> group = List.of();

    @Option(
            names = "--favorable",
            paramLabel = "VALUE",
            description = "The outcome people want. Default: ${DEFAULT-VALUE}.")
    String favorable = "1";

    @Option(names = "--privileged", paramLabel = "VALUE", description = "Group that the aif360 metrics compare with.")
    @Nullable
    String privileged;

    @Option(
            names = "--rule",
            paramLabel = "METRIC",
            description = "Metric that decides. Default: ${DEFAULT-VALUE}, at least 0.8.")
    String rule = FairnessMetric.DEMOGRAPHIC_PARITY_RATIO.id();

    @Option(
            names = "--difference",
            paramLabel = "NUMBER",
            description = "How far differences may lie from 0. Default: ${DEFAULT-VALUE}.")
    double difference = FairnessSettings.DEFAULT.difference();

    @Option(
            names = "--ratio",
            paramLabel = "NUMBER",
            description = "How small ratios may be. Default: ${DEFAULT-VALUE}.")
    double ratio = FairnessSettings.DEFAULT.ratio();

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Mixin
    TableInput input = new TableInput();

    @Override
    public Integer call() {
        Optional<FairnessMetric> metric = FairnessMetric.named(rule);
        boolean decides = metric.filter(one -> !one.needsPrivileged() || privileged != null)
                .isPresent();
        if (!decides || group.size() > 2) {
            Console.warn(
                    group.size() > 2
                            ? "clew: At most two attributes are judged together."
                            : "clew: '%s' cannot decide; name another metric%s."
                                    .formatted(rule, metric.isPresent() ? " or a --privileged group" : ""));
            return ExitCode.USAGE;
        }
        try (var columns = FileColumns.open(file, input)) {
            FairnessReport report = Fairness.judge(
                    count(columns),
                    Optional.ofNullable(privileged),
                    FairnessSettings.DEFAULT.within(difference, ratio));
            FairnessReport.Finding finding =
                    java.util.Objects.requireNonNull(report.metrics().get(metric.get()));
            if (!finding.hasTolerance()) {
                throw new IllegalArgumentException(
                        "Metric '%s' has no tolerance to decide by; name another.".formatted(rule));
            }
            say(report, finding);
            return switch (finding.verdict()) {
                case PASS -> ExitCode.OK;
                case FAIL -> ExitCode.FAILED;
                case INSUFFICIENT_EVIDENCE -> ExitCode.UNDECIDED;
            };
        } catch (RuntimeException e) {
            return FileColumns.cannotJudge(e);
        }
    }

    private Groups count(FileColumns columns) {
        Rows.Levels truth = columns.levels(outcome);
        Rows.Levels decided = columns.levels(prediction);
        Rows.Levels first = columns.levels(group.getFirst());
        Rows.Levels second = group.size() > 1 ? columns.levels(group.get(1)) : first;
        if (!truth.levels().contains(favorable) && !decided.levels().contains(favorable)) {
            throw new IllegalArgumentException(
                    "Neither '%s' nor '%s' ever holds '%s'; name the outcome people want with --favorable."
                            .formatted(outcome, prediction, favorable));
        }
        var counter = new Groups.Counter();
        for (int i = 0; i < truth.size(); i++) {
            String is = value(truth, i);
            String was = value(decided, i);
            if (is != null && was != null) {
                String own = value(first, i);
                counter.add(
                        is.equals(favorable),
                        was.equals(favorable),
                        group.size() > 1 ? Groups.intersection(own, value(second, i)) : own,
                        1);
            }
        }
        return counter.groups();
    }

    private static @Nullable String value(Rows.Levels levels, int row) {
        int code = levels.codes()[row];
        return code < 0 ? null : levels.levels().get(code);
    }

    private void say(FairnessReport report, FairnessReport.Finding decisive) {
        Map<String, Estimate> metrics = new LinkedHashMap<>();
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        report.metrics().forEach((metric, finding) -> {
            metrics.put(metric.id(), finding.estimate());
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("interval", finding.method());
            fields.put("p", finding.pValue());
            fields.put("q", finding.qValue());
            fields.put("verdict", finding.hasTolerance() ? finding.verdict().name() : null);
            details.put(metric.id(), fields);
        });
        Map<String, @Nullable Object> groups = new LinkedHashMap<>();
        report.groups().forEach(one -> groups.put(one.name(), group(one)));
        Map<String, @Nullable Object> further = new LinkedHashMap<>();
        further.put("rule", rule);
        further.put("least", decisive.least());
        further.put("most", decisive.most());
        further.put("verdict", decisive.verdict().name());
        further.put("details", details);
        further.put("groups", groups);
        further.put("overall", group(report.overall()));
        further.put("missing_share", report.missingShare());
        further.put("left_out", report.leftOut());
        Metrics.say(metrics, further, json);
        Estimate value = decisive.estimate();
        if (!json && !value.isDefined()) {
            Console.say(
                    "Not enough evidence by the stated rule: %s is not defined for these rows. It compares at least two groups that have the rows it needs; there are the groups %s. Give more rows, or another column by --group."
                            .formatted(rule, groups.keySet()));
        } else if (!json) {
            Console.say(
                    "%s by the stated rule: %s is %.4f, with 95 %% certainty between %.4f and %.4f; tolerated are %.4g to %.4g."
                            .formatted(
                                    switch (decisive.verdict()) {
                                        case PASS -> "Fair";
                                        case FAIL -> "Unfair";
                                        case INSUFFICIENT_EVIDENCE -> "Not enough evidence";
                                    },
                                    rule,
                                    value.value(),
                                    value.low(),
                                    value.high(),
                                    decisive.least(),
                                    decisive.most()));
        }
    }

    private static Map<String, @Nullable Object> group(FairnessReport.GroupRates group) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("n", group.isSuppressed() ? null : group.rows());
        if (group.isSuppressed()) {
            fields.put("suppressed", true);
            return fields;
        }
        group.rates()
                .forEach((rate, cell) -> fields.put(
                        rate.id(),
                        switch (cell) {
                            case FairnessReport.Cell.Shown(var estimate) -> estimate;
                            case FairnessReport.Cell.Suppressed _ -> "suppressed";
                            case FairnessReport.Cell.Undefined _ -> null;
                        }));
        return fields;
    }
}
