package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew backup}: a copy of a data directory, consistent while its server writes. */
@Command(
        name = "backup",
        description = "Copy a data directory into an archive without keys and a key archive. A running server goes on.",
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    private static final String PATH = "/api/clew/v1/backups";
    private static final long POLL_MILLIS = 200;

    @Parameters(index = "0", paramLabel = "DIR", description = "Data directory, served or stopped.")
    Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "TARGET", description = "New directory for the archive.")
    Path target = Path.of("");

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description = "New directory for the key archive, kept apart and at most 30 days; default TARGET.keys.")
    @Nullable
    Path keys;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why: [code;] text.")
    @Nullable
    String reason;

    @Option(names = "--json", description = "For programs.")
    boolean json;

    @Override
    public Integer call() {
        if (!Files.isRegularFile(directory.resolve("clew.db"))) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    Files.isDirectory(directory.resolve("keys"))
                            ? "\"%s\" has no clew.db: its database is PostgreSQL, which is copied by its own tools, such as pg_dump or a base backup; copy the directory after it."
                                    .formatted(directory)
                            : "\"%s\" is no data directory: it has no clew.db. Give the directory that the server was started with."
                                    .formatted(directory));
        }
        Path archive = target.toAbsolutePath().normalize();
        Path keyArchive = (keys == null ? archive.resolveSibling(archive.getFileName() + ".keys") : keys)
                .toAbsolutePath()
                .normalize();
        var server = new ServerOptions();
        server.data = directory;
        server.reason = reason;
        JsonNode done = server.call(true, connection -> {
            JsonNode at = connection.post(PATH, Map.of("target", archive.toString(), "keys", keyArchive.toString()));
            while (at.path("state").asText().equals("running")) {
                pause();
                at = connection.get(PATH + "/" + at.path("backup").asText());
            }
            return at;
        });
        if (done.path("state").asText().equals("failed")) {
            throw new ClewException(ErrorCode.UNAVAILABLE, done.path("error").asText("The backup failed."));
        }
        if (json) {
            Console.json(done);
        } else {
            Console.say("Backed up %,d entries, %,d files, %,d bytes to %s."
                    .formatted(
                            done.path("entries").asLong(),
                            done.path("files").asLong(),
                            done.path("bytes").asLong(),
                            archive));
            Console.say("Keys, wrapped: %s. Keep them apart from the archive and delete them after 30 days."
                    .formatted(keyArchive));
            Console.say("Neither holds keys/root.key: without your own copy of it nothing sealed can be read.");
        }
        return ExitCode.OK;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "Interrupted; the backup goes on in the server.", e);
        }
    }
}
