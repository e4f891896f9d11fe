package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code clew token}: secrets by which programs and people authenticate. */
@Command(
        name = "token",
        description = "Make tokens.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = TokenCommand.Create.class)
final class TokenCommand {
    /** {@code clew token create}. */
    @Command(
            name = "create",
            description = "Make a token for a user or service account; it is printed this once.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @Mixin
        ServerOptions server = new ServerOptions();

        @Option(names = "--user", paramLabel = "NAME", required = true, description = "Whose token.")
        String user = "";

        @Option(names = "--name", paramLabel = "TEXT", description = "What it is for.")
        String name = "token";

        @Option(
                names = "--expires",
                paramLabel = "WHEN",
                description = "A date (2027-01-31), a time (RFC 3339) or days (30d); at most 365 days from now.")
        @Nullable
        String expires;

        @Option(names = "--json", description = "For programs.")
        boolean json;

        @Override
        public Integer call() {
            var body = new LinkedHashMap<String, Object>();
            body.put("user", user);
            body.put("name", name);
            if (expires != null) {
                body.put("expires", EndTimes.parse(expires).toString());
            }
            JsonNode made = server.call(true, connection -> connection.post("/api/clew/v1/tokens", body));
            if (json) {
                Console.json(made);
            } else {
                Console.say(made.path("token").asText());
                Console.warn(
                        "Token %s of %s, valid until %s. It is not shown again; set it as CLEW_TOKEN or MLFLOW_TRACKING_TOKEN."
                                .formatted(
                                        made.path("id").asText(),
                                        user,
                                        made.path("expires_at").asText()));
            }
            return ExitCode.OK;
        }
    }
}
