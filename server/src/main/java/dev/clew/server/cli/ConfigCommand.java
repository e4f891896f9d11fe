package dev.clew.server.cli;

import dev.clew.server.config.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clew config}: the settings that would hold, where each comes from, what it does. */
@Command(
        name = "config",
        description = "Print the effective configuration with origin and documentation.",
        mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
    @Mixin
    ConfigOptions options = new ConfigOptions();

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Override
    public Integer call() {
        var settings = options.read();
        if (json) {
            Console.json(settings.effective());
            return ExitCode.OK;
        }
        for (Settings.Effective key : settings.effective()) {
            Console.say("# %s%s"
                    .formatted(key.doc(), key.defaultValue().isEmpty() ? "" : " Default: " + key.defaultValue() + "."));
            Console.say("%s=%s%n# from %s%n".formatted(key.key(), key.value(), key.origin()));
        }
        return ExitCode.OK;
    }
}
