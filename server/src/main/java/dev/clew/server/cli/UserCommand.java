package dev.clew.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.VisibleText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew user}: who may use the server. Every change is an entry. */
@Command(
        name = "user",
        description = "Make and list users and service accounts, and give them roles.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {UserCommand.Add.class, UserCommand.Grant.class, UserCommand.ListAll.class})
final class UserCommand {
    private static final String PATH = "/api/clew/v1/users";
    private static final String CODES =
            "VW viewer, DS data scientist, DE data engineer, RV reviewer, AP approver, DP deployer, OP operator, CW case worker, AU auditor, PO privacy officer, CO compliance officer, SA security administrator, PA platform administrator, KC key custodian, Si ingesting, Ss serving, Sc CI service.";

    /** Where a role holds, and for how long. */
    static final class Extent {
        @Option(
                names = "--scope",
                paramLabel = "PATH",
                description =
                        "Where the role holds: instance, default, default/default or a project below it. Default is default/default; for SA, PA and KC instance.")
        @Nullable
        String scope;

        @Option(
                names = "--expires",
                paramLabel = "WHEN",
                description =
                        "When the role ends by itself: a date (2027-01-31), a time (RFC 3339), days (30d) or never. Default is 90d for AP, DP and AU, never for others.")
        @Nullable
        String expires;

        void into(Map<String, Object> body) {
            put(body, "scope", scope);
            if (expires != null) {
                body.put(
                        "expires",
                        expires.equals("never")
                                ? expires
                                : EndTimes.parse(expires).toString());
            }
        }
    }

    /** {@code clew user add}. */
    @Command(name = "add", description = "Make a user or service account with a role.", mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @Mixin
        ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "What people call it.")
        String name = "";

        @Option(names = "--role", paramLabel = "CODE", description = CODES + " The first user is SA.")
        @Nullable
        String role;

        @Mixin
        Extent extent = new Extent();

        @Option(names = "--service", description = "A service account.")
        boolean service;

        @Option(
                names = "--owner",
                paramLabel = "NAME",
                description = "User who answers for a service account, or whose second account this is.")
        @Nullable
        String owner;

        @Option(names = "--json", description = "For programs.")
        boolean json;

        @Override
        public Integer call() {
            var body = new LinkedHashMap<String, Object>();
            body.put("name", name);
            put(body, "role", role);
            extent.into(body);
            put(body, "owner", owner);
            if (service) {
                body.put("service", true);
            }
            JsonNode made = server.call(true, connection -> connection.post(PATH, body));
            if (json) {
                Console.json(made);
            } else {
                JsonNode grant = made.path("roles").path(0);
                Console.say("%s is %s%s"
                        .formatted(
                                made.path("name").asText(name),
                                made.path("id").asText(),
                                role == null ? "" : " with role " + role + end(grant)));
                Console.say("Make a token for it: clew token create --user " + name);
            }
            return ExitCode.OK;
        }
    }

    /** {@code clew user grant}. */
    @Command(
            name = "grant",
            description = "Give somebody a role; one that is held already gets the new end.",
            mixinStandardHelpOptions = true)
    static final class Grant implements Callable<Integer> {
        @Mixin
        ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "Who gets it.")
        String name = "";

        @Option(names = "--role", paramLabel = "CODE", required = true, description = CODES)
        String role = "";

        @Mixin
        Extent extent = new Extent();

        @Option(names = "--json", description = "For programs.")
        boolean json;

        @Override
        public Integer call() {
            var body = new LinkedHashMap<String, Object>();
            body.put("user", name);
            body.put("role", role);
            extent.into(body);
            JsonNode given = server.call(true, connection -> connection.post("/api/clew/v1/grants", body));
            if (json) {
                Console.json(given);
            } else {
                Console.say("%s has role %s".formatted(name, inWords(given)));
            }
            return ExitCode.OK;
        }
    }

    /** {@code clew user list}. */
    @Command(
            name = "list",
            description = "Users and service accounts with their roles.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Mixin
        ServerOptions server = new ServerOptions();

        @Option(names = "--json", description = "For programs.")
        boolean json;

        @Override
        public Integer call() {
            JsonNode found =
                    server.call(true, connection -> connection.get(PATH)).path("items");
            if (json) {
                Console.json(found);
                return ExitCode.OK;
            }
            if (found.isEmpty()) {
                Console.say("No user yet. The first one is a security administrator: clew user add NAME --role SA");
            }
            for (JsonNode user : found) {
                String roles = StreamSupport.stream(user.path("roles").spliterator(), false)
                        .map(UserCommand::inWords)
                        .collect(Collectors.joining(", "));
                Console.say(VisibleText.of("%-24s %-32s %-10s %s"
                        .formatted(
                                user.path("name").asText(),
                                user.path("id").asText(),
                                user.path("state").asText(),
                                roles)));
            }
            return ExitCode.OK;
        }
    }

    private static String inWords(JsonNode grant) {
        return "%s in %s%s"
                .formatted(grant.path("role").asText(), grant.path("scope").asText(), end(grant));
    }

    /** When a role ends, or that it did. */
    private static String end(JsonNode grant) {
        String time = grant.path("expires_at").asText("");
        return time.isEmpty() ? "" : grant.path("ended").booleanValue() ? " (ended " + time + ")" : " until " + time;
    }

    private static void put(Map<String, Object> body, String field, @Nullable String value) {
        if (value != null) {
            body.put(field, value);
        }
    }
}
