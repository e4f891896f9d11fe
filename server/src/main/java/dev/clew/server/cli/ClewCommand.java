package dev.clew.server.cli;

import dev.clew.server.cli.demo.DemoCommand;
import dev.clew.server.common.ClewException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code clew}: the verbs. A new one adds its class to the list. */
@Command(
        name = "clew",
        description = "Makes machine-learning systems traceable and auditable.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = ClewCommand.Version.class,
        subcommands = {
            BackupCommand.class,
            ConfigCommand.class,
            CounterfactualCommand.class,
            DemoCommand.class,
            DriftCommand.class,
            EstimateCommand.class,
            ExplainCommand.class,
            ExportCommand.class,
            FairnessCommand.class,
            FsckCommand.class,
            GcCommand.class,
            ImportCommand.class,
            ImportanceCommand.class,
            ModelCommand.class,
            PerformanceCommand.class,
            PredictCommand.class,
            ProfileCommand.class,
            QualityCommand.class,
            RehearseCommand.class,
            RestoreCommand.class,
            ServeCommand.class,
            TokenCommand.class,
            TraceCommand.class,
            HistoryCommand.class,
            UserCommand.class,
            VerifyCommand.class,
        })
public final class ClewCommand {
    private ClewCommand() {}

    /** Runs one command line and returns its exit code. */
    public static int run(String... arguments) {
        CommandLine line = line(arguments.length > 0 ? arguments[0] : "");
        line.setExecutionStrategy(parsed -> {
            Outputs.requireApart(parsed);
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof ClewException known) {
                return Console.failed(known);
            }
            Console.warn("clew: an unexpected error; please report it with what follows.");
            failure.printStackTrace();
            return ExitCode.INTERNAL;
        });
        line.setParameterExceptionHandler((refused, given) -> {
            Console.warn("clew: " + words(refused));
            Console.warn("Try \"%s --help\"."
                    .formatted(refused.getCommandLine().getCommandSpec().qualifiedName()));
            return ExitCode.USAGE;
        });
        if (arguments.length == 0) {
            line.usage(System.out);
            return ExitCode.USAGE;
        }
        return line.execute(arguments);
    }

    /** With the command that is named alone: looking at all of them takes longer than most have to do. */
    private static CommandLine line(String first) {
        for (Class<?> command : ClewCommand.class.getAnnotation(Command.class).subcommands()) {
            if (command.getAnnotation(Command.class).name().equals(first)) {
                return new CommandLine(new One()).addSubcommand(command);
            }
        }
        return new CommandLine(new ClewCommand());
    }

    private static String words(CommandLine.ParameterException refused) {
        if (!(refused instanceof CommandLine.UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
            return String.valueOf(refused.getMessage());
        }
        var meant = unmatched.getSuggestions();
        return "\"%s\" is not expected here%s"
                .formatted(
                        unmatched.getUnmatched().getFirst(),
                        meant.isEmpty() ? "." : "; did you mean %s?".formatted(String.join(" or ", meant)));
    }

    @Command(name = "clew", mixinStandardHelpOptions = true, versionProvider = ClewCommand.Version.class)
    private static final class One {}

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"clew " + dev.clew.server.Version.TEXT};
        }
    }
}
