package dev.clew.server.cli.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.mlflow.MoveReport.What;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.storage.DatabaseUrl;
import dev.clew.server.storage.ForeignDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One import as its command line asks for it.
 *
 * @param artifacts folders whose files may be read; the first stands for {@code mlflow-artifacts:/}
 * @param workspace of a store that has several
 * @param environment credentials of a tracking server, as MLflow's own clients take them
 */
public record MlflowImport(
        String from, List<Path> artifacts, String workspace, boolean withFiles, Map<String, String> environment) {
    public MlflowImport {
        artifacts = List.copyOf(artifacts);
    }

    /** Counts what the source holds. */
    public ObjectNode count() {
        long started = System.nanoTime();
        try (Source source = open()) {
            var report = new MoveReport("here");
            source.experiments(_ -> report.source(What.EXPERIMENTS, 1));
            source.runs(new Source.Runs() {
                @Override
                public void begin(Source.Run run) {
                    report.source(What.RUNS, 1);
                    report.source(What.PARAMS, run.params().size());
                    report.source(What.TAGS, run.tags().size());
                    report.source(What.INPUTS, run.inputs().size());
                }

                @Override
                public void point(Source.Point point) {
                    report.source(What.POINTS, 1);
                }

                @Override
                public void end() {}
            });
            source.models(_ -> report.source(What.LOGGED_MODELS, 1));
            source.modelPoints((_, _) -> report.source(What.MODEL_POINTS, 1));
            source.registered(model -> {
                report.source(What.REGISTERED_MODELS, 1);
                report.source(What.VERSIONS, model.versions().size());
            });
            return report.json(source.shown(), source.producer(), source.leftOut(), millis(started));
        }
    }

    /** Imports, records it, and answers the report, with {@code import} for the id of the record. */
    public ObjectNode run(Connection server, LongConsumer progress) {
        long started = System.nanoTime();
        try (Source source = open()) {
            var importer = new Importer(source, server, progress);
            importer.run(withFiles);
            ObjectNode report =
                    importer.report().json(source.shown(), source.producer(), source.leftOut(), millis(started));
            report.put("import", importer.complete(report.deepCopy()));
            return report;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long millis(long started) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
    }

    private Source open() {
        if (from.startsWith("http://") || from.startsWith("https://")) {
            return new HttpSource(MlflowHttp.of(from, environment));
        }
        if (ForeignDatabase.isDatabase(from)) {
            var database = ForeignDatabase.open(from);
            try {
                boolean isFile = from.startsWith("sqlite:");
                Path beside = isFile ? parent(ForeignDatabase.file(from)) : null;
                return new SqlSource(
                        database,
                        files(beside == null ? List.of() : List.of(beside), proxied(beside)),
                        isFile
                                ? from
                                : DatabaseUrl.parse(from.replaceFirst("\\+[a-z0-9]+:", ":"))
                                        .toString(),
                        workspace);
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
        }
        Path folder = Path.of(from.startsWith("file://") ? from.substring("file://".length()) : from);
        if (!Files.isDirectory(folder)) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "--from \"%s\" is neither an address (http, https, sqlite, postgresql) nor a folder."
                            .formatted(from));
        }
        Path beside = parent(folder);
        return new FolderSource(folder, files(List.of(folder, beside), proxied(beside)));
    }

    private LocalFiles files(List<Path> beside, @Nullable Path proxied) {
        var roots = new ArrayList<>(beside);
        roots.addAll(artifacts);
        return new LocalFiles(roots, proxied);
    }

    /** Where a tracking server keeps what clients call mlflow-artifacts: unless told otherwise, mlartifacts beside its store. */
    private @Nullable Path proxied(@Nullable Path beside) {
        if (!artifacts.isEmpty()) {
            return artifacts.getFirst();
        }
        return beside != null && Files.isDirectory(beside.resolve("mlartifacts"))
                ? beside.resolve("mlartifacts")
                : null;
    }

    private static Path parent(Path path) {
        Path parent = path.toAbsolutePath().normalize().getParent();
        return parent == null ? path : parent;
    }
}
