package dev.clew.server.cli;

import dev.clew.server.Config;
import dev.clew.server.config.Settings;
import dev.clew.server.config.Sources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags by which commands take settings. */
final class ConfigOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "Properties file with settings.")
    @Nullable
    Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "One setting; may be repeated.")
    List<String> set = new ArrayList<>();

    Sources sources() {
        var sources = new Sources();
        if (file != null) {
            sources.file(file);
        }
        return sources.environment(System.getenv()).set(set);
    }

    Settings<Config> read() {
        return Config.read(sources());
    }
}
