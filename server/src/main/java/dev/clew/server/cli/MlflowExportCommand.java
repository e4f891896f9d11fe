package dev.clew.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clew.server.cli.mlflow.MlflowExport;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clew export mlflow}: back out again, to a tracking server of MLflow. */
@Command(
        name = "mlflow",
        description = {
            "Bring experiments, runs, metrics, parameters, tags, data sets, logged models, registered models and files to a tracking server of MLflow, through its public interface.",
            "Doing it again adds what is missing; the report counts both sides and says what MLflow has no place for. Credentials of the target come from MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."
        },
        mixinStandardHelpOptions = true)
final class MlflowExportCommand implements Callable<Integer> {
    @Mixin
    ServerOptions server = new ServerOptions();

    @Option(names = "--to", paramLabel = "URL", required = true, description = "Tracking server, http(s)://…")
    String to = "";

    @Option(
            names = "--experiment",
            paramLabel = "NAME",
            description =
                    "Only this experiment, without registered models; may be given several times. Default: everything.")
    List<String> experiments = List.of();

    @Option(names = "--no-files", description = "Leave files where they are.")
    boolean noFiles;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Override
    public Integer call() {
        var wanted = new MlflowExport(to, new LinkedHashSet<>(experiments), !noFiles, Map.copyOf(System.getenv()));
        ObjectNode report = server.call(false, connection -> wanted.run(connection, new Progress("runs and files", 0)));
        boolean complete = report.path("complete").asBoolean();
        if (json) {
            Console.json(report);
        } else {
            MoveTable.say(report, "there");
            Console.say(
                    complete
                            ? "Every run there holds what the run here holds, by count and digest."
                            : "Not everything is there; the same command goes on where this one stopped.");
        }
        return complete ? ExitCode.OK : ExitCode.FAILED;
    }
}
