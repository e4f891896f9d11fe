package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.cli.mlflow.MlflowTarget.Home;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Moves everything to a tracking server of MLflow: experiments, runs, logged models, files, registered models, in this order; what is
 * deleted here is deleted there at the end. Stopping anywhere is harmless; the next export finds what is there by its tags and goes on.
 */
final class Exporter {
    private final MlflowHttp http;
    private final HttpSource source;
    private final MlflowTarget target;
    private final LongConsumer progress;
    private final MoveReport report = new MoveReport("there");
    private final ExportedIds ids = new ExportedIds();
    private final List<Source.Experiment> experiments = new ArrayList<>();
    private final Set<String> deletions = new HashSet<>();

    /** @param wanted names of experiments; empty for all */
    Exporter(MlflowHttp http, MlflowHttp to, Set<String> wanted, LongConsumer progress) {
        this.http = http;
        this.source = new HttpSource(http, wanted);
        this.target = new MlflowTarget(to);
        this.progress = progress;
    }

    MoveReport report() {
        return report;
    }

    HttpSource source() {
        return source;
    }

    /** @param withRegistry whether registered models move too */
    void run(boolean withFiles, boolean withRegistry) {
        source.experiments(experiments::add);
        experiments.forEach(this::experiment);
        for (Source.Experiment experiment : experiments) {
            String there = ids.experiment(experiment.id());
            if (there != null) {
                var runs = new RunExport(target, report, ids, progress, there);
                source.runs(experiment.id(), runs);
                runs.flush();
            }
        }
        parents();
        var models = new ModelExport(target, report, ids);
        source.models(models::model);
        source.modelPoints(models::point);
        models.uses();
        if (withFiles) {
            files();
        }
        source.models(models::finish);
        if (withRegistry) {
            var registry = new RegistryExport(target, report, ids);
            source.registered(registry::model);
        }
        ids.deletions().forEach(run -> attempt(run, () -> target.moveRun(run, true)));
        deletions.forEach(experiment -> attempt(experiment, () -> target.moveExperiment(experiment, true)));
    }

    private void experiment(Source.Experiment experiment) {
        report.source(What.EXPERIMENTS, 1);
        attempt(experiment.name(), () -> {
            Home home = target.experiment(experiment);
            ids.putExperiment(experiment.id(), home.id());
            report.target(What.EXPERIMENTS, 1);
            if (home.deleted()) {
                target.moveExperiment(home.id(), false);
            }
            if (experiment.deleted() || home.deleted()) {
                deletions.add(home.id());
            }
            if (home.deleted() && !experiment.deleted()) {
                report.warn(
                        "Experiment \"%s\" is deleted there and stays so; its runs come into sight when it is restored."
                                .formatted(experiment.name()));
            }
            if (!home.isNew()) {
                target.broughtRuns(home.id()).forEach(ids::putRun);
                target.broughtModels(home.id()).forEach(ids::putModel);
            }
        });
    }

    private void attempt(String id, Runnable call) {
        try {
            call.run();
        } catch (ClewException e) {
            report.refusedBy(id, e);
        }
    }

    /** Parents that came after their children, or that are not part of the export and keep the id they have here. */
    private void parents() {
        ids.parents()
                .forEach((child, parent) -> attempt(child, () -> {
                    String there = ids.run(parent);
                    if (there == null) {
                        report.count("nested run whose parent is not part of the export", 1);
                    }
                    target.tagRun(child, "mlflow.parentRunId", there == null ? parent : there);
                }));
    }

    private void files() {
        var export = new FileExport(http, target, report);
        Map<String, String> locations = new HashMap<>();
        source.owners(owner -> {
            String there = owner.isModel() ? ids.model(owner.id()) : ids.run(owner.id());
            if (there == null) {
                return;
            }
            String home = String.valueOf(ids.experiment(owner.experiment()));
            try {
                String root = locations.computeIfAbsent(home, this::location);
                String location =
                        owner.isModel() ? root + "/models/" + there + "/artifacts" : root + "/" + there + "/artifacts";
                export.files(owner, new Source.Owner(there, home, owner.isModel(), location));
            } catch (ClewException e) {
                report.refusedBy(owner.id(), e);
            } catch (UncheckedIOException | IOException e) {
                report.refused(owner.id(), "its files could not be moved: " + e.getMessage());
            }
            progress.accept(report.get(What.FILES, true));
        });
    }

    private String location(String experiment) {
        JsonNode found =
                target.http().get(HttpSource.V2 + "experiments/get?experiment_id=" + MlflowHttp.encoded(experiment));
        return found.path("experiment").path("artifact_location").asText("");
    }
}
