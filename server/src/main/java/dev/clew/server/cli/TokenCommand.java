package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
        private static final Pattern DAYS = Pattern.compile("(\\d{1,3})d");

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
                body.put("expires", time(expires).toString());
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

        private static Instant time(String text) {
            var days = DAYS.matcher(text);
            try {
                return days.matches()
                        ? Instant.now().plusSeconds(86_400L * Long.parseLong(days.group(1)))
                        : text.length() == 10
                                ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                                : Instant.parse(text);
            } catch (DateTimeException e) {
                throw new ClewException(
                        ErrorCode.USAGE,
                        "--expires %s is no date (2027-01-31), time (2027-01-31T12:00:00Z) or number of days (30d)."
                                .formatted(text),
                        e);
            }
        }
    }
}
