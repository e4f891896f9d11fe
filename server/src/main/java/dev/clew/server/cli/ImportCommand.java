package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.mlflow.MlflowImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clew import}: takes over what another system kept. */
@Command(
        name = "import",
        description =
                "Take over what another system kept, with its own ids and times. Doing it again adds what is missing.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ImportCommand.Mlflow.class)
final class ImportCommand {
    /** {@code clew import mlflow}. */
    @Command(
            name = "mlflow",
            description = {
                "Take over an MLflow store: experiments, runs, metrics, parameters, tags, data sets, logged models, registered models, files.",
                "Ids and times stay; who imported and when is recorded with each. The source is never written. What is here already is never replaced."
            },
            mixinStandardHelpOptions = true)
    static final class Mlflow implements Callable<Integer> {
        @Mixin
        ServerOptions server = new ServerOptions();

        @Option(
                names = "--from",
                paramLabel = "STORE",
                required = true,
                description =
                        "http(s)://… of a tracking server, sqlite:///FILE, postgresql://user:password@host/name, or the folder of a file store (mlruns).")
        String from = "";

        @Option(
                names = "--artifacts",
                paramLabel = "FOLDER",
                description =
                        "Folder of this machine whose files may be taken over, besides those beside the store; the first one stands for mlflow-artifacts:/ too.")
        List<Path> artifacts = List.of();

        @Option(
                names = "--workspace",
                paramLabel = "NAME",
                description = "Which workspace of a store that has several; default ${DEFAULT-VALUE}.")
        String workspace = "default";

        @Option(names = "--no-files", description = "Leave files where they are.")
        boolean noFiles;

        @Option(names = "--dry-run", description = "Read and count the source; change nothing.")
        boolean dryRun;

        @Option(names = "--json", description = "For programs.")
        boolean json;

        @Override
        public Integer call() throws IOException {
            var wanted = new MlflowImport(from, artifacts, workspace, !noFiles, Map.copyOf(System.getenv()));
            ObjectNode report = dryRun
                    ? wanted.count()
                    : server.call(false, connection -> wanted.run(connection, new Progress("runs and files", 0)));
            if (json) {
                Console.json(report);
            } else {
                say(report);
            }
            return report.path("complete").asBoolean(true) ? ExitCode.OK : ExitCode.FAILED;
        }

        private void say(JsonNode report) {
            MoveTable.say(report, dryRun ? "" : "here");
            if (!dryRun) {
                Console.say(
                        report.path("complete").asBoolean()
                                ? "Every run here holds what the source holds, by count and digest. Recorded as import %s."
                                        .formatted(report.path("import").asText())
                                : "Not everything is here; the same command goes on where this one stopped. Recorded as import %s."
                                        .formatted(report.path("import").asText()));
            }
        }
    }
}
