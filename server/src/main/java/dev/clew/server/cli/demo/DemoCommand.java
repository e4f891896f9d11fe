package dev.clew.server.cli.demo;

import dev.clew.server.Config;
import dev.clew.server.DataDirectory;
import dev.clew.server.Wiring;
import dev.clew.server.cli.Connection;
import dev.clew.server.cli.Console;
import dev.clew.server.cli.ExitCode;
import dev.clew.server.cli.Termination;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.config.Sources;
import dev.clew.server.storage.DatabaseUrl;
import dev.clew.server.storage.FileTrees;
import dev.clew.server.storage.PostgresSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code clew demo}: plays a whole life of a credit model on real data, then leaves the server running. */
@Command(
        name = "demo",
        description = "Play the life of a credit model on real data, then leave the server running.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    /** Where the story's tables are in a PostgreSQL database, which may hold others beside them. */
    static final String SCHEMA = "clew_demo";

    /** In a directory that the demo made and may therefore empty. */
    private static final String MARK = "made-by-clew-demo";

    @Option(names = "--once", description = "Stop the server after the story; 0 only if all was as told.")
    boolean once;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory, new or of an earlier demo.")
    Path data = Path.of("clew-demo");

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on; 0 takes a free one.")
    int port = 7070;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "PostgreSQL instead of the embedded database; the story has a schema of its own in it.")
    @Nullable
    String databaseUrl;

    @Override
    public Integer call() throws InterruptedException {
        Path example = example();
        Config config = config();
        String url =
                config.data().databaseUrl().isEmpty() ? null : config.data().databaseUrl();
        makeRoom(data);
        if (url != null) {
            PostgresSchema.renew(url, SCHEMA);
        }
        Instant begin = Instant.now();
        try (var directory = DataDirectory.take(data);
                var wiring = new Wiring(config, directory)) {
            directory.answersAt(wiring.localUrl());
            mark(data);
            var stage = new Stage(
                    Connection.to(wiring.url()), example, data.toAbsolutePath().normalize(), url);
            Console.say("The life of a credit model, on 1 000 real applications. The server is at " + wiring.url());
            People.play(stage, stage.server().as(admin(data)));
            Training.playData(stage);
            Training.playRun(stage);
            Promotion.play(stage);
            Lending.play(stage);
            Inquiry.play(stage);
            Forgetting.play(stage);
            Tampering.play(stage);
            Console.say("%nTold in %d s."
                    .formatted(Duration.between(begin, Instant.now()).toSeconds()));
            if (!once) {
                var termination = untilTold(wiring, directory);
                goOn(stage, wiring.url());
                termination.await();
            }
            return ExitCode.OK;
        }
    }

    private static Termination untilTold(Wiring wiring, DataDirectory directory) {
        return Termination.closing(() -> {
            wiring.close();
            directory.close();
        });
    }

    private static void goOn(Stage stage, String url) {
        Console.say(
                """

                The server goes on at %s (Ctrl-C ends it). Look at
                  %s/                                   the pages; sign in as the auditor with what this prints:
                    CLEW_TOKEN=$(cat %s/keys/admin.token) ./clew token create --user auditor --server %s
                  %s/ledger/checkpoint                  the newest signed checkpoint
                and try next
                  ./clew trace model-version:%s/%s --down --server %s     (with CLEW_TOKEN of a user you make)
                  ./clew user list --data %s
                  ./clew serve                          a server of your own""".formatted(url, url, stage.data(), url, url, Stage.MODEL, stage.kept("version"), url, stage.data()));
        if (stage.databaseUrl() != null) {
            Console.say(
                    "Its tables are in schema %s of %s; commands on the directory need that address with ?currentSchema=%s as CLEW_DATA_DATABASE_URL."
                            .formatted(SCHEMA, DatabaseUrl.parse(stage.databaseUrl()), SCHEMA));
        }
    }

    private Config config() {
        var sources = new Sources()
                .environment(System.getenv())
                .set(List.of(
                        "http.port=" + port,
                        "ledger.public=all",
                        "policy.protected_aliases=champion",
                        "policy.approval_needed=production"));
        if (databaseUrl != null) {
            sources.flag("data.database_url", databaseUrl, "--database-url");
        }
        Config config = Config.read(sources).values();
        String url = config.data().databaseUrl();
        return url.isEmpty()
                ? config
                : Config.read(sources.flag("data.database_url", PostgresSchema.in(url, SCHEMA), "--database-url"))
                        .values();
    }

    private static Path example() {
        String home = System.getenv("CLEW_HOME");
        Path example = Path.of(home == null ? "." : home).resolve("examples/credit");
        if (!Files.isRegularFile(example.resolve("applications.csv"))) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "The example's files are not at \"%s\"; start the demo by the launcher of a checkout: ./clew demo."
                            .formatted(example));
        }
        return example;
    }

    /** An earlier demo's directory is emptied; any other that is not empty is left alone. */
    private static void makeRoom(Path data) {
        if (DataDirectory.holder(data).isPresent()) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "A server holds \"%s\"; stop it, or give --data another directory.".formatted(data));
        }
        try {
            if (Files.isDirectory(data)) {
                boolean isEmpty;
                try (var entries = Files.list(data)) {
                    isEmpty = entries.findAny().isEmpty();
                }
                if (!isEmpty && !Files.exists(data.resolve(MARK))) {
                    throw new ClewException(
                            ErrorCode.USAGE,
                            "\"%s\" is not empty and not of an earlier demo, so it is left alone; give --data a new directory."
                                    .formatted(data));
                }
                FileTrees.delete(data);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void mark(Path data) {
        try {
            Files.writeString(data.resolve(MARK), "The next demo may empty this directory.\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String admin(Path data) {
        try {
            return Files.readString(data.resolve("keys/admin.token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
