package dev.clew.server.cli;

import dev.clew.server.DataDirectory;
import dev.clew.server.Wiring;
import dev.clew.server.http.HttpConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clew serve}: answers until it is told to stop, then finishes what it accepted. */
@Command(name = "serve", description = "Start the server.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Mixin
    ConfigOptions options = new ConfigOptions();

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory.")
    @Nullable
    Path data;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "PostgreSQL database in the place of the directory's own.")
    @Nullable
    String databaseUrl;

    @Option(names = "--host", description = "Address to listen on.")
    @Nullable
    String host;

    @Option(names = "--port", description = "Port to listen on; 0 takes a free one.")
    @Nullable
    String port;

    @Override
    public Integer call() throws InterruptedException {
        var sources = options.sources();
        if (data != null) {
            sources.flag("data.dir", data.toString(), "--data");
        }
        if (databaseUrl != null) {
            sources.flag("data.database_url", databaseUrl, "--database-url");
        }
        if (host != null) {
            sources.flag("http.host", host, "--host");
        }
        if (port != null) {
            sources.flag("http.port", port, "--port");
        }
        var config = dev.clew.server.Config.read(sources).values();
        config.refuseOpenAir();
        var directory = DataDirectory.take(config.data().dir());
        var wiring = new Wiring(config, directory);
        var termination = Termination.closing(() -> {
            wiring.close();
            directory.close();
        });
        directory.answersAt(wiring.localUrl());
        wiring.bootstrapToken()
                .ifPresent(token -> Console.say(
                        "To make the first user, within 24 h and once: POST /api/clew/v1/users {\"name\": …, \"role\": \"SA\"} with the token "
                                + token));
        if (config.http().tls() == HttpConfig.Tls.GENERATED) {
            Path authority = directory.path().resolve("keys/tls-ca.pem").toAbsolutePath();
            Console.say(
                    "Clients trust the certificate with: export MLFLOW_TRACKING_SERVER_CERT_PATH=%1$s REQUESTS_CA_BUNDLE=%1$s SSL_CERT_FILE=%1$s"
                            .formatted(authority));
        }
        Console.say("Clew is ready at " + wiring.url());
        termination.await();
        return ExitCode.OK;
    }
}
