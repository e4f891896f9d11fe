package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * One export as its command line asks for it.
 *
 * @param to address of a tracking server
 * @param experiments names; empty for all, and then registered models go too
 * @param environment credentials of the tracking server, as MLflow's own clients take them
 */
public record MlflowExport(String to, Set<String> experiments, boolean withFiles, Map<String, String> environment) {
    /** What MLflow has no place for, or gives anew by itself. */
    private static final List<String> LIMITS = List.of(
            "Runs, logged models and experiments have new ids; the tags clew.source_run_id, clew.source_model_id and clew.source_experiment_id name those they have here.",
            "Experiments, logged models, registered models and versions have the time of the export as their creation time; start and end times of runs stay.",
            "Who made, changed or deleted what, when and why, and the proofs of it, stay in the ledger here: clew export writes them as files.",
            "Approvals, policies, deployments, decisions, explanations and feedback stay here: MLflow has no place for them.",
            "Points of a logged model go with their latest value for each data set, as servers tell them; histories are with the run.",
            "Traces, assessments, evaluation data sets and webhooks are not moved.",
            "A store of MLflow in SQL keeps infinities as the largest number.");

    public MlflowExport {
        experiments = Set.copyOf(experiments);
    }

    /** Exports, and answers the report. */
    public ObjectNode run(Connection server, LongConsumer progress) {
        long started = System.nanoTime();
        var target = MlflowHttp.of(to, environment);
        var exporter = new Exporter(MlflowHttp.of(server.url(), server.credentials()), target, experiments, progress);
        exporter.run(withFiles, experiments.isEmpty());
        ObjectNode report = exporter.report()
                .json(
                        server.url(),
                        exporter.source().producer(),
                        exporter.source().leftOut(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        report.put("target", target.url());
        ArrayNode limits = report.putArray("limits");
        LIMITS.forEach(limits::add);
        return report;
    }
}
