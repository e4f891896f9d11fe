package dev.clew.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew model inspect}: what a model file is and how it can be explained. */
@Command(
        name = "model",
        description = "Look into model files.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ModelCommand.Inspect.class)
final class ModelCommand {
    @Command(
            name = "inspect",
            description =
                    "Say what a model file is: features, trees, depth, precision, digest, methods that explain it.",
            mixinStandardHelpOptions = true)
    static final class Inspect implements Callable<Integer> {
        @Parameters(
                paramLabel = "MODEL",
                description = "XGBoost JSON or UBJSON, LightGBM text, CatBoost JSON, ONNX, linear JSON.")
        String model = "";

        @Option(names = "--json", description = "For programs.")
        boolean json;

        @Override
        public Integer call() throws Exception {
            return ModelSource.answering(() -> {
                var read = ModelSource.file(model);
                Map<String, Object> shown = new LinkedHashMap<>(ModelText.of(read));
                shown.put("features", ModelText.features(read));
                if (json) {
                    Console.json(shown);
                    return ExitCode.OK;
                }
                shown.remove("features");
                shown.forEach((name, value) -> Console.say("%-16s %s".formatted(name.replace('_', ' '), value)));
                Console.say("%-16s %s"
                        .formatted(
                                read.schema().size() + " features",
                                read.schema().features().stream()
                                        .limit(40)
                                        .map(f -> f.name()
                                                + (f.categories().isEmpty()
                                                        ? ""
                                                        : " (%d categories)"
                                                                .formatted(f.categories()
                                                                        .size())))
                                        .collect(Collectors.joining(", "))));
                return ExitCode.OK;
            });
        }
    }
}
