package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/**
 * Moves a store of MLflow to a server: experiments, runs, logged models, files, registered models, in this order, in batches. Each batch
 * is compared by count and digest with what the server holds, before it is sent and after: what is there already is not sent, and what is
 * there at the end is what the source holds. Stopping anywhere is harmless; the next import goes on.
 */
final class Importer {
    private static final Pattern REMOTE = Pattern.compile("(?i)(s3|s3a|gs|abfs|abfss|wasb|wasbs|hdfs|dbfs|r2)://.*");

    private final Source source;
    private final Connection server;
    private final LongConsumer progress;
    private final MoveReport report = new MoveReport("here");
    private final ImportCalls calls;
    private final Map<String, String> homes = new HashMap<>();

    Importer(Source source, Connection server, LongConsumer progress) {
        this.source = source;
        this.server = server;
        this.calls = new ImportCalls(server, report);
        this.progress = progress;
    }

    /** Whether files of this location stay where they are, because clients reach them there by themselves. */
    static boolean staysThere(String location) {
        return REMOTE.matcher(location).matches();
    }

    MoveReport report() {
        return report;
    }

    /** @param withFiles whether files move too */
    void run(boolean withFiles) throws IOException {
        source.experiments(this::experiment);
        var runs = new RunImport(source, calls, progress, report, homes);
        runs.all();
        var models = new ModelImport(calls, report, homes);
        source.models(models::logged);
        models.points(source);
        runs.modelUses();
        if (withFiles) {
            var upload = new Upload(server, report);
            source.owners(owner -> files(upload, owner));
        }
        source.registered(models::registered);
    }

    private void experiment(Source.Experiment experiment) {
        report.source(What.EXPERIMENTS, 1);
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode node = body.putArray("experiments").addObject();
        node.put("id", experiment.id())
                .put("name", experiment.name())
                .put("deleted", experiment.deleted())
                .put("created_at", experiment.createdAt())
                .put("updated_at", experiment.updatedAt());
        ObjectNode tags = node.putObject("tags");
        experiment.tags().forEach(tags::put);
        JsonNode home = calls.post("experiments", body).path("experiments").path(0);
        String id = home.path("experiment_id").asText();
        homes.put(experiment.id(), id);
        report.target(What.EXPERIMENTS, 1);
        if (!id.equals(experiment.id())) {
            report.warn("Experiment %s \"%s\" is experiment %s here: %s."
                    .formatted(
                            experiment.id(),
                            experiment.name(),
                            id,
                            home.path("created").asBoolean() ? "that id was taken" : "one of its name was there"));
        }
        if (home.path("deleted").asBoolean() && !experiment.deleted()) {
            report.warn("Experiment \"%s\" is deleted here; its runs come into sight when it is restored."
                    .formatted(experiment.name()));
        }
    }

    private void files(Upload upload, Source.Owner owner) {
        if (staysThere(owner.location())) {
            report.count(
                    "%s whose files stay on %s"
                            .formatted(owner.isModel() ? "logged model" : "run", LocalFiles.scheme(owner.location())),
                    1);
            return;
        }
        String root = "%s/%s"
                .formatted(
                        homes.getOrDefault(owner.experiment(), ""),
                        owner.isModel() ? "models/" + owner.id() + "/artifacts" : owner.id() + "/artifacts");
        try {
            String why = source.files(owner, (path, content) -> upload.file(root + "/" + path, content));
            if (why != null) {
                report.count(
                        "%s whose files were not taken over: %s"
                                .formatted(owner.isModel() ? "logged model" : "run", why),
                        1);
            }
        } catch (IOException e) {
            report.refused(owner.id(), "its files could not be read: " + e.getMessage());
        }
        progress.accept(report.get(What.FILES, true));
    }

    /** Records the import: entry {@code import.complete}. Returns its id. */
    String complete(ObjectNode summary) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("kind", "mlflow").set("report", summary);
        return calls.post("complete", body).path("id").asText();
    }
}
