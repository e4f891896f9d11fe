package dev.clew.server.cli;

import dev.clew.server.Config;
import dev.clew.server.DataDirectory;
import dev.clew.server.Wiring;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.config.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags by which commands find a server: a running one, or a data directory that is opened for the length of the command. */
final class ServerOptions {
    private static final Path DEFAULT_DATA = Path.of("clew-data");

    @Option(names = "--server", paramLabel = "URL", description = "A running server; its token comes from CLEW_TOKEN.")
    @Nullable
    String server;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of this machine, served or stopped; default ./clew-data.")
    @Nullable
    Path data;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why: [code;] text.")
    @Nullable
    String reason;

    @Option(
            names = "--purpose",
            paramLabel = "WORD",
            description = "What personal data is read for, for example decision-review or audit.")
    @Nullable
    String purpose;

    /**
     * Calls with a connection and ends what was opened for it.
     *
     * @param asOperator whether the data directory's own token is used when CLEW_TOKEN is not set
     */
    <T> T call(boolean asOperator, Function<Connection, T> work) {
        String token = System.getenv("CLEW_TOKEN");
        if (server != null) {
            return answered(work, dressed(Connection.to(server), token), token);
        }
        Path directory = data == null ? DEFAULT_DATA : data;
        if (!Files.isDirectory(directory)) {
            throw new ClewException(
                    ErrorCode.USAGE,
                    "There is no data directory \"%s\"; name a running server with --server, or a directory with --data."
                            .formatted(directory));
        }
        var holder = DataDirectory.holder(directory);
        if (holder.isPresent()) {
            String url = holder.get()
                    .url()
                    .filter(given -> !given.isEmpty())
                    .orElseThrow(() -> new ClewException(
                            ErrorCode.UNAVAILABLE,
                            "Process %d holds \"%s\" but does not answer yet; try again shortly."
                                    .formatted(holder.get().pid(), directory)));
            return answered(
                    work, dressed(Connection.to(url), token == null && asOperator ? admin(directory) : token), token);
        }
        var config = Config.read(
                        new Sources().environment(System.getenv()).set(List.of("http.port=0", "http.host=127.0.0.1")))
                .values();
        try (var taken = DataDirectory.take(directory);
                var wiring = new Wiring(config, taken)) {
            return work.apply(
                    dressed(Connection.to(wiring.url()), token == null && asOperator ? admin(directory) : token));
        }
    }

    /** Works, and says in words of the command line what is missing when the server does not know who asks. */
    private static <T> T answered(Function<Connection, T> work, Connection connection, @Nullable String token) {
        try {
            return work.apply(connection);
        } catch (ClewException e) {
            if (e.code() != ErrorCode.UNAUTHENTICATED) {
                throw e;
            }
            throw new ClewException(
                    ErrorCode.UNAUTHENTICATED,
                    (token == null
                                            ? "The server at %s asks who you are: set CLEW_TOKEN to a token of yours. "
                                            : "The token in CLEW_TOKEN does not hold at %s: it is wrong, expired or ended. ")
                                    .formatted(connection.url())
                            + "On the server's machine, \"clew token create --user NAME --data DIR\" makes one.",
                    e);
        }
    }

    private Connection dressed(Connection connection, @Nullable String token) {
        return connection.as(token).because(reason).purpose(purpose);
    }

    private static String admin(Path directory) {
        try {
            return Files.readString(directory.resolve("keys/admin.token")).strip();
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.FORBIDDEN,
                    "keys/admin.token of \"%s\" cannot be read; run this as the server's user, or set CLEW_TOKEN."
                            .formatted(directory),
                    e);
        }
    }
}
